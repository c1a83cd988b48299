"""What ``puljen books`` does, and how it tells it. No case and nobody is named."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import click

from pool import books, clock, money
from pool import settings as settings_room
from pool.books import BooksError, columns, once, taking, wording
from pool.books import layout as books_layout
from pool.cases.house import Definitions, House
from pool.cli.failures import NotDone
from pool.cli.parts import house_database
from pool.files import MAX_BYTES
from pool.files.tables import Unreadable
from pool.identity.actor import SYSTEM
from pool.render.words import words
from workflows.loading import load_all

_ASKED = {
    "separator": "what stands between the columns: --separator",
    "columns": "which columns have the day and the amount: --column date=HEADING "
    "--column amount=HEADING",
    "dates": "whether the day or the month comes first: --dates dmy or mdy",
    "mark": "which decimal mark it has: --decimals , or .",
    "again": "whether lines that were in an earlier file are the same postings or new ones (a "
    "payment made twice): --again same or new",
    "sign": "whether money that was paid out stands above or below zero: --sign plus or minus",
}


def take(
    file: Path,
    pool: str,
    year: int,
    told: Mapping[str, str | None],
    chosen: tuple[str, ...],
    *,
    rest: bool,
) -> None:
    """Take a file's postings, and say what came of it. Raises
    :class:`~pool.cli.failures.NotDone` where nothing is taken."""
    house, english = _house(pool), words("en")
    if not file.is_file():
        raise NotDone(f"There is no file {file}.")
    with file.open("rb") as opened:
        body = opened.read(MAX_BYTES + 1)  # one more tells that it is too large
    layout = books_layout.of_stored({**told, "columns": _columns(chosen)})
    try:
        once.allowed(house, pool, SYSTEM)
        done = _done(house, pool, year, hashlib.sha256(body).hexdigest())
        if not done:
            _ready(taking.trial(house, pool, year, body, layout), rest=rest)
        now = clock.now()
        command = f"books-{pool}-{year}-{hashlib.sha256(body).hexdigest()[:16]}-{now.timestamp()}"
        outcome = books.upload(
            *(house, command),
            pool=pool,
            year=year,
            name=file.name,
            body=body,
            chosen=layout,
            rest=rest,
            actor=SYSTEM,
            now=now,
        )
    except Unreadable as error:
        raise NotDone(f"{file.name}: {wording.unreadable(error, english)}") from error
    except BooksError as error:
        raise NotDone(wording.refused(error, english)) from error
    if outcome.repeated:
        click.echo("This very file was here before: nothing was changed.")
    for name, number in (
        ("postings", outcome.rows),
        ("new", outcome.new),
        ("matched", outcome.matched),
    ):
        click.echo(f"{name:<10} {number:>10}")


def _columns(chosen: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for typed in chosen:
        role, sign, heading = typed.partition("=")
        if not sign or role.strip() not in columns.ROLES:
            raise NotDone(
                f"--column {typed!r} is not understood: write ROLE=HEADING, the role one of "
                f"{', '.join(columns.ROLES)}."
            )
        found[role.strip()] = heading.strip()
    return found


def _done(house: House, pool: str, year: int, sha256: str) -> bool:
    with house.database.read() as session:
        files = taking.files_of(session, pool, year)
    return any(one.sha256 == sha256 and one.state == "read" for one in files)


def _ready(tried: taking.Tried, *, rest: bool) -> None:
    """Raises NotDone with everything that must be told or mended first."""
    if tried.asked:
        if "again" in tried.asked:
            numbers = ", ".join(str(one.line) for one in tried.again[:20])
            click.echo(f"in an earlier file too, by line: {numbers}", err=True)
        asked = "; ".join(_ASKED[one] for one in tried.asked)
        raise NotDone(f"The file does not tell {asked}. Nothing was taken.")
    assert tried.reading is not None
    if not tried.reading.rows:
        raise NotDone("There is no posting in the file that can be read. Nothing was taken.")
    english = words("en")
    for one in tried.reading.bad:
        where = wording.role(one.role, english)
        click.echo(f"line {one.line}, {where}: {wording.problem(one, english)}", err=True)
    if tried.reading.bad and not rest:
        raise NotDone(
            f"{len(tried.reading.bad)} lines cannot be read, so nothing was taken: mend them, or "
            "take the others with --rest."
        )


def tell(pool: str, year: int) -> bool:
    """Print the agreement and every difference; whether both agree."""
    house, english = _house(pool), words("en")
    try:
        once.allowed(house, pool, SYSTEM)
        with house.database.read() as session:
            once.year_id(session, pool, year)
            found = books.compare(session, pool, year)
    except BooksError as error:
        raise NotDone(wording.refused(error, english)) from error
    told = found.agreement
    for name, amount in (
        ("theirs", told.theirs),
        ("ours", told.ours),
        ("apart", told.difference),
    ):
        click.echo(f"{name:<10} {money.show(amount):>18}")
    for one in found.differences:
        sides = [part.side() for part in one.postings] + [part.side() for part in one.items]
        days = ", ".join(sorted({side.day.isoformat() for side in sides}))
        references = ", ".join(sorted({side.reference for side in sides if side.reference}))
        click.echo(
            f"{one.kind:<7} {days} {references or '-'}: theirs {money.show(one.theirs)}, "
            f"ours {money.show(one.ours)}"
        )
    for posting, transfer in found.unknown:
        click.echo(f"posting {posting} is matched with transfer {transfer}, which is no payment")
    click.echo(wording.agreement(told, english))
    return told.agrees


def _house(pool: str) -> House:
    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    if pool not in definitions:
        known = ", ".join(definitions.keys)
        raise NotDone(f"There is no pool {pool!r}: choose among {known}.")
    return House(house_database(settings), definitions, settings.base_url)
