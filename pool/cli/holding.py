"""``puljen backup``, ``restore``, ``hold`` and ``release``: a copy of the database, put back, and
what is held after that."""

from __future__ import annotations

import getpass
from pathlib import Path

import click

from pool import clock
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example, house_database
from pool.settings import Settings, masked

WHAT = click.Choice(["messages", "payments"])
_why = click.option("--why", required=True, help="The reason; it is kept with the hold.")


@click.command(epilog=example("puljen backup /srv/backup/puljen-2025-06-01.sqlite"))
@click.argument("file", type=click.Path(path_type=Path))
def backup(file: Path) -> None:
    """Copy the database to FILE, also while it is in use.

    The copy is of one moment, checked, and readable by this user alone. Wherever it is started it
    begins with messages and payments held. Keep the key file too, elsewhere.
    """
    from pool.holds import copies
    from pool.run import restoring

    settings = settings_room.load()
    if not settings.is_sqlite:
        raise NotDone(
            "The database is PostgreSQL, which takes its copies itself, also while it is in use: "
            f"`pg_dump --format=custom --file={file} --dbname={_plain(settings)}`. Keep "
            f"{settings.key_file} too, elsewhere."
        )
    house_database(settings).engine.dispose()  # says so where there is none
    try:
        made = copies.back_up(restoring.database_file(settings), file, clock.now())
    except copies.NotCopied as error:
        raise NotDone(str(error)) from error
    moment = f" until {clock.local(made.until):%Y-%m-%d %H:%M:%S}" if made.until else ""
    click.echo(f"{made.path}: {made.size} bytes, what happened{moment}, checked")
    if made.holds:
        click.echo("Wherever it is started it begins with messages and payments held.")
    click.echo(f"What is sealed in it opens with {settings.key_file} alone: keep that elsewhere.")


@click.command(epilog=example("puljen restore /srv/backup/puljen-2025-06-01.sqlite"))
@click.argument("file", type=click.Path(path_type=Path))
def restore(file: Path) -> None:
    """Put FILE in the database's place. Refused while puljen runs.

    What was there is kept beside it. Messages and payments are held until somebody has compared
    with what left after the copy was made, and lifts it with a reason.
    """
    from pool.run import restoring

    settings = settings_room.load()
    if not settings.is_sqlite:
        raise NotDone(
            "The database is PostgreSQL: stop puljen, then "
            f"`pg_restore --clean --if-exists --dbname={_owner(settings)} {file}`. "
            "The next `puljen run` finds out that it is older, and holds messages and payments."
        )
    done = restoring.restore(settings, file, clock.now())
    until = ""
    if done.until is not None:
        until = f", with what happened until {clock.local(done.until):%Y-%m-%d %H:%M:%S}"
    click.echo(f"{file} is the database now{until}")
    if done.kept:
        click.echo(f"What was there is kept as {done.kept}.")
    click.echo(
        "Messages and payments are held. Start puljen, compare, and lift each under "
        "/drift/tilbageholdt or with `puljen release`."
    )


@click.command(epilog=example('puljen hold payments --why "The bank sent a file twice"'))
@click.argument("what", type=WHAT)
@_why
def hold(what: str, why: str) -> None:
    """Hold WHAT from now on: no message is sent, or no payment let out."""
    from pool import holds
    from pool.identity.actor import SYSTEM

    reason, now = _reason(why), clock.now()
    kind: holds.What = "messages" if what == "messages" else "payments"
    if not house_database().write(
        lambda session: holds.hold(session, kind, reason, SYSTEM, now, how="console")
    ):
        raise NotDone(f"The {what} are held already.")
    click.echo(f"The {what} are held until somebody lifts it: `puljen release {what}`.")


@click.command(epilog=example('puljen release messages --why "Compared with the relay\'s log"'))
@click.argument("what", type=WHAT)
@_why
def release(what: str, why: str) -> None:
    """Let WHAT go on that was held."""
    from pool import holds
    from pool.identity.actor import SYSTEM

    reason, now = _reason(why), clock.now()
    kind: holds.What = "messages" if what == "messages" else "payments"
    by = f"{getpass.getuser()} (command line)"
    try:
        house_database().write(
            lambda session: holds.lift(session, kind, reason, SYSTEM, now, by=by)
        )
    except holds.NotHeld as error:
        raise NotDone(f"The {what} are not held.") from error
    click.echo(f"The {what} go on.")


def _reason(typed: str) -> str:
    text = typed.strip()
    if not text:
        raise NotDone('--why is empty: say why, as in --why "Compared with the mail log".')
    return text


def _plain(settings: Settings) -> str:
    """The database's address for PostgreSQL's own programs, without the password."""
    return masked(settings.database_url.replace("+psycopg", "")).replace(":***@", "@")


def _owner(settings: Settings) -> str:
    address = settings.owner_database_url or settings.database_url
    return masked(address.replace("+psycopg", "")).replace(":***@", "@")
