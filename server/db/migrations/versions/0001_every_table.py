"""Every table, and the log that nobody rewrites."""

import sqlalchemy as sa
from alembic import op

from server.db.types import Document, Instant

revision = "0001"
down_revision = None

Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _create_the_log()
    _create_the_folds()
    _create_the_ways_in()
    _create_the_rest()
    _refuse_changes_of_the_log()


def _create_the_log() -> None:
    op.create_table(
        "members",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("day_start", sa.Time(), nullable=False),
        sa.Column("appearance", sa.String(8), nullable=False, server_default="phone"),
        sa.Column("hides_streaks", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("quiet_from", sa.Time(), nullable=True),
        sa.Column("quiet_until", sa.Time(), nullable=True),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_members"),
    )
    op.create_table(
        "bonds",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("review_weekday", sa.SmallInteger(), nullable=False),
        sa.Column("review_time", sa.Time(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("next_review_on", sa.Date(), nullable=False),
        sa.Column("next_review_at", Instant(), nullable=False),
        sa.Column("closed_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_bonds"),
    )
    op.create_index("ix_bonds_next_review_at", "bonds", ["next_review_at"])
    op.create_table(
        "bond_members",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("strand", sa.SmallInteger(), nullable=False),
        sa.Column("joined_at", Instant(), nullable=False),
        sa.Column("left_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("bond_id", "member_id", name="pk_bond_members"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_bond_members_bond_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_bond_members_member_id"),
    )
    op.create_index("ix_bond_members_member_id", "bond_members", ["member_id"])
    op.create_table(
        "promises",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("area", sa.String(32), nullable=False),
        sa.Column("done_when", sa.Text(), nullable=True),
        sa.Column("cue", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("released_on", sa.Date(), nullable=True),
        sa.Column("grown_from", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_promises"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_promises_bond_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_promises_member_id"),
        sa.ForeignKeyConstraint(["grown_from"], ["promises.id"], name="fk_promises_grown_from"),
    )
    op.create_index("ix_promises_bond_id", "promises", ["bond_id"])
    op.create_index("ix_promises_member_id", "promises", ["member_id"])
    op.create_table(
        "promise_terms",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("times", sa.SmallInteger(), nullable=True),
        sa.Column("due_time", sa.Time(), nullable=True),
        sa.Column("grace_minutes", sa.SmallInteger(), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("day_start", sa.Time(), nullable=False),
        sa.PrimaryKeyConstraint("promise_id", "from_on", name="pk_promise_terms"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_promise_terms_promise_id"),
    )
    op.create_table(
        "pauses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("promise_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pauses"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_pauses_promise_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_pauses_member_id"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_pauses_bond_id"),
    )
    op.create_index("ix_pauses_bond_id", "pauses", ["bond_id"])
    op.create_index("ix_pauses_member_id", "pauses", ["member_id"])
    op.create_index("ix_pauses_promise_id", "pauses", ["promise_id"])
    op.create_table(
        "events",
        sa.Column("seq", Serial, autoincrement=True, nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("promise_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("received_at", Instant(), nullable=False),
        sa.Column("extra", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("sent", Document, nullable=True),
        sa.PrimaryKeyConstraint("seq", name="pk_events"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_events_bond_id"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_events_promise_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_events_member_id"),
        sa.UniqueConstraint("id", name="uq_events_id"),
    )
    op.create_index("ix_events_bond_id_seq", "events", ["bond_id", "seq"])
    op.create_index("ix_events_member_id_at", "events", ["member_id", "at"])
    op.create_index("ix_events_promise_id_day", "events", ["promise_id", "day"])


def _create_the_folds() -> None:
    op.create_table(
        "occurrences",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("due_at", Instant(), nullable=False),
        sa.Column("settles_at", Instant(), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("value", sa.Float(), nullable=True),
        sa.Column("changes_at", Instant(), nullable=True),
        sa.Column("told_ahead", sa.Boolean(), nullable=False),
        sa.Column("witnessed", sa.Boolean(), nullable=False),
        sa.Column("repaired", sa.Boolean(), nullable=False),
        sa.Column("done", sa.SmallInteger(), nullable=False),
        sa.Column("carried", sa.JSON(none_as_null=True), nullable=True),
        sa.PrimaryKeyConstraint("promise_id", "day", name="pk_occurrences"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_occurrences_promise_id"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_occurrences_bond_id_last_day", "occurrences", ["bond_id", "last_day"])
    op.create_index(
        "ix_occurrences_changes_at",
        "occurrences",
        ["changes_at"],
        sqlite_where=sa.text("changes_at IS NOT NULL"),
        postgresql_where=sa.text("changes_at IS NOT NULL"),
    )
    op.create_index(
        "ix_occurrences_due_at",
        "occurrences",
        ["due_at"],
        sqlite_where=sa.text("outcome = 'pending'"),
        postgresql_where=sa.text("outcome = 'pending'"),
    )
    op.create_index("ix_occurrences_member_id_last_day", "occurrences", ["member_id", "last_day"])
    op.create_index(
        "ix_occurrences_mended",
        "occurrences",
        ["promise_id"],
        sqlite_where=sa.text("outcome = 'mended'"),
        postgresql_where=sa.text("outcome = 'mended'"),
    )
    op.create_table(
        "streaks",
        sa.Column("promise_id", sa.Uuid(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("current", sa.Integer(), nullable=False),
        sa.Column("best", sa.Integer(), nullable=False),
        sa.Column("score", sa.Float(), nullable=False),
        sa.Column("valued", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("stitches", sa.Integer(), nullable=False),
        sa.Column("comeback_on", sa.Date(), nullable=True),
        sa.Column("half_life", sa.Float(), nullable=False),
        sa.Column("tail_on", sa.Date(), nullable=False),
        sa.Column("carried", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("opens_at", Instant(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("promise_id", name="pk_streaks"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_streaks_promise_id"),
    )
    op.create_index("ix_streaks_opens_at", "streaks", ["opens_at"])
    op.create_index(
        "ix_streaks_unannounced", "streaks", ["promise_id"], sqlite_where=sa.text("unannounced"), postgresql_where=sa.text("unannounced")
    )
    op.create_table(
        "stitches",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "member_id", name="pk_stitches"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_stitches_bond_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_stitches_member_id"),
    )
    op.create_index(
        "ix_stitches_unannounced", "stitches", ["bond_id"], sqlite_where=sa.text("unannounced"), postgresql_where=sa.text("unannounced")
    )
    op.create_table(
        "bond_days",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("broke", sa.Integer(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "day", name="pk_bond_days"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_bond_days_bond_id"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_bond_days_broke", "bond_days", ["bond_id", "day"], sqlite_where=sa.text("broke > 0"), postgresql_where=sa.text("broke > 0")
    )
    op.create_table(
        "weaves",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("together", sa.Integer(), nullable=False),
        sa.Column("broken_on", sa.Date(), nullable=True),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.Column("unannounced", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("bond_id", name="pk_weaves"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_weaves_bond_id"),
    )
    op.create_index(
        "ix_weaves_unannounced", "weaves", ["bond_id"], sqlite_where=sa.text("unannounced"), postgresql_where=sa.text("unannounced")
    )
    op.create_table(
        "weeks",
        sa.Column("bond_id", sa.Uuid(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("refreshed_at", Instant(), nullable=False),
        sa.Column("summary", Document, nullable=False),
        sa.PrimaryKeyConstraint("bond_id", "to_on", name="pk_weeks"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_weeks_bond_id"),
    )
    op.create_index("ix_weeks_refreshed_at", "weeks", ["refreshed_at"])
    op.create_table(
        "milestones",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.Column("scope_id", sa.Uuid(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(36), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("promise_id", sa.Uuid(), nullable=True),
        sa.Column("reached_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_milestones"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_milestones_bond_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_milestones_member_id"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_milestones_promise_id"),
        sa.UniqueConstraint("kind", "scope_id", "threshold", "subject", name="uq_milestones_kind_scope_id_threshold_subject"),
    )
    op.create_index("ix_milestones_bond_id_reached_at", "milestones", ["bond_id", "reached_at"])
    op.create_table(
        "milestone_answers",
        sa.Column("milestone_id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("milestone_id", "member_id", name="pk_milestone_answers"),
        sa.ForeignKeyConstraint(["milestone_id"], ["milestones.id"], name="fk_milestone_answers_milestone_id"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_milestone_answers_member_id"),
    )


def _create_the_ways_in() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("device", sa.String(80), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("fresh_until", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_sessions_member_id"),
        sa.UniqueConstraint("token_hash", name="uq_sessions_token_hash"),
    )
    op.create_index("ix_sessions_member_id", "sessions", ["member_id"])
    op.create_table(
        "passkeys",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_passkeys"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_passkeys_member_id"),
        sa.UniqueConstraint("credential_id", name="uq_passkeys_credential_id"),
    )
    op.create_index("ix_passkeys_member_id", "passkeys", ["member_id"])
    op.create_table(
        "ceremonies",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.String(16), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=True),
        sa.Column("kept_aside", Document, nullable=True),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_ceremonies"),
    )
    op.create_index("ix_ceremonies_expires_at", "ceremonies", ["expires_at"])
    op.create_table(
        "recovery_codes",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("selector", sa.String(16), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_recovery_codes"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_recovery_codes_member_id"),
        sa.UniqueConstraint("selector", name="uq_recovery_codes_selector"),
    )
    op.create_index("ix_recovery_codes_member_id", "recovery_codes", ["member_id"])
    op.create_table(
        "links",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("used_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_links"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_links_member_id"),
        sa.UniqueConstraint("token_hash", name="uq_links_token_hash"),
    )
    op.create_index("ix_links_member_id", "links", ["member_id"])
    op.create_table(
        "invitations",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("inviter_id", sa.Uuid(), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.Column("accepted_at", Instant(), nullable=True),
        sa.Column("accepted_by", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_invitations"),
        sa.ForeignKeyConstraint(["inviter_id"], ["members.id"], name="fk_invitations_inviter_id"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_invitations_bond_id"),
        sa.ForeignKeyConstraint(["accepted_by"], ["members.id"], name="fk_invitations_accepted_by"),
        sa.UniqueConstraint("token_hash", name="uq_invitations_token_hash"),
    )
    op.create_index("ix_invitations_expires_at", "invitations", ["expires_at"])
    op.create_index("ix_invitations_inviter_id", "invitations", ["inviter_id"])
    op.create_table(
        "tokens",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scope", sa.String(8), nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("used_on", sa.Date(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_tokens_member_id"),
        sa.UniqueConstraint("token_hash", name="uq_tokens_token_hash"),
    )
    op.create_index("ix_tokens_member_id", "tokens", ["member_id"])


def _create_the_rest() -> None:
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("session_id", sa.Uuid(), nullable=True),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("endpoint_hash", sa.LargeBinary(32), nullable=False),
        sa.Column("p256dh", sa.Text(), nullable=False),
        sa.Column("auth", sa.Text(), nullable=False),
        sa.Column("vapid_key", sa.Text(), nullable=False),
        sa.Column("shows_details", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_push_subscriptions"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_push_subscriptions_member_id"),
        sa.ForeignKeyConstraint(["session_id"], ["sessions.id"], name="fk_push_subscriptions_session_id"),
        sa.UniqueConstraint("endpoint_hash", name="uq_push_subscriptions_endpoint_hash"),
    )
    op.create_index("ix_push_subscriptions_member_id", "push_subscriptions", ["member_id"])
    op.create_table(
        "notices",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("member_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subject", sa.String(120), nullable=False),
        sa.Column("bond_id", sa.Uuid(), nullable=True),
        sa.Column("promise_id", sa.Uuid(), nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("about", Document, nullable=False),
        sa.Column("made_at", Instant(), nullable=False),
        sa.Column("not_before", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notices"),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name="fk_notices_member_id"),
        sa.ForeignKeyConstraint(["bond_id"], ["bonds.id"], name="fk_notices_bond_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["promise_id"], ["promises.id"], name="fk_notices_promise_id", ondelete="CASCADE"),
        sa.UniqueConstraint("member_id", "kind", "subject", name="uq_notices_member_id_kind_subject"),
    )
    op.create_index("ix_notices_expires_at", "notices", ["expires_at"])
    op.create_index("ix_notices_promise_id_day", "notices", ["promise_id", "day"])
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("subscription_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.Column("next_at", Instant(), nullable=False),
        sa.Column("leased_by", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_deliveries"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.id"], name="fk_deliveries_notice_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["subscription_id"], ["push_subscriptions.id"], name="fk_deliveries_subscription_id"),
        sa.UniqueConstraint("notice_id", "subscription_id", name="uq_deliveries_notice_id_subscription_id"),
    )
    op.create_index(
        "ix_deliveries_next_at",
        "deliveries",
        ["next_at"],
        sqlite_where=sa.text("state = 'waits'"),
        postgresql_where=sa.text("state = 'waits'"),
    )
    op.create_index("ix_deliveries_subscription_id", "deliveries", ["subscription_id"])
    op.create_table(
        "buckets",
        sa.Column("key", sa.String(160), nullable=False),
        sa.Column("tokens", sa.Float(), nullable=False),
        sa.Column("filled_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_buckets"),
    )
    op.create_index("ix_buckets_filled_at", "buckets", ["filled_at"])
    op.create_table(
        "job_runs",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("ended_at", Instant(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="pk_job_runs"),
    )


def _refuse_changes_of_the_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE TRIGGER events_refuse_update BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END")
        op.execute("CREATE TRIGGER events_refuse_delete BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END")
        return
    op.execute(
        "CREATE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()"
    )
