"""Connections to PostgreSQL: a pool for the web, and single ones for the command line.

A session of the web runs under the database role of the person it serves. The pool's connections
start as the reader of public data, so that forgetting to choose a role can only show too little.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import psycopg
from psycopg import AsyncConnection, Connection, conninfo, sql
from psycopg.rows import DictRow, TupleRow, dict_row, tuple_row
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from geoloket.access import Principal, Role
from geoloket.errors import Forbidden, Unavailable

OWNER: Final = "geoloket_owner"
WEB: Final = "geoloket_web"
SEARCH_PATH: Final = "geoloket, staff, public"

WRONG_ROLE: Final = "the connection does not take the role it was given"

_logger = logging.getLogger("geoloket.database")

Warm = Callable[[AsyncConnection[DictRow]], Awaitable[None]]

_VISITORS: Final = Role.VISITOR.database_role
_EDITORS: Final = {Role.STAFF: "geoloket_editor", Role.HOUSING: "geoloket_housing_editor"}
_SCOPED: Final = sql.SQL("SET LOCAL geoloket.scope = {}")
_TOLD: Final = "SELECT set_config(%s, %s, true)"
_WAITS_S: Final = 10.0
"""How long a request waits for a connection."""
_KEPT_OPEN: Final = 4
"""Connections that stay open when nobody asks anything: a new one takes about 0.1 s to be quick."""

# libpq's: after how many seconds (milliseconds) a peer that says nothing is taken for dead.
_LISTENING: Final[dict[str, Any]] = {
    "application_name": "geoloket-listen",
    "keepalives_idle": 2,
    "keepalives_interval": 1,
    "keepalives_count": 3,
    "tcp_user_timeout": 4000,
}


class Database:
    """The web's pool of connections to one database."""

    def __init__(
        self,
        dsn: str,
        *,
        size: int = 10,
        statement_timeout_s: float = 30.0,
        warm: Warm | None = None,
    ) -> None:
        """``dsn`` logs in as a member of the roles ``geoloket_reader`` and ``geoloket_staff``.

        ``warm`` makes a new connection ready, before anybody waits for an answer of it.
        """
        self._warm = warm
        self._given = dsn
        self._dsn = _as_role(dsn, Role.VISITOR.database_role, statement_timeout_s)
        self._pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
            self._dsn,
            connection_class=AsyncConnection[DictRow],
            kwargs={"row_factory": dict_row, "autocommit": True},
            min_size=min(size, _KEPT_OPEN),
            max_size=size,
            timeout=_WAITS_S,
            open=False,
            check=None,
            configure=self._configure,
            name="web",
        )
        self._lent = asyncio.Semaphore(max(1, size // 2))

    async def _configure(self, connection: AsyncConnection[DictRow]) -> None:
        """Refuse a connection that is not a visitor's: a pooler may drop what we ask at its start.

        It would serve visitors as the login, which may see everything.
        """
        await _insist(connection, _VISITORS)
        if self._warm:
            await self._warm(connection)

    async def open(self) -> None:
        """Start connecting in the background; returns at once, even when the database is away."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Close every connection."""
        await self._pool.close(timeout=2)

    async def listening(self) -> AsyncConnection[DictRow]:
        """A visitor's connection of its own, to listen on; a dead peer is noticed in seconds.

        Raises psycopg.OperationalError.
        """
        return await AsyncConnection[DictRow].connect(
            self._dsn, row_factory=dict_row, autocommit=True, **_LISTENING
        )

    def login(self, who: Principal, statement_timeout_s: float, name: str) -> str:
        """A connection string that sees what this person may see, for a connection of its own.

        Its statements may take that long; ``name`` is what the database shows of it.
        """
        given = conninfo.conninfo_to_dict(self._given)
        # What nobody waits for any more is not finished.
        options = f"{given.get('options') or ''} -c client_connection_check_interval=2s"
        if who.scope is not None:
            options += f" -c geoloket.scope={scope_setting(who)}"
        dsn = conninfo.make_conninfo(self._given, options=options)
        return _as_role(dsn, who.role.database_role, statement_timeout_s, name)

    async def own(
        self, who: Principal, statement_timeout_s: float, name: str
    ) -> AsyncConnection[TupleRow]:
        """Such a connection, in autocommit; a pooler that drops the role is not accepted.

        Raises Unavailable.
        """
        login = self.login(who, statement_timeout_s, name)
        try:
            connection = await AsyncConnection[TupleRow].connect(login, autocommit=True)
        except psycopg.OperationalError:
            raise Unavailable("The database is not reachable at the moment.") from None
        try:
            await _insist(connection, who.role.database_role)
        except BaseException as error:
            connection.pgconn.finish()
            if not isinstance(error, psycopg.OperationalError):
                raise
            _logger.error("connection", extra={"name_of": name, "why": str(error)})
            raise Unavailable("The database is not reachable at the moment.") from None
        return connection

    @asynccontextmanager
    async def session(self, who: Principal) -> AsyncGenerator[AsyncConnection[DictRow]]:
        """A connection that sees what this person may see.

        A visitor's is in autocommit: one statement, one round trip. Another role is set for one
        transaction. Raises Unavailable when the database is away or all connections are taken.
        """
        try:
            async with self._pool.connection() as connection:
                if who.role is Role.VISITOR:
                    yield connection
                    return
                async with connection.transaction():
                    role = sql.Identifier(who.role.database_role)
                    await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(role))
                    if who.scope is not None:
                        # Not by a SELECT: after one, a transaction cannot begin to write.
                        scope = sql.Literal(scope_setting(who))
                        await connection.execute(_SCOPED.format(scope))
                    yield connection
        except psycopg.errors.QueryCanceled:
            raise Unavailable("The question took too long to answer; ask for less.") from None
        except (PoolTimeout, psycopg.OperationalError):
            raise Unavailable("The database is not reachable at the moment.") from None

    @asynccontextmanager
    async def editing(
        self, who: Principal, *, reason: str | None, undoes: int | None = None
    ) -> AsyncGenerator[AsyncConnection[DictRow]]:
        """A transaction that may change what this person may edit; the history says who and why.

        Raises Unavailable, and Forbidden for whoever edits nothing.
        """
        role = _EDITORS.get(who.role)
        if role is None or not who.writes:
            raise Forbidden("This is not for you to change.")
        told = {
            "person": who.subject or "",
            "name": who.name,
            "token": who.token or "",
            "reason": reason or "",
            "undoes": str(undoes or ""),
            "scope": scope_setting(who),
        }
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute("SET TRANSACTION READ WRITE")
                await connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(role)))
                for name, value in told.items():
                    await connection.execute(_TOLD, [f"geoloket.{name}", value])
                yield connection
        except psycopg.errors.QueryCanceled:
            raise Unavailable("The change took too long.") from None
        except (PoolTimeout, psycopg.OperationalError):
            raise Unavailable("The database is not reachable at the moment.") from None

    @asynccontextmanager
    async def lent(self, who: Principal) -> AsyncGenerator[AsyncConnection[DictRow]]:
        """A session in a transaction, for as long as a client reads what it gives.

        At most half of the pool, so that clients who read slowly keep nobody else waiting. Raises
        Unavailable.
        """
        try:
            await asyncio.wait_for(self._lent.acquire(), _WAITS_S)
        except TimeoutError:
            raise Unavailable("Others are reading large pages; try again in a moment.") from None
        try:
            async with self.session(who) as connection, connection.transaction():
                yield connection
        finally:
            self._lent.release()


