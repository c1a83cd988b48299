"""``puljen year closing``, ``rest``, ``close``: the end of a pool's year at the console."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from pool import clock, money
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.ledger import YEARS, year
from pool.cli.parts import example, house_database

if TYPE_CHECKING:
    from pool.plan.closing import ClosingError, Done, Step

_SAID = {
    "not-closing": "the closing has not begun: `puljen year closing --pool {pool} --year {year}`",
    "closed": "it is closed for good",
    "nothing-left": "there is nothing left to give back",
    "unknown-year": "it is not in the books",
}


def _options(command: Any) -> Any:
    for option in (
        click.option("--year", "number", type=YEARS, required=True),
        click.option("--pool", "key", required=True, help="The pool's key, such as urban-life."),
    ):
        command = option(command)
    return command


def _do(key: str, number: int, what: str, seen: int | None = None, undecided: int = 0) -> Done:
    from pool.cases.house import Definitions, House
    from pool.identity.actor import SYSTEM
    from pool.plan import closing
    from workflows.loading import load_all

    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    if key not in definitions:
        raise NotDone(f"There is no pool {key!r}: choose among {', '.join(definitions.keys)}.")
    house = House(house_database(settings), definitions, settings.base_url)
    step = closing.Step(str(uuid.uuid4()), key, number, seen, undecided)
    now = clock.now()
    work: dict[str, Callable[[Step], Done]] = {
        "begin": lambda one: closing.begin(house, one, SYSTEM, now),
        "take-back": lambda one: closing.take_back(house, one, SYSTEM, now),
        "rest": lambda one: closing.give_rest_back(house, one, SYSTEM, now),
        "close": lambda one: closing.close(
            house, one, SYSTEM, now, heads_to=settings.anchor_addresses
        ),
    }
    try:
        return work[what](step)
    except closing.ClosingError as error:
        raise NotDone(f"{key} {number}: {_why(error, key, number)}.") from error


def _why(error: ClosingError, key: str, number: int) -> str:
    if error.code == "not-empty":
        held, rest = (money.show(error.params[name]) for name in ("held", "rest"))
        return f"it is not empty: {held} is held and {rest} is left"
    if error.code == "undecided":
        left = error.params["now"]
        return (
            f"{left} of its applications are not decided and could be granted nothing of it any "
            f"more; if that is meant, add --undecided {left}"
        )
    if error.code == "rest-moved":
        return f"the rest is {money.show(error.params['now'])}, so nothing was given back"
    said = _SAID.get(error.code, str(error.code))
    return said.format(pool=key, year=number)


@year.command("closing", epilog=example("puljen year closing --pool urban-life --year 2024"))
@_options
def begin(key: str, number: int) -> None:
    """Begin to close a year: nothing new can be granted of it."""
    done = _do(key, number, "begin")
    click.echo(f"{key} {number} is being closed" + ("" if done.changed else " already"))


@year.command(
    "reopen-closing", epilog=example("puljen year reopen-closing --pool urban-life --year 2024")
)
@_options
def take_back(key: str, number: int) -> None:
    """Take the closing back: the year is open again. Not after it was closed for good."""
    done = _do(key, number, "take-back")
    click.echo(f"{key} {number} is open" + ("" if done.changed else " already"))


@year.command(epilog=example("puljen year rest --pool urban-life --year 2024 --amount 12.345,50"))
@_options
@click.option(
    "--amount", required=True, help="What is left, in kroner: free and earmarked together."
)
def rest(key: str, number: int, amount: str) -> None:
    """Give what is left back to the municipality. AMOUNT is asked for so that nothing is given
    back that was not looked at."""
    try:
        seen = money.parse(amount)
    except money.NotMoney as error:
        raise NotDone(
            f"{amount!r} is no amount of kroner ({error.code}): write it as 96.000 or 96000,50."
        ) from error
    done = _do(key, number, "rest", seen)
    click.echo(f"{money.show(done.amount)} of {key} {number} was given back")


@year.command(epilog=example("puljen year close --pool urban-life --year 2024"))
@_options
@click.option(
    "--undecided",
    type=click.IntRange(0),
    default=0,
    help="How many of its applications are left without a decision.",
)
def close(key: str, number: int, undecided: int) -> None:
    """Close a year for good. Only when nothing is held and nothing is left."""
    done = _do(key, number, "close", undecided=undecided)
    click.echo(f"{key} {number} is closed for good" + ("" if done.changed else " already"))
