"""``puljen summary``: a pool's year for the steering group, as files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pool import clock
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.ledger import YEARS
from pool.cli.parts import example, house_database

if TYPE_CHECKING:
    from sqlmodel import Session

    from pool.cases.house import House
    from pool.summary.model import Request, Summary

BOTH = "both"


@click.command(
    epilog=example(
        "puljen summary --pool urban-life --year 2024 --out summaries",
        "puljen summary --pool urban-life --pool knowledge --year 2024 --edition final --lang da "
        "--out summaries",
        "puljen summary --pool urban-life --year 2024 --as-of 2024-12-10 --out summaries",
    )
)
@click.option(
    "--pool", "pools", multiple=True, required=True, help="A pool's key; several in one summary."
)
@click.option("--year", type=YEARS, required=True)
@click.option(
    "--edition",
    type=click.Choice(["provisional", "final"]),
    default="provisional",
    show_default=True,
    help="Before or after the last reports.",
)
@click.option(
    "--as-of", "as_of", type=click.DateTime(["%Y-%m-%d"]), help="The last day that counts; today."
)
@click.option(
    "--axis",
    type=click.Choice(["recorded", "effective"]),
    default="recorded",
    show_default=True,
    help="Count by the day of writing, or by the day it is about.",
)
@click.option(
    "--known-at", "known_at", help="Leave out what was written after this moment (ISO 8601)."
)
@click.option("--lang", type=click.Choice(["da", "en", BOTH]), default=BOTH, show_default=True)
@click.option(
    "--out", type=click.Path(file_okay=False, path_type=Path), required=True, help="The folder."
)
@click.option(
    "--keep", is_flag=True, help="Also keep it as an edition, to be written and submitted."
)
def summary(
    pools: tuple[str, ...],
    year: int,
    edition: str,
    as_of: datetime | None,
    axis: str,
    known_at: str | None,
    lang: str,
    out: Path,
    keep: bool,
) -> None:
    """Write the summary of a pool's year (or several pools') as PDF, XLSX, CSV and JSON.

    It writes files and changes nothing: an edition that can be submitted is made with --keep, or
    in the browser. The same parameters give the same bytes; what was counted, its SHA-256 and the
    parameters for doing it again are printed.
    """
    from pool.cases.house import Definitions, House
    from pool.summary.model import Request, sha256, to_json
    from workflows.loading import load_all

    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    for key in pools:
        if key not in definitions:
            raise NotDone(f"There is no pool {key!r}: choose among {', '.join(definitions.keys)}.")
    house = House(house_database(settings), definitions, settings.base_url)
    now = clock.now()
    day = as_of.date() if as_of else None
    if day is not None and day > clock.local_day(now):
        raise NotDone(f"{day} has not come yet: choose a day up to today.")
    request = Request.make(
        tuple(dict.fromkeys(pools)),
        year,
        "final" if edition == "final" else "provisional",
        now=now,
        as_of=day,
        axis="effective" if axis == "effective" else "recorded",
        known_at=_moment(known_at),
    )
    with house.database.read() as session:
        counted = _counted(session, house, request)
    click.echo(f"sha256    {sha256(to_json(counted))}")
    click.echo(f"as of     {request.as_of} ({request.axis})")
    click.echo(f"known at  {request.known_at.isoformat()}")
    for path in _written(counted, ("da", "en") if lang == BOTH else (lang,), out):
        click.echo(str(path))
    if keep:
        click.echo(f"edition   {_kept(house, request, now)}")


def _moment(typed: str | None) -> datetime | None:
    if typed is None:
        return None
    try:
        moment = datetime.fromisoformat(typed)
    except ValueError as error:
        raise NotDone(f"{typed!r} is no moment: write it as 2024-12-10T12:00:00+01:00.") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=clock.COPENHAGEN)
    return moment.astimezone(UTC)


def _counted(session: Session, house: House, request: Request) -> Summary:
    from pool.summary import years
    from pool.summary.figures import collect

    for key in request.pools:
        if request.year not in years(session, key):
            raise NotDone(
                f"The year {request.year} of {key} is not in the books: open it with `puljen year "
                f"open --pool {key} --year {request.year} --budget KRONER`."
            )
    return collect(session, house, request)


def _written(counted: Summary, languages: tuple[str, ...], out: Path) -> list[Path]:
    from pool.models.summary import FORMATS
    from pool.render.words import words
    from pool.summary import files
    from pool.summary.sentences import draft

    out.mkdir(parents=True, exist_ok=True)
    written = []
    for lang in languages:
        own = draft(counted, words(lang))
        for form in FORMATS:
            made = files.make_of(counted, lang, form, own=own)
            path = out / made.name
            path.write_bytes(made.body)
            written.append(path)
    return written


def _kept(house: House, request: Request, now: datetime) -> int:
    """The same parameters are the same edition."""
    import hashlib
    import json
    from dataclasses import asdict

    from pool.identity.actor import SYSTEM
    from pool.summary import editions

    asked = json.dumps(asdict(request), sort_keys=True, default=str)
    key = f"cli:{hashlib.sha256(asked.encode()).hexdigest()}"
    return editions.make(house, request, key=key, actor=SYSTEM, now=now)