def scope_setting(who: Principal) -> str:
    """What ``geoloket.in_scope`` reads: the layers of a token between commas, or nothing."""
    return "" if who.scope is None else f",{','.join(sorted(who.scope))},"


def connect(dsn: str, *, role: str | None = None, **kwargs: Any) -> Connection[DictRow]:
    """One synchronous connection for the command line, on our search path; not in autocommit.

    Raises Unavailable when the database cannot be reached.
    """
    try:
        connection = Connection[DictRow].connect(dsn, row_factory=dict_row, **kwargs)
    except psycopg.OperationalError as error:
        raise Unavailable(f"the database cannot be reached: {str(error).splitlines()[0]}") from None
    connection.execute(sql.SQL("SET search_path TO {}").format(sql.SQL(SEARCH_PATH)))
    if role:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
    if not connection.autocommit:
        connection.commit()
    return connection


async def _insist(connection: AsyncConnection[Any], role: str) -> None:
    """Raises psycopg.OperationalError when the connection does not see as this role does."""
    cursor = connection.cursor(row_factory=tuple_row)
    await cursor.execute("SELECT current_user::text")
    if await cursor.fetchone() != (role,):
        raise psycopg.OperationalError(WRONG_ROLE)


def _as_role(dsn: str, role: str, statement_timeout_s: float, name: str = "geoloket-web") -> str:
    """The DSN with startup options: role, search path, timeout, and no writing."""
    given = conninfo.conninfo_to_dict(dsn)
    options = [
        str(given.get("options") or ""),
        f"-c role={role}",
        f"-c search_path={SEARCH_PATH.replace(' ', '')}",
        f"-c statement_timeout={int(statement_timeout_s * 1000)}",
        "-c default_transaction_read_only=on",
        "-c TimeZone=UTC",
        "-c cursor_tuple_fraction=1",  # what is fetched by parts is fetched whole
    ]
    return conninfo.make_conninfo(
        dsn,
        options=" ".join(filter(None, options)),
        connect_timeout=5,
        application_name=name,
    )
