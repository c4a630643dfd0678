"""The log is append-only, and the database itself refuses anything else; what is being erased is let through by its name alone.

A row of `erasures` names a member or a bond, for as long as `server.db.erasing` is at work and in its transaction alone. Of that
member's lines only what came with them may be changed, and only those that are nobody else's may go; of that bond all may go.
"""

from sqlalchemy import Connection

from server.db.tables import events

STAYS = tuple(column.name for column in events.columns if column.name != "sent")
ERASES_WORDS = "EXISTS (SELECT 1 FROM erasures WHERE whose = OLD.member_id)"
ERASES_LINE = "EXISTS (SELECT 1 FROM erasures WHERE whose = coalesce(OLD.bond_id, OLD.member_id))"
SAME = " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in STAYS)
SAME_ON_SQLITE = SAME.replace("IS NOT DISTINCT FROM", "IS")
REFUSED = "the log is append-only"
ON_SQLITE = tuple(
    statement
    for verb, allowed in (("update", f"{ERASES_WORDS} AND {SAME_ON_SQLITE}"), ("delete", ERASES_LINE))
    for statement in (
        f"DROP TRIGGER IF EXISTS events_refuse_{verb}",
        f"CREATE TRIGGER events_refuse_{verb} BEFORE {verb} ON events WHEN NOT ({allowed}) BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END",
    )
)
ON_POSTGRESQL = (
    f"""CREATE OR REPLACE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'UPDATE' THEN IF {ERASES_WORDS} AND {SAME} THEN RETURN NEW; END IF;
    ELSIF TG_OP = 'DELETE' THEN IF {ERASES_LINE} THEN RETURN OLD; END IF; END IF;
    RAISE EXCEPTION '{REFUSED}'; END $$""",
    "DROP TRIGGER IF EXISTS events_refuse ON events",
    "CREATE TRIGGER events_refuse BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION events_refuse()",
    "DROP TRIGGER IF EXISTS events_refuse_truncate ON events",
    "CREATE TRIGGER events_refuse_truncate BEFORE TRUNCATE ON events FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()",
)


def create(connection: Connection) -> None:
    """Let the database refuse to change or delete an event; again after its table was made anew."""
    for statement in ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)
