"""The log is append-only, and the database itself refuses anything else."""

from sqlalchemy import Connection

ON_SQLITE = tuple(
    f"CREATE TRIGGER IF NOT EXISTS events_refuse_{verb} BEFORE {verb} ON events BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
    for verb in ("update", "delete")
)
ON_POSTGRESQL = (
    """CREATE OR REPLACE FUNCTION events_refuse() RETURNS trigger LANGUAGE plpgsql
    AS $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
    """CREATE OR REPLACE TRIGGER events_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON events
    FOR EACH STATEMENT EXECUTE FUNCTION events_refuse()""",
)


def create(connection: Connection) -> None:
    """Let the database refuse to change or delete an event."""
    for statement in ON_SQLITE if connection.dialect.name == "sqlite" else ON_POSTGRESQL:
        connection.exec_driver_sql(statement)
