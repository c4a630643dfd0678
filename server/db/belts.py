"""Row-level security on PostgreSQL: which rows of which table a scope reaches, and whether the database holds to it."""

from collections.abc import Mapping

from sqlalchemy import Connection, text

from server.db.scope import BONDS_SETTING, EVERYTHING_SETTING, MEMBERS_SETTING, ROLE, TOKEN_SETTING

POLICY = "weft_own"
OF_BONDS = "bonds"
_EVERYTHING = f"(SELECT current_setting('{EVERYTHING_SETTING}', true) = 'on')"
_MEMBERS = f"(SELECT nullif(current_setting('{MEMBERS_SETTING}', true), '')::uuid[])::uuid[]"
_BONDS = f"(SELECT nullif(current_setting('{BONDS_SETTING}', true), '')::uuid[])::uuid[]"
_IN_BOND = f"bond_id = ANY ({_BONDS})"
_OWN = f"member_id = ANY ({_MEMBERS})"
_OWN_PROMISE = f"EXISTS (SELECT 1 FROM promises WHERE promises.id = promise_id AND promises.member_id = ANY ({_MEMBERS}))"  # noqa: S608  # of ours
_BY_TOKEN = f"encode(token_hash, 'hex') = (SELECT nullif(current_setting('{TOKEN_SETTING}', true), ''))"
_WITH_ME = f"SELECT m.member_id FROM bond_members m WHERE m.bond_id = ANY ({_BONDS})"  # noqa: S608  # of ours
_OF_A_MEMBER_IN_BOND = f"bond_id IS NULL AND member_id IN ({_WITH_ME})"
"""What rests for a member rests for those who wait for it."""
READS: Mapping[str, tuple[str, ...]] = {
    OF_BONDS: (f"id = ANY ({_BONDS})",),
    "promise_terms": (_IN_BOND, _OWN_PROMISE),
    "pauses": (_IN_BOND, _OWN, _OF_A_MEMBER_IN_BOND),
    "invitations": (_IN_BOND, f"inviter_id = ANY ({_MEMBERS})", _BY_TOKEN),
    "supporters": (_IN_BOND, _OWN, _BY_TOKEN),
}
"""Who may see rows of tables that are no plain rows of a bond; what is one's own stays so in a bond that one has left."""
WRITES: Mapping[str, tuple[str, ...]] = {
    OF_BONDS: READS[OF_BONDS],
    "promise_terms": (_IN_BOND, f"bond_id IS NULL AND {_OWN_PROMISE}"),
    "invitations": (_IN_BOND, f"bond_id IS NULL AND inviter_id = ANY ({_MEMBERS})", _BY_TOKEN),
    "supporters": (_IN_BOND, _BY_TOKEN),
}
_TABLES = text(
    """SELECT c.relname, bool_or(a.attname = 'member_id') FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
    GROUP BY c.relname HAVING bool_or(a.attname = 'bond_id') OR c.relname = 'bonds' ORDER BY c.relname"""
)
_OPEN = text(
    f"""SELECT c.relname FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY (:tables)
    AND NOT (c.relrowsecurity AND c.relforcerowsecurity
        AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = '{POLICY}'
            AND (:bypasses OR pg_get_expr(p.polqual, p.polrelid) LIKE '%{EVERYTHING_SETTING}%'))) ORDER BY c.relname"""  # noqa: S608
)
_LOGIN = text("SELECT rolsuper, rolsuper OR rolbypassrls, rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_ROLE = text(
    """SELECT rolsuper OR rolbypassrls, pg_has_role(current_user, oid, 'MEMBER'), has_table_privilege(oid, 'events', 'INSERT')
    FROM pg_roles WHERE rolname = :role"""
)


class RoleError(Exception):
    """The login passes all policies, and the role that does not cannot be made; the message says who has to make it."""


def fasten(session: Connection) -> None:
    """Hold every table of bonds to the scope, and let the role that is held by it work; again whenever tables were made."""
    if session.dialect.name != "postgresql":
        return
    _, bypasses, _ = session.execute(_LOGIN).one()
    for table, has_member in session.execute(_TABLES).all():
        reads = READS.get(table, (_IN_BOND, _OWN) if has_member else (_IN_BOND,))
        writes = WRITES.get(table, (_IN_BOND, f"bond_id IS NULL AND {_OWN}") if has_member else (_IN_BOND,))
        allowed = _any(writes, bypasses=bypasses)
        _run(
            session,
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"DROP POLICY IF EXISTS {POLICY} ON {table}",
            f"CREATE POLICY {POLICY} ON {table} USING ({_any(reads, bypasses=bypasses)}) WITH CHECK ({allowed})",
        )
    _make_role(session)


def loose(session: Connection) -> str:
    """What keeps the database from holding to scopes, with what to do; empty where it does."""
    if session.dialect.name != "postgresql":
        return ""
    tables = [row[0] for row in session.execute(_TABLES)]
    _, bypasses, _ = session.execute(_LOGIN).one()
    if found := list(session.scalars(_OPEN, {"tables": tables, "bypasses": bypasses})):
        return f"Row-level security is not as this login needs it on {', '.join(found)}. Run: weft migrate"
    role = session.execute(_ROLE, {"role": ROLE}).one_or_none()
    if bypasses and role is None:
        return f"This login passes all policies, and the role {ROLE} is missing. {_how(session)}"
    if bypasses and role and (role[0] or not role[1]):
        return f"This login passes all policies, and the role {ROLE} passes them too or is not its own to take. {_how(session)}"
    return f"The role {ROLE} may not use the tables. Run: weft migrate" if bypasses and role and not role[2] else ""


def _make_role(session: Connection) -> None:
    """A login that passes all policies takes a role without that right in every transaction that acts for somebody."""
    is_superuser, bypasses, may_make = session.execute(_LOGIN).one()
    if not bypasses:
        return
    role = session.execute(_ROLE, {"role": ROLE}).one_or_none()
    if role is None and not may_make:
        raise RoleError(f"This login passes all policies, and may not make the role {ROLE}. {_how(session)}")
    if role is None:
        _run(session, f"CREATE ROLE {ROLE} NOLOGIN")
    if not is_superuser and not (role and role[1]):
        _run(session, f"GRANT {ROLE} TO CURRENT_USER")
    schema = session.scalar(text("SELECT quote_ident(current_schema())"))
    _run(
        session,
        f"GRANT USAGE ON SCHEMA {schema} TO {ROLE}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {ROLE}",
        f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {ROLE}",
    )


def _how(session: Connection) -> str:
    login = session.scalar(text("SELECT quote_ident(current_user)"))
    return f"Let a superuser run: CREATE ROLE {ROLE} NOLOGIN; GRANT {ROLE} TO {login}; and then: weft migrate"


def _any(conditions: tuple[str, ...], *, bypasses: bool) -> str:
    """A login that passes all policies needs no word for everything, which every query of a scope would pay for."""
    return " OR ".join(f"({one})" for one in (*conditions, *(() if bypasses else (_EVERYTHING,))))


def _run(session: Connection, *statements: str) -> None:
    for statement in statements:
        session.exec_driver_sql(statement)
