"""What is done with an account as a whole: handing it over to another phone, what the operator did to it, taking it away."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, LargeBinary, PrimaryKeyConstraint, SmallInteger, String, Table, Text, Uuid, false

from server.db.tables.base import metadata
from server.db.types import Instant

hand_overs = Table(
    "hand_overs",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_hand_overs_member_id_members"), nullable=False, index=True),
    Column(
        "session_id",
        Uuid,
        ForeignKey("sessions.id", name="fk_hand_overs_session_id_sessions", ondelete="CASCADE"),
        nullable=False,
        index=True,
    ),
    Column("selector", String(8), nullable=False, unique=True),
    Column("code_hash", Text, nullable=False),
    Column("token_hash", LargeBinary(32), nullable=False, unique=True),
    Column("made_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("tries", SmallInteger, nullable=False),
    Column("commitment", LargeBinary(32)),
    Column("claim_hash", LargeBinary(32), unique=True),
    Column("device", String(80)),
    Column("number", String(6)),
    Column("is_keyed", Boolean, nullable=False, server_default=false()),
    Column("their_key", LargeBinary),
    Column("our_key", LargeBinary),
    Column("nonce", LargeBinary),
    Column("confirmed_at", Instant),
    Column("sealed", LargeBinary),
    Column("ended_at", Instant),
    Column("used_at", Instant),
)

operator_acts = Table(
    "operator_acts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_operator_acts_member_id_members"), nullable=False, index=True),
    Column("act", String(16), nullable=False),
    Column("at", Instant, nullable=False, index=True),
)

closings = Table(
    "closings",
    metadata,
    Column("bond_id", Uuid, ForeignKey("bonds.id", name="fk_closings_bond_id_bonds"), nullable=False),
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_closings_member_id_members"), nullable=False),
    Column("told_on", Date, nullable=False),
    PrimaryKeyConstraint("bond_id", "member_id"),
)

past_spaces = Table(
    "past_spaces",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_past_spaces_member_id_members"), primary_key=True),
)

stones = Table(
    "stones",
    metadata,
    Column("member_id", Uuid, ForeignKey("members.id", name="fk_stones_member_id_members"), primary_key=True),
)

erasures = Table(
    "erasures",
    metadata,
    Column("whose", Uuid, primary_key=True),
)
