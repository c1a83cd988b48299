"""``puljen ledger`` and ``puljen year``: the money."""

from __future__ import annotations

import json

import click

from pool import clock, money
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example, house_database

YEARS = click.IntRange(2000, 2200)
DANISH = {
    "budget": "budget",
    "earmarked": "øremærket",
    "granted": "bevilget",
    "disposed": "disponeret",
    "paid": "udbetalt",
    "returned": "tilbageløb",
    "free": "rest til disposition",
}


@click.group()
def ledger() -> None:
    """The books: where every krone is."""


@ledger.command(
    epilog=example(
        "puljen ledger status --pool urban-life --year 2024",
        "puljen ledger status --pool urban-life --year 2024 --json",
    )
)
@click.option("--pool", "key", required=True, help="The pool's key, such as urban-life.")
@click.option("--year", type=YEARS, required=True)
@click.option("--json", "as_json", is_flag=True, help="Whole øre, for programs.")
def status(key: str, year: int, as_json: bool) -> None:
    """Where the money of a pool's year is, announced decisions only."""
    from pool import ledger as books

    with house_database().read() as session:
        try:
            figures = books.status(session, key, year).figures()
        except books.UnknownYear as error:
            raise NotDone(
                f"The year {year} of {key} is not in the books: open it with `puljen year open "
                f"--pool {key} --year {year} --budget KRONER`."
            ) from error
    if as_json:
        click.echo(json.dumps(figures))
        return
    for name, amount in figures.items():
        click.echo(f"{name:<10} {DANISH[name]:<22} {money.show(amount):>18}")


@click.group()
def year() -> None:
    """The pools' years."""


@year.command(
    "open",
    epilog=example(
        'puljen year open --pool urban-life --year 2025 --budget 96.000 --source "Plan 2025, s. 12"'
    ),
)
@click.option("--pool", "key", required=True, help="The pool's key, such as urban-life.")
@click.option("--year", "number", type=YEARS, required=True)
@click.option("--budget", required=True, help="Kroner: 96.000 or 96000 or 131.277,50.")
@click.option("--source", default="", help="Where the figure stands, for who checks it later.")
def open_year(key: str, number: int, budget: str, source: str) -> None:
    """Open a pool's year with its budget. Done once."""
    from pool.cases.house import Definitions, House
    from pool.identity.actor import SYSTEM
    from pool.plan import YearAlreadyOpen
    from pool.plan import open_year as open_in_plan
    from workflows.loading import load_all

    try:
        amount = money.parse(budget)
    except money.NotMoney as error:
        raise NotDone(
            f"{budget!r} is no amount of kroner ({error.code}): write it as 96.000 or 96000,50."
        ) from error
    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    if key not in definitions:
        raise NotDone(f"There is no pool {key!r}: choose among {', '.join(definitions.keys)}.")
    house = House(house_database(settings), definitions, settings.base_url)
    try:
        open_in_plan(
            house,
            pool=key,
            year=number,
            budget=amount,
            source=source,
            command_id=f"open-{key}-{number}",
            actor=SYSTEM,
            now=clock.now(),
        )
    except YearAlreadyOpen as error:
        raise NotDone(
            f"The year {number} of {key} is in the books already: see `puljen ledger status --pool "
            f"{key} --year {number}`."
        ) from error
    click.echo(f"{key} {number} is open with {money.show(amount)}")
