"""The commands and their options."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from pool import __version__
from pool import settings as settings_room
from pool.cli import books, closing, holding, imports, ledger, people, plan, pools, proof, summary
from pool.cli.parts import example, house_database

F = TypeVar("F", bound=Callable[..., Any])


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="puljen")
def puljen() -> None:
    """A grant pool workflow engine: apply, decide, notify, and know where every krone is."""


def _at_port(command: F) -> F:
    return click.option(
        "--port", type=click.IntRange(1, 65535), help="Instead of PULJEN_PORT (8000)."
    )(command)


@puljen.command(epilog=example("puljen demo", "puljen demo --port 8001"))
@_at_port
@click.option(
    "--district", is_flag=True, help="With the big pool too, eight cases before a meeting."
)
def demo(port: int | None, district: bool) -> None:
    """Start a demonstration: everything on this machine, filled with made-up cases.

    Sign-ins with one click exist here only. Mail goes to a mailbox page, never out.
    """
    if district:
        os.environ["PULJEN_DEMO_DISTRICT"] = "1"
        settings_room.load.cache_clear()
    _serve(port, demo=True)


@puljen.command(epilog=example("PULJEN_DATA_DIR=/srv/puljen puljen run"))
@_at_port
def run(port: int | None) -> None:
    """Start in earnest: the web server, the workers and beat under one supervisor.

    Nothing is ever filled in. Without PULJEN_DATABASE_URL and PULJEN_REDIS_URL it runs on SQLite
    and an embedded Redis in the data folder.
    """
    _serve(port, demo=False)


def _serve(port: int | None, *, demo: bool) -> None:
    from pool.run import stack

    if port is not None:
        os.environ["PULJEN_PORT"] = str(port)
        settings_room.load.cache_clear()
    click.get_current_context().exit(stack.run(settings_room.load(), demo=demo))


@puljen.command(epilog=example("puljen worker", "puljen worker --queue letters --processes 2"))
@click.option(
    "--queue",
    "queues",
    type=click.Choice(["links", "letters", "digests", "default"]),
    multiple=True,
    help="Take tasks from this queue only; may be given more than once.",
)
@click.option("--processes", type=click.IntRange(1, 64), default=1, help="Tasks at a time.")
def worker(queues: tuple[str, ...], processes: int) -> None:
    """Start further workers, here or on another machine, beside a `puljen run`."""
    from pool.run.errors import Refused
    from worker import run as worker_run

    if settings_room.load().redis_url is None:
        raise Refused(
            "PULJEN_REDIS_URL is not set: the embedded Redis belongs to `puljen run` alone, so set "
            "it to a Redis that all processes can reach."
        )
    wanted = queues or ("links", "letters", "digests", "default")
    name = f"{'-'.join(sorted(set(wanted)))}-{os.getpid()}"
    code = worker_run.consume(
        name, wanted, ready=lambda: click.echo("ready"), processes=processes, line=worker_run.DATED
    )
    click.get_current_context().exit(code)


@puljen.group()
def db() -> None:
    """The database's tables."""


@db.command(epilog=example("puljen db upgrade"))
def upgrade() -> None:
    """Bring the tables and their guards up to this version.

    Uses PULJEN_OWNER_DATABASE_URL where it is set: on PostgreSQL the tables belong to an owner
    the running programs are not.
    """
    from pool.run import prepare

    prepare.upgrade(settings_room.load())
    click.echo("The database is up to date.")


@puljen.command(epilog=example("puljen settings", "PULJEN_PORT=9000 puljen settings"))
def settings() -> None:
    """List every setting: its variable, its value (passwords masked), what it means."""
    for name, value, meaning in settings_room.table(settings_room.load()):
        click.echo(f"{click.style(name, bold=True)}={value}\n    {meaning}")


for group in (people.user, ledger.year, pools.workflow, ledger.ledger, plan.plan):
    puljen.add_command(group)
puljen.add_command(books.books)
puljen.add_command(imports.import_cases)
puljen.add_command(summary.summary)
for command in (holding.backup, holding.restore, holding.hold, holding.release):
    puljen.add_command(command)

_ = (closing, proof)  # their commands are of ``puljen year`` and ``puljen ledger``

__all__ = ["house_database", "puljen"]
