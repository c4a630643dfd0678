"""How this server says who it is to a push service (RFC 8292)."""

from datetime import datetime, timedelta

from server.config import Settings, SettingsError
from server.push.keys import Keys

HOLDS = timedelta(hours=12)
USED = timedelta(hours=11)


class Vapid:
    """Signs one token an origin and uses it for eleven of its twelve hours: Apple takes no new one more often than hourly."""

    def __init__(self, keys: Keys, subject: str) -> None:
        self._keys = keys
        self._subject = subject
        self._tokens: dict[str, tuple[str, datetime]] = {}

    def authorization(self, origin: str, now: datetime) -> str:
        """The Authorization header for a push service; its audience is the origin with its port."""
        token, until = self._tokens.get(origin, ("", now))
        if until <= now:
            token = self._sign(origin, now)
            self._tokens = {one: kept for one, kept in self._tokens.items() if kept[1] > now} | {origin: (token, now + USED)}
        return f"vapid t={token}, k={self._keys.public}"

    def _sign(self, origin: str, now: datetime) -> str:
        claims = {"aud": origin, "exp": int((now + HOLDS).timestamp()), "sub": self._subject}
        # A server that has nothing to send needs no signature.
        import jwt  # noqa: PLC0415

        return jwt.encode(claims, self._keys.private, algorithm="ES256")


def subject_of(settings: Settings) -> str:
    """Whom a push service can write to: WEFT_PUSH_SUBJECT, else this server's own address."""
    chosen = settings.push_subject or (settings.origin if settings.is_secure else f"mailto:push@{settings.rp_id}")
    if not chosen.startswith(("mailto:", "https://")):
        raise SettingsError(f"WEFT_PUSH_SUBJECT must look like mailto:someone@example.org or https://…, not {chosen!r}.")
    return chosen
