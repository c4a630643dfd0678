"""The tables of procrastinate in a PostgreSQL schema of their own: made by the upgrade, and made anew for another version.

What lies there are calls, never the truth: dropping all of it loses nothing (server.db.dispatch).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files

from sqlalchemy import Connection, text

from server.db.database import Database
from server.db.dispatch import Work
from server.db.scope import ROLE
from server.db.upgrade import TURN

SCHEMA = "procrastinate"
STEP = timedelta(seconds=5)
FRESH = timedelta(seconds=1)
ALIVE = timedelta(minutes=1)
_OURS = "weft"
# Nobody listens: whoever takes calls up asks for them, which works behind a pooler. A NOTIFY would make the commits of the whole
# database follow one another.
_HUSHED = ("procrastinate_jobs_notify_queue_job_inserted_v1", "procrastinate_jobs_notify_queue_job_aborted_v1")
# In procrastinate's own way a call that is waiting already is met as an error of its unique key, behind whoever is just writing it:
# it would undo a tap, or let it wait for another bond's. So a call is looked for first, and held until this transaction ends: taken
# up sooner, it would miss what is written here. Only a fresh one is held, or it might be held for ever. What fails here fails alone.
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {{home}}.weft_enqueue(calls jsonb) RETURNS void LANGUAGE plpgsql
SECURITY DEFINER SET search_path = {SCHEMA}, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    one record;
    due timestamptz;
    fresh interval;
BEGIN
    FOR one IN SELECT * FROM jsonb_to_recordset(calls) AS found(work text, args jsonb, after float8) LOOP
        IF one.after > 0 THEN
            fresh := interval '0';
            due := to_timestamp(ceil((extract(epoch FROM clock_timestamp()) + one.after) / {STEP.seconds}) * {STEP.seconds});
        ELSE
            fresh := interval '{FRESH.seconds} seconds';
            due := clock_timestamp();
        END IF;
        PERFORM 1 FROM procrastinate_jobs WHERE status = 'todo' AND task_name = one.work AND procrastinate_jobs.args = one.args
            AND scheduled_at BETWEEN due - fresh AND due LIMIT 1 FOR KEY SHARE SKIP LOCKED;
        IF NOT FOUND THEN
            PERFORM procrastinate_defer_jobs_v1(
                ARRAY[ROW(one.work, one.work, 0, NULL, NULL, one.args, due)]::procrastinate_job_to_defer_v1[]);
        END IF;
    END LOOP;
EXCEPTION WHEN OTHERS THEN
    RAISE WARNING 'Weft could not enqueue %: %', calls, SQLERRM;
END $$"""  # noqa: S608  # of ours
_STATE = text(
    f"""SELECT obj_description(to_regnamespace('{SCHEMA}'), 'pg_namespace'), to_regnamespace('{SCHEMA}') IS NOT NULL,
    quote_ident(current_schema()), procedure IS NOT NULL
    AND (to_regrole('{ROLE}') IS NULL OR has_function_privilege('{ROLE}', procedure, 'EXECUTE'))
    FROM CAST(to_regprocedure('weft_enqueue(jsonb)') AS oid) AS procedure"""  # noqa: S608  # of ours
)
_STANDING = text(
    f"""SELECT count(*) FILTER (WHERE status = 'todo' AND scheduled_at <= now()),
    min(scheduled_at) FILTER (WHERE status = 'todo' AND scheduled_at <= now()),
    (SELECT count(*) FROM {SCHEMA}.procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => :alive)), now()
    FROM {SCHEMA}.procrastinate_jobs"""  # noqa: S608  # of ours
)

_WAITING = text(f"SELECT count(*) FROM {SCHEMA}.procrastinate_jobs WHERE status = 'todo' AND task_name = :work")  # noqa: S608  # of ours


class TakenError(Exception):
    """A schema of that name belongs to somebody else; the message says so."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How many calls wait to be taken up, since when the first of them, and how many workers told lately that they are there."""

    waiting: int
    since: datetime | None
    workers: int
    now: datetime


def prepare(database: Database) -> bool:
    """Make what calls are enqueued in, anew where it is of another version; return whether it was. The database acts for everything."""
    with database.write() as session:
        session.exec_driver_sql(f"SELECT pg_advisory_xact_lock({TURN})")
        comment, is_there, home, _ = session.execute(_STATE).one()
        if is_there and not str(comment).startswith(_OURS):
            raise TakenError(f"The schema “{SCHEMA}” of this database was made by something else, so WEFT_DISPATCH cannot use it.")
        if not trouble(session):
            return False
        path = session.exec_driver_sql("SHOW search_path").scalar_one()
        for statement in (
            f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE",
            f"CREATE SCHEMA {SCHEMA}",
            f"SET LOCAL search_path = {SCHEMA}",
            _schema(),
            *(f"ALTER TABLE procrastinate_jobs DISABLE TRIGGER {one}" for one in _HUSHED),
            f"COMMENT ON SCHEMA {SCHEMA} IS '{_mark()}'",
            f"SET LOCAL search_path = {path}",
            _FUNCTION.format(home=home),
            f"REVOKE ALL ON FUNCTION {home}.weft_enqueue(jsonb) FROM PUBLIC",
            *([f"GRANT EXECUTE ON FUNCTION {home}.weft_enqueue(jsonb) TO {ROLE}"] if _has_role(session) else []),
        ):
            session.exec_driver_sql(statement, execution_options={"no_parameters": True})
    return True


def trouble(session: Connection) -> str:
    """Why nothing can be enqueued, with what to do; empty where it can."""
    comment, is_there, _, may_call = session.execute(_STATE).one()
    if not is_there or not may_call:
        return f"The schema “{SCHEMA}” is not there as WEFT_DISPATCH needs it. Run: weft migrate"
    return "" if comment == _mark() else f"The schema “{SCHEMA}” is of another version. Run: weft migrate"


def standing(session: Connection) -> Standing:
    """How the calls stand, by the database's own clock."""
    return Standing(*session.execute(_STANDING, {"alive": ALIVE.total_seconds()}).one())


def waiting(session: Connection, work: Work) -> int:
    """How many calls for a kind of work nobody has taken up yet."""
    return session.scalar(_WAITING, {"work": work.value}) or 0


def _has_role(session: Connection) -> bool:
    return bool(session.scalar(text(f"SELECT to_regrole('{ROLE}') IS NOT NULL")))


@cache
def _schema() -> str:
    return (files("procrastinate.sql") / "schema.sql").read_text(encoding="utf-8")


@cache
def _mark() -> str:
    """Which tables and which function these are: what a newer version brings is another."""
    return f"{_OURS} {sha256((_schema() + _FUNCTION + ''.join(_HUSHED)).encode()).hexdigest()[:16]}"
