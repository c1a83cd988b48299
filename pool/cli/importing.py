"""What ``puljen import-cases`` does, and how it tells it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import click

from pool import clock, money
from pool import settings as settings_room
from pool.cases.house import Definitions, House
from pool.cli.failures import NotDone
from pool.cli.parts import house_database
from pool.identity.actor import SYSTEM
from pool.imports import columns, reading, runs, wording
from pool.imports.looking import RunView
from pool.render.words import words
from workflows.loading import load_all


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed. ``body`` is the file, ``columns`` field → heading where told."""

    pool: str
    year: int
    budget: int | None
    source: str
    name: str
    body: bytes
    sheet: str | None
    columns: dict[str, str]


def kroner(typed: str | None) -> int | None:
    if typed is None:
        return None
    try:
        return money.parse(typed)
    except money.NotMoney as error:
        raise NotDone(
            f"{typed!r} is no amount of kroner ({error.code}): write it as 96.000 or 96000,50."
        ) from error


def contents(file: Path) -> bytes:
    if not file.is_file():
        raise NotDone(f"There is no file {file}.")
    with file.open("rb") as opened:
        return opened.read(reading.MAX_BYTES + 1)  # one more tells that it is too large


def chosen(options: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for typed in options:
        field, sign, heading = typed.partition("=")
        if not sign or field.strip() not in columns.BY_KEY:
            raise NotDone(
                f"--column {typed!r} is not understood: write FIELD=HEADING, the field one of "
                f"{', '.join(columns.BY_KEY)}."
            )
        found[field.strip()] = heading.strip()
    return found


def do(asked: Asked, *, dry_run: bool) -> bool:
    """Import, or try it; False where a row was refused or is a conflict. Raises
    :class:`~pool.cli.failures.NotDone` where nothing could be done at all."""
    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    if asked.pool not in definitions:
        known = ", ".join(definitions.keys)
        raise NotDone(f"There is no pool {asked.pool!r}: choose among {known}.")
    house = House(house_database(settings), definitions, settings.base_url)
    try:
        run_id = _run(house, asked, go_on=not dry_run)
        if not dry_run:
            house.database.write(lambda session: definitions.register(session, clock.now()))
            runs.run_now(house, run_id, SYSTEM, clock.now(), _progress)
    except reading.Unreadable as error:
        raise NotDone(f"{asked.name}: {wording.unreadable(error, words('en'))}") from error
    except runs.CannotRun as error:
        raise NotDone(_refused(error, asked)) from error
    with house.database.read() as session:
        seen = runs.view(session, run_id)
    if dry_run:
        runs.drop(house, run_id, SYSTEM, clock.now())
    _tell(seen, dry_run=dry_run)
    return not (seen.counts["bad"] or seen.counts["conflict"])


def _run(house: House, asked: Asked, *, go_on: bool) -> int:
    """A run of this file: one that was begun and stopped, else a new one."""
    if go_on:
        sha256 = hashlib.sha256(asked.body).hexdigest()
        with house.database.read() as session:
            stopped = runs.unfinished(session, asked.pool, asked.year, sha256)
        if stopped is not None:
            click.echo("This file was begun before: going on where it was stopped.", err=True)
            return stopped
    book = reading.sheets(asked.body, asked.name, asked.sheet)
    taken = set(asked.columns.values())
    guessed = columns.guess(heading for heading in book.headings if heading not in taken)
    mapping = guessed | asked.columns
    if missing := columns.missing(mapping):
        raise runs.CannotRun("columns-missing", fields=list(missing))
    return runs.prepare(
        house,
        pool=asked.pool,
        year=asked.year,
        budget=asked.budget,
        source=asked.source,
        name=asked.name,
        body=asked.body,
        sheet=asked.sheet,
        mapping=mapping,
        person=SYSTEM,
        now=clock.now(),
    )


def _refused(error: runs.CannotRun, asked: Asked) -> str:
    if error.code == "no-budget":
        return (
            f"The year {asked.year} of {asked.pool} is not in the books: say what it is opened "
            "with, --budget KRONER."
        )
    if error.code == "columns-missing":
        fields = ", ".join(error.params["fields"])
        return f"No column was found for {fields}: name it with --column FIELD=HEADING."
    return wording.cannot_run(error, words("en"))


def _progress(done: int, total: int, _state: str) -> None:
    if done % 100 == 0:
        click.echo(f"{done} of {total} rows", err=True)


def _tell(seen: RunView, *, dry_run: bool) -> None:
    english = words("en")
    for row in seen.rows:
        for told in row.problems:
            where = told.heading or wording.label(told.column, english)
            click.echo(f"line {row.line}, {where}: {wording.problem(told, english)}")
    counted = seen.counts
    ready = "to be imported" if dry_run else "imported"
    lines = {
        ready: counted["good"] if dry_run else counted["imported"],
        "unchanged": counted["unchanged"],
        "conflicts": counted["conflict"],
        "refused": counted["bad"],
    }
    for name, number in lines.items():
        click.echo(f"{name:<15} {number:>18}")
    sums = seen.sums
    click.echo(f"{'grants':<15} {sums.grants:>18}")
    click.echo(f"{'refusals':<15} {sums.refusals:>18}")
    click.echo(f"{'granted in all':<15} {money.show(sums.granted):>18}")
    if dry_run:
        click.echo("Nothing was done: this was a dry run.")
