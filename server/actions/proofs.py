"""What a browser is asked for, and what its answer proves (WebAuthn, level 3); loaded with the first passkey that is asked for."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from cbor2 import CBORDecodeError
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, options_to_json_dict, parse_client_data_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from server.actions.passkeys import NOT_VERIFIED, Credential, Owner, Site, Verified
from server.domain.errors import InvalidError

UNREADABLE = (WebAuthnException, CBORDecodeError, LookupError, TypeError, ValueError, AttributeError, RecursionError)


def options_for_new(site: Site, owner: Owner, challenge: bytes, known: Iterable[bytes], takes: timedelta) -> dict[str, Any]:
    """The options with which a browser makes a passkey for its owner, on no phone that has one of the `known`."""
    options = generate_registration_options(
        rp_id=site.rp_id,
        rp_name=site.rp_id,
        user_id=owner.id.bytes,
        user_name=owner.name,
        challenge=challenge,
        timeout=int(takes.total_seconds() * 1000),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
    )
    return options_to_json_dict(options)


def options_to_sign_in(site: Site, challenge: bytes, takes: timedelta) -> dict[str, Any]:
    """The options with which a browser shows any passkey of this site."""
    options = generate_authentication_options(
        rp_id=site.rp_id,
        challenge=challenge,
        timeout=int(takes.total_seconds() * 1000),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def challenge_of(credential: Credential) -> bytes:
    """What a browser was asked, by its own answer; or InvalidError."""
    try:
        return parse_client_data_json(base64url_to_bytes(credential["response"]["clientDataJSON"])).challenge
    except UNREADABLE:
        raise InvalidError(NOT_VERIFIED) from None


def id_of(credential: Credential) -> bytes | None:
    """Which passkey a browser's answer speaks of, if that can be read."""
    try:
        return base64url_to_bytes(credential["id"])
    except UNREADABLE:
        return None


def new(site: Site, challenge: bytes, credential: Credential) -> Verified:
    """The new passkey in a browser's answer, or InvalidError."""
    try:
        made = verify_registration_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise InvalidError(NOT_VERIFIED) from None
    return Verified(made.credential_id, made.credential_public_key, made.sign_count)


def known(site: Site, challenge: bytes, credential: Credential, public_key: bytes, sign_count: int) -> tuple[bytes, int]:
    """Whose a known passkey says that it is, and its new count, where its answer is what its key signed; or InvalidError."""
    try:
        handle = base64url_to_bytes(credential["response"]["userHandle"])
        verified = verify_authentication_response(
            credential=credential,
            expected_challenge=challenge,
            expected_rp_id=site.rp_id,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=sign_count,
            require_user_verification=True,
        )
    except UNREADABLE:
        raise InvalidError(NOT_VERIFIED) from None
    return handle, verified.new_sign_count
