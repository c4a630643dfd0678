"""Every row of a bond carries its bond, and whatever refers to another row of a bond refers with it."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

OF_A_PROMISE = ("promise_terms", "repair_drafts", "private_marks", "ownings")
WITHOUT_ROWID = ("occurrences",)
IN_PLACE_OF_THE_PLAIN = {
    "let_goes": ["fk_let_goes_promise_id"],
    "moves": ["fk_moves_promise_id", "fk_moves_linked_id"],
    "review_lines": ["fk_review_lines_promise_id_promises", "fk_review_lines_moment_id_moments"],
    "asks": ["fk_asks_promise_id_promises"],
}
INDEXES_THAT_A_KEY_REPLACES = {
    "promises": "ix_promises_bond_id",
    "pauses": "ix_pauses_bond_id",
    "events": "ix_events_bond_id_seq",
    "let_goes": "ix_let_goes_bond_id",
    "moves": "ix_moves_bond_id",
}
KEYS = {
    "promises": ["bond_id", "id"],
    "milestones": ["bond_id", "id"],
    "moments": ["bond_id", "id"],
    "pauses": ["bond_id", "id"],
    "notices": ["bond_id", "id"],
    "events": ["bond_id", "seq"],
    "promise_terms": ["bond_id", "promise_id", "from_on"],
    "milestone_answers": ["bond_id", "milestone_id", "member_id"],
    "repair_drafts": ["bond_id", "promise_id", "day"],
    "private_marks": ["bond_id", "member_id", "promise_id", "day"],
    "ownings": ["bond_id", "promise_id", "day"],
    "let_goes": ["bond_id", "promise_id", "day"],
    "moves": ["bond_id", "promise_id", "day"],
}
REFERENCES = {
    "promises": [("grown_from", "promises")],
    "promise_terms": [("promise_id", "promises")],
    "pauses": [("promise_id", "promises")],
    "events": [("promise_id", "promises")],
    "occurrences": [("promise_id", "promises")],
    "streaks": [("promise_id", "promises")],
    "milestones": [("promise_id", "promises")],
    "milestone_answers": [("milestone_id", "milestones")],
    "repair_drafts": [("promise_id", "promises")],
    "private_marks": [("promise_id", "promises")],
    "ownings": [("promise_id", "promises")],
    "let_goes": [("promise_id", "promises")],
    "moves": [("promise_id", "promises"), ("linked_id", "promises")],
    "notices": [("promise_id", "promises")],
    "review_lines": [("promise_id", "promises"), ("moment_id", "moments")],
    "asks": [("promise_id", "promises")],
}


def upgrade() -> None:
    _fill_in_the_bond()
    refusals = _refusals_of_the_log()
    for table in ("promises", "milestones", "moments", *sorted((KEYS.keys() | REFERENCES.keys()) - {"promises", "milestones", "moments"})):
        _carry_the_bond(table)
    for refusal in refusals:
        op.execute(refusal)
    op.create_index("ix_streaks_bond_id", "streaks", ["bond_id"])
    op.create_index("ix_invitations_bond_id", "invitations", ["bond_id"])


def _fill_in_the_bond() -> None:
    for table in OF_A_PROMISE:
        op.add_column(table, sa.Column("bond_id", sa.Uuid(), nullable=True))
        _take_over(table, "bond_id", "promises", "promise_id")
    op.add_column("milestone_answers", sa.Column("bond_id", sa.Uuid(), nullable=True))
    _take_over("milestone_answers", "bond_id", "milestones", "milestone_id")
    for name in ("bond_id", "member_id"):
        _take_over("pauses", name, "promises", "promise_id")


def _take_over(table: str, name: str, of: str, by: str) -> None:
    """Rows that speak of another row take a column of it over."""
    rows, others = sa.table(table, sa.column(name), sa.column(by)), sa.table(of, sa.column("id"), sa.column(name))
    theirs = sa.select(others.c[name]).where(others.c.id == rows.c[by]).scalar_subquery()
    op.execute(rows.update().where(rows.c[by].is_not(None)).values({name: theirs}))


def _refusals_of_the_log() -> list[str]:
    """SQLite makes a table anew and loses its triggers, so they are taken from it and put back."""
    if op.get_bind().dialect.name != "sqlite":
        return []
    return list(op.get_bind().scalars(sa.text("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'events'")))


def _carry_the_bond(table: str) -> None:
    options = {"sqlite_with_rowid": False} if table in WITHOUT_ROWID else {}
    ondelete = "CASCADE" if table == "notices" else None
    with op.batch_alter_table(table, table_kwargs=options) as changed:
        for name in IN_PLACE_OF_THE_PLAIN.get(table, []):
            changed.drop_constraint(name, type_="foreignkey")
        if table in INDEXES_THAT_A_KEY_REPLACES:
            changed.drop_index(INDEXES_THAT_A_KEY_REPLACES[table])
        if key := KEYS.get(table):
            changed.create_unique_constraint(f"uq_{table}_{'_'.join(key)}", key)
        for column, to in REFERENCES.get(table, []):
            changed.create_foreign_key(f"fk_{table}_bond_id_{column}", to, ["bond_id", column], ["bond_id", "id"], ondelete=ondelete)
