"""Ways in: sessions, passkeys, codes, invitations, tokens."""

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Float,
    ForeignKey,
    LargeBinary,
    String,
    Table,
    Text,
    Uuid,
)

from server.db.tables.base import metadata
from server.db.types import Document, Instant

sessions = Table(
    "sessions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("device", String(80), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("seen_on", Date, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("fresh_until", Instant),
    Column("ended_at", Instant),
)

passkeys = Table(
    "passkeys",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("credential_id", LargeBinary, nullable=False, unique=True),
    Column("public_key", LargeBinary, nullable=False),
    Column("sign_count", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_on", Date),
)

ceremonies = Table(
    "ceremonies",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("challenge", LargeBinary, nullable=False),
    Column("member_id", Uuid),
    Column("kept_aside", Document),
    Column("expires_at", Instant, nullable=False, index=True),
)

recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("selector", String(16), nullable=False, unique=True),
    Column("code_hash", Text, nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_at", Instant),
)

links = Table(
    "links",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("used_at", Instant),
)

invitations = Table(
    "invitations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("inviter_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("bond_id", Uuid, ForeignKey("bonds.id"), index=True),
    Column("kind", String(16), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("accepted_at", Instant),
    Column("accepted_by", Uuid, ForeignKey("members.id")),
    Column("withdrawn_at", Instant),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("member_id", Uuid, ForeignKey("members.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("scope", String(8), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("used_on", Date),
    Column("ended_at", Instant),
)

buckets = Table(
    "buckets",
    metadata,
    Column("key", String(160), primary_key=True),
    Column("tokens", Float, nullable=False),
    Column("filled_at", Instant, nullable=False, index=True),
)
