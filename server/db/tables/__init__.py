"""Every table: truth, its folds, the ways in, and what is told."""

from server.db.tables.accounts import closings, erasures, hand_overs, operator_acts, past_spaces, stones
from server.db.tables.base import metadata
from server.db.tables.entering import buckets, ceremonies, invitations, links, passkeys, recovery_codes, sessions, tokens
from server.db.tables.folds import FOLDS, bond_days, milestone_answers, milestones, occurrences, stitches, streaks, weaves, weeks
from server.db.tables.mending import let_goes, moves, ownings, private_marks, repair_drafts
from server.db.tables.planning import calendars, moments
from server.db.tables.private import private_keys, private_notes, week_questions
from server.db.tables.sealing import column_keys
from server.db.tables.supporting import (
    nudge_choices,
    nudge_mutes,
    nudges,
    printed_lines,
    supporter_consents,
    supporter_openings,
    supporters,
)
from server.db.tables.telling import deliveries, job_runs, notices, push_subscriptions
from server.db.tables.together import asks, review_lines, review_seats, reviews
from server.db.tables.truth import bond_members, bonds, events, members, pauses, promise_terms, promises

__all__ = [
    "FOLDS",
    "asks",
    "bond_days",
    "bond_members",
    "bonds",
    "buckets",
    "calendars",
    "ceremonies",
    "closings",
    "column_keys",
    "deliveries",
    "erasures",
    "events",
    "hand_overs",
    "invitations",
    "job_runs",
    "let_goes",
    "links",
    "members",
    "metadata",
    "milestone_answers",
    "milestones",
    "moments",
    "moves",
    "notices",
    "nudge_choices",
    "nudge_mutes",
    "nudges",
    "occurrences",
    "operator_acts",
    "ownings",
    "passkeys",
    "past_spaces",
    "pauses",
    "printed_lines",
    "private_keys",
    "private_marks",
    "private_notes",
    "promise_terms",
    "promises",
    "push_subscriptions",
    "recovery_codes",
    "repair_drafts",
    "review_lines",
    "review_seats",
    "reviews",
    "sessions",
    "stitches",
    "stones",
    "streaks",
    "supporter_consents",
    "supporter_openings",
    "supporters",
    "tokens",
    "weaves",
    "week_questions",
    "weeks",
]
