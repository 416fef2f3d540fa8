"""Can the database be reached, is it set up as it should be, and at the revision that the program works with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from requestflow.cli.doctor.finding import Finding, fine, look, mend
from requestflow.rules.words import Text
from requestflow.settings import Settings
from requestflow.store import migrations
from requestflow.store.alone import Taken, alone_on
from requestflow.store.session import make_engine

_OLDEST_SERVER = 140_000  # as PostgreSQL numbers its version 14
_LARGE_FILE = 2_000_000_000  # bytes
_A_MOMENT, _TOO_FAR = timedelta(seconds=5), timedelta(minutes=1)
_MIGRATE = Text("运行 requestflow migrate。", "Run requestflow migrate.")


@contextmanager
def opened(chosen: Settings) -> Iterator[Connection]:
    """A connection that only reads; DBAPIError if there is none to be had."""
    engine = make_engine(chosen.database_url)
    try:
        with engine.connect().execution_options(reads_only=True) as connection:
            yield connection
    finally:
        engine.dispose()


def is_missing(chosen: Settings) -> bool:
    """Whether the database would be a file that is not there: it must not be made by looking at it."""
    return chosen.is_sqlite and not Path(str(make_url(chosen.database_url).database)).is_file()


def missing() -> Finding:
    return mend("database", Text("还没有数据库。", "There is no database yet."), _MIGRATE)


def away(error: DBAPIError) -> Finding:
    """Why the database cannot be reached, in its own words."""
    why = " ".join(str(error.orig).split()) or type(error.orig).__name__
    return mend(
        "database",
        Text("数据库连接不上：{why}", "The database cannot be reached: {why}").fill(why=why),
        Text(
            "启动数据库，并核对 REQUESTFLOW_DATABASE_URL。", "Start the database, and check REQUESTFLOW_DATABASE_URL."
        ),
    )


def health(connection: Connection, chosen: Settings, now: datetime) -> Iterator[Finding]:
    """Everything about a database that answers."""
    yield from _file(connection, chosen) if chosen.is_sqlite else _server(connection, now)


def _server(connection: Connection, now: datetime) -> Iterator[Finding]:
    number = int(connection.execute(text("SHOW server_version_num")).scalar_one())
    version = f"PostgreSQL {number // 10_000}.{number % 10_000}"
    if number < _OLDEST_SERVER:
        yield look(
            "database",
            Text(version, version),
            Text("升级到 PostgreSQL 14 以上。", "Upgrade to PostgreSQL 14 or later."),
        )
    else:
        yield fine("database", Text(version, version))
    yield _letters(connection)
    yield _clocks(connection, now)


def _letters(connection: Connection) -> Finding:
    asked = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    encoding, order = connection.execute(text(asked)).one()
    said = Text("编码 {encoding}，排序 {order}。", "Encoding {encoding}, order {order}.").fill(
        encoding=encoding, order=order
    )
    anew = Text(
        "用 createdb --encoding=UTF8 --locale=C --template=template0 另建数据库，再恢复备份。",
        "Make another with createdb --encoding=UTF8 --locale=C --template=template0, and restore a backup into it.",
    )
    if encoding != "UTF8":
        return mend("encoding", said, anew)
    return fine("encoding", said) if order in ("C", "POSIX", "C.UTF-8", "C.utf8") else look("encoding", said, anew)


def _clocks(connection: Connection, now: datetime) -> Finding:
    apart = abs(connection.execute(text("SELECT clock_timestamp()")).scalar_one() - now)
    said = Text("数据库的时钟与本机相差{n}秒。", "The clocks of database and machine are {n} s apart.")
    said = said.fill(n=round(apart.total_seconds()))
    if apart <= _A_MOMENT:
        return fine("clock", said)
    find = mend if apart > _TOO_FAR else look
    return find(
        "clock", said, Text("在两台机器上启用时间同步（NTP）。", "Let both machines follow a time server (NTP).")
    )


def _file(connection: Connection, chosen: Settings) -> Iterator[Finding]:
    file = Path(str(make_url(chosen.database_url).database))
    mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    size = file.stat().st_size
    said = Text("SQLite 文件 {size} MB，日志方式 {mode}。", "An SQLite file of {size} MB, journal mode {mode}.")
    said = said.fill(size=f"{size / 1e6:.1f}", mode=mode)
    if mode != "wal":
        yield mend(
            "database",
            said,
            Text("把文件移到本机磁盘，不要放在网络盘上。", "Move the file to a disk of this machine, off the network."),
        )
    elif size > _LARGE_FILE:
        yield look(
            "database",
            said,
            Text("改用 PostgreSQL，见 docs/operating.md。", "Move to PostgreSQL, see docs/operating.md."),
        )
    elif not chosen.is_embedded:
        yield look(
            "database",
            Text(f"{said.zh[:-1]}，由几个程序同时使用。", f"{said.en[:-1]}, used by several programs at once."),
            Text("改用 PostgreSQL，见 docs/operating.md。", "Move to PostgreSQL, see docs/operating.md."),
        )
    else:
        yield fine("database", said)
    if chosen.is_embedded:
        yield _served(chosen.database_url)


def _served(url: str) -> Finding:
    try:
        with alone_on(url):
            pass
    except Taken:
        return fine("served", Text("正在运行。", "It is being served."))
    return look(
        "served",
        Text("现在没有运行。", "Nothing serves it now."),
        Text("运行 requestflow serve。", "Run requestflow serve."),
    )


def revision(connection: Connection) -> Finding:
    """Whether the tables have the form that the program works with."""
    script = ScriptDirectory.from_config(migrations.configuration())
    head = script.get_current_head()
    here = MigrationContext.configure(connection).get_current_revision()
    if here == head:
        return fine(
            "revision", Text("数据表为当前版本（{n}）。", "The tables are at the present revision, {n}.").fill(n=head)
        )
    if here is None:
        return mend("revision", Text("数据库里还没有数据表。", "The database has no tables yet."), _MIGRATE)
    if here in {each.revision for each in script.walk_revisions()}:
        what = Text("数据表停在旧版本 {here}，程序需要 {head}。", "The tables are at {here}, the program needs {head}.")
        return mend("revision", what.fill(here=here, head=head), _MIGRATE)
    return mend(
        "revision",
        Text("数据表来自更新的版本 {here}。", "The tables were made by a later version, {here}.").fill(here=here),
        Text("把程序升级到那个版本。", "Upgrade the program to that version."),
    )
