"""For whom a transaction acts: on PostgreSQL row-level security holds it to their bonds, whatever a query forgets to ask for.

A scope stands in settings that end with the transaction, and is sent with its BEGIN, so that it costs no way of its own to the
database and holds behind a pooler. Without one nothing of anybody is found and nothing written. SQLite knows no such thing: there
the queries alone hold.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

ROLE = "weft_scoped"
OPTION = "weft_scope"
BYPASSES = "weft_bypasses"
EVERYTHING_SETTING = "weft.everything"
MEMBERS_SETTING, BONDS_SETTING, TOKEN_SETTING = "weft.members", "weft.bonds", "weft.token"
BEGIN = "BEGIN; SET LOCAL jit = off"
"""What is asked here is short: to compile it takes PostgreSQL many times as long as to answer it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """These members with the bonds that they are in; everything, for jobs and the operator; or, as it begins, nobody."""

    members: frozenset[UUID] = frozenset()
    is_everything: bool = False


NOBODY = Scope()
EVERYTHING = Scope(is_everything=True)


def of(member_ids: Collection[UUID]) -> Scope:
    """The scope of one member, or of several who are written for together."""
    return Scope(frozenset(member_ids))


def arrive(driver_connection: Any, connected: Any) -> None:
    """Take over a new connection to PostgreSQL: its transactions begin with words of ours, which depend on what its login may pass by."""
    driver_connection.autocommit = True
    found = driver_connection.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user").fetchone()
    connected.info[BYPASSES] = bool(found and found[0])


def begin(session: Connection) -> None:
    """Begin a transaction for whom its options name."""
    scope: Scope = session.get_execution_options().get(OPTION, NOBODY)
    opening = _opening(scope, bypasses=session.info[BYPASSES])
    session.exec_driver_sql(opening, execution_options={"no_parameters": True})


def act_for(session: Connection, *member_ids: UUID) -> None:
    """Act for members who are known only now: their secrets were read in this very transaction."""
    if member_ids and _is_held(session):
        session.exec_driver_sql(";".join(_naming(member_ids)), execution_options={"no_parameters": True})


def include(session: Connection, bond_id: UUID) -> None:
    """Act in one more bond: it was made just now, or somebody was asked into it."""
    if _is_held(session):
        before = f"nullif(current_setting('{BONDS_SETTING}', true), '')::uuid[]"
        session.execute(text(f"SELECT set_config('{BONDS_SETTING}', array_append({before}, :bond)::text, true)"), {"bond": bond_id})


def include_left(session: Connection, member_id: UUID) -> None:
    """Act also in the bonds that a member has left: what was their own there is still theirs to take along."""
    if _is_held(session):
        bonds = f"SELECT bond_id FROM bond_members WHERE member_id = '{member_id}'"  # noqa: S608  # a UUID
        session.exec_driver_sql(_set_bonds(bonds), execution_options={"no_parameters": True})


def holding(session: Connection, token_hash: bytes) -> None:
    """Act as whoever holds a token: the one row that it opens may be read and answered."""
    if _is_held(session):
        session.execute(text(f"SELECT set_config('{TOKEN_SETTING}', :hash, true)"), {"hash": token_hash.hex()})


def _is_held(session: Connection) -> bool:
    scope: Scope = session.get_execution_options().get(OPTION, NOBODY)
    return session.dialect.name == "postgresql" and not scope.is_everything


def _opening(scope: Scope, *, bypasses: bool) -> str:
    if scope.is_everything:
        return BEGIN if bypasses else f"{BEGIN}; SET LOCAL {EVERYTHING_SETTING} = 'on'"
    role = [f"SET LOCAL ROLE {ROLE}"] if bypasses else []
    return ";".join([BEGIN, *(_naming(scope.members) if scope.members else ()), *role])


def _naming(member_ids: Collection[UUID]) -> tuple[str, str]:
    """The ids stand in the statement itself: they are UUIDs, and several statements go by one way only without parameters."""
    quoted = ",".join(f"'{one}'" for one in sorted(member_ids))
    bonds = f"SELECT bond_id FROM bond_members WHERE member_id IN ({quoted}) AND left_at IS NULL"  # noqa: S608  # UUIDs
    supported = f"SELECT bond_id FROM supporters WHERE member_id IN ({quoted}) AND ended_at IS NULL"  # noqa: S608  # UUIDs
    members = quoted.replace("'", "")
    return f"SET LOCAL {MEMBERS_SETTING} = '{{{members}}}'", _set_bonds(f"{bonds} UNION ALL {supported}")


def _set_bonds(query: str) -> str:
    return f"SELECT set_config('{BONDS_SETTING}', ARRAY({query})::text, true)"
