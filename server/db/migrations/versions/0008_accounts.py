"""Handing an account over to another phone, what the operator did to an account, and taking an account or a space away."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Instant

revision = "0008"
down_revision = "0007"

STAYS = ("seq", "id", "kind", "bond_id", "promise_id", "member_id", "day", "at", "received_at", "extra")
ERASES_WORDS = "EXISTS (SELECT 1 FROM erasures WHERE whose = OLD.member_id)"
ERASES_LINE = "EXISTS (SELECT 1 FROM erasures WHERE whose = coalesce(OLD.bond_id, OLD.member_id))"
SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in STAYS)
ON_SQLITE = {"update": f"{ERASES_WORDS} AND {SAME.replace('IS NOT DISTINCT FROM', 'IS')}", "delete": ERASES_LINE}


def upgrade() -> None:
    _create_hand_overs()
    _create_what_the_operator_did()
    _create_what_goes()
    _let_erasing_through()


def _create_hand_overs() -> None:
    op.create_table(
        "hand_overs",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_hand_overs_member_id_members"), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=False),
        sa.Column("selector", sa.String(8), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("commitment", sa.LargeBinary(32), nullable=True),
        sa.Column("claim_hash", sa.LargeBinary(32), nullable=True),
        sa.Column("device", sa.String(80), nullable=True),
        sa.Column("number", sa.String(6), nullable=True),
        sa.Column("is_keyed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("their_key", sa.LargeBinary(), nullable=True),
        sa.Column("our_key", sa.LargeBinary(), nullable=True),
        sa.Column("nonce", sa.LargeBinary(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("used_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_hand_overs_session_id_sessions", ondelete="CASCADE"),
        sa.UniqueConstraint("selector", name="uq_hand_overs_selector"),
        sa.UniqueConstraint("token_hash", name="uq_hand_overs_token_hash"),
        sa.UniqueConstraint("claim_hash", name="uq_hand_overs_claim_hash"),
    )
    for name in ("member_id", "session_id", "expires_at"):
        op.create_index(f"ix_hand_overs_{name}", "hand_overs", [name])


def _create_what_the_operator_did() -> None:
    op.create_table(
        "operator_acts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_operator_acts_member_id_members"), nullable=False),
        sa.Column("act", sa.String(16), nullable=False),
        sa.Column("at", Instant(), nullable=False),
    )
    for name in ("member_id", "at"):
        op.create_index(f"ix_operator_acts_{name}", "operator_acts", [name])
    op.execute("INSERT INTO operator_acts (id, member_id, act, at) SELECT id, member_id, 'link', made_at FROM links")


def _create_what_goes() -> None:
    op.create_table(
        "closings",
        sa.Column("bond_id", sa.Uuid(), sa.ForeignKey("bonds.id", name="fk_closings_bond_id_bonds"), nullable=False),
        sa.Column("member_id", sa.Uuid(), sa.ForeignKey("members.id", name="fk_closings_member_id_members"), nullable=False),
        sa.Column("told_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "member_id", name="pk_closings"),
    )
    for name in ("past_spaces", "stones"):
        whose = sa.ForeignKey("members.id", name=f"fk_{name}_member_id_members")
        op.create_table(name, sa.Column("member_id", sa.Uuid(), whose, primary_key=True))
    op.create_table("erasures", sa.Column("whose", sa.Uuid(), primary_key=True))


def _let_erasing_through() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb, allowed in ON_SQLITE.items():
            op.execute(f"DROP TRIGGER events_refuse_{verb}")
            refuse = "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            op.execute(f"CREATE TRIGGER events_refuse_{verb} BEFORE {verb} ON events WHEN NOT ({allowed}) {refuse}")
        return
    op.execute(
        f"""CREATE OR REPLACE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN IF {ERASES_WORDS} AND {SAME} THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN IF {ERASES_LINE} THEN RETURN OLD; END IF; END IF;
    RAISE EXCEPTION 'the log is append-only'; END $$"""
    )
    op.execute("DROP TRIGGER events_refuse ON events")
    op.execute("CREATE TRIGGER events_refuse BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_refuse()")
    op.execute("CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()")
