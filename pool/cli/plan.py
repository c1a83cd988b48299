"""``puljen plan``: the safety plan's lines, its editions, and moving money between them."""

from __future__ import annotations

import uuid
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pool import clock, money
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example, house_database

if TYPE_CHECKING:
    from pool.cases.errors import Invalid
    from pool.cases.house import House
    from pool.plan import PlanError


@click.group()
def plan() -> None:
    """The safety plan: what each activity may cost in a year."""


@plan.command(
    epilog=example(
        "puljen plan load plan-2021-2024.csv",
        'puljen plan load plan-2025.csv --adjust "Minutes, item 4" --decided-on 12.5.2025',
    )
)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--adjust", "note", help="Who adjusted the plan and where that stands.")
@click.option("--decided-on", help="The day that was decided: 12.5.2025.")
@click.option("--dry-run", is_flag=True, help="Only say what is different.")
def load(file: Path, note: str | None, decided_on: str | None, dry_run: bool) -> None:
    """Take in the plan of FILE, a CSV table with the columns no, activity, focus_areas, y2024 (one
    a year) and note.

    Beside it stands a file of the same name that ends in .toml: the published sum of each year,
    which lines are pools, where the figures stand, and what a difference between sum and lines
    is called. Loading the same again changes nothing.

    A year that says something else than what is in force is refused, unless it is an adjusted
    plan (--adjust): then it becomes a new edition, and the plan's book gets its amounts.
    """
    from pool import plan as plan_room
    from pool.cases.house import Definitions, House
    from pool.identity.actor import SYSTEM
    from workflows.loading import load_all

    beside = file.with_suffix(".toml")
    if not beside.is_file():
        raise NotDone(
            f"There is no {beside.name} beside {file.name}: it says the published sums and the "
            "source of the figures, as pool/demo/data/plan-2021-2024.toml does."
        )
    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    house = House(house_database(settings), definitions, settings.base_url)
    now = clock.now()
    seen = None
    try:
        files = file.read_bytes(), beside.read_bytes()
        if dry_run or note is not None:
            seen = _tell_differences(house, *files)
        if dry_run:
            return
        if note is None:
            done = plan_room.load(house, *files, actor=SYSTEM, now=now)
        else:
            day = _day(decided_on, "--decided-on")
            if not note.strip():
                raise NotDone("Say after --adjust who adjusted the plan and where that stands.")
            if day > clock.local_day(now):
                raise NotDone("The day after --decided-on has not come yet.")
            done = plan_room.adjust(
                house,
                *files,
                source=note,
                decided_on=day,
                command_id=str(uuid.uuid4()),
                actor=SYSTEM,
                now=now,
                seen=seen,
            )
    except plan_room.PlanRefused as refused:
        raise NotDone(str(refused)) from refused
    except plan_room.PlanError as refused:
        raise NotDone(_why(refused)) from refused
    if done.new:
        click.echo(f"The plan has {', '.join(map(str, done.new))}.")
    if done.adjusted:
        click.echo(f"Adjusted: {', '.join(map(str, done.adjusted))}.")
    if done.unchanged:
        click.echo(f"Was there already: {', '.join(map(str, done.unchanged))}.")


@plan.command(
    epilog=example(
        "puljen plan move --year 2025 --from 4 --to 14 --amount 20.000 --decided-on 12.5.2025 "
        '--steering "Heard by mail, 9 May" --reason "Fewer jobs than planned"'
    )
)
@click.option("--year", type=click.IntRange(2000, 2200), required=True)
@click.option("--from", "from_line", required=True, help="Number of the line that gives.")
@click.option("--to", "to_line", required=True, help="Number of the line that gets.")
@click.option("--amount", required=True, help="Kroner: 20.000 or 20000 or 20.000,50.")
@click.option("--decided-on", required=True, help="The day it was decided: 12.5.2025.")
@click.option("--decided-by", help="Who decided; Økonomiforvaltningen unless told.")
@click.option("--steering", required=True, help="How the steering group was involved.")
@click.option("--reason", required=True, help="Why.")
@click.option("--dry-run", is_flag=True, help="Only show both lines before and after.")
def move(year: int, dry_run: bool, **typed: str | None) -> None:
    """Move money between two lines of a year of the plan (omdisponering)."""
    from pool import plan as plan_room
    from pool.cases.errors import Invalid
    from pool.cases.house import Definitions, House
    from pool.identity.actor import SYSTEM
    from pool.plan import moves
    from workflows.loading import load_all

    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    house = House(house_database(settings), definitions, settings.base_url)
    now = clock.now()
    typed["decided_by"] = typed["decided_by"] or moves.DECIDES
    try:
        order = moves.order(year, typed, clock.local_day(now))
        with house.database.read() as session:
            shown = moves.preview(session, house, order)
        if not dry_run:
            plan_room.move(house, order, command_id=str(uuid.uuid4()), actor=SYSTEM, now=now)
    except Invalid as invalid:
        raise NotDone(_faults(invalid)) from invalid
    except plan_room.PlanError as refused:
        raise NotDone(_why(refused)) from refused
    for side in (shown.from_line, shown.to_line):
        click.echo(
            f"{side.line.number}. {side.line.name}: {money.show(side.before)} -> "
            f"{money.show(side.after)}"
        )
    click.echo("Nothing was changed." if dry_run else f"{money.show(order.amount)} was moved.")


@plan.command(epilog=example("puljen plan close --year 2024 --amount 1.114.000"))
@click.option("--year", type=click.IntRange(2000, 2200), required=True)
@click.option("--amount", required=True, help="What the plan's book has left, in kroner.")
def close(year: int, amount: str) -> None:
    """Close a year of the plan for good, when it has passed and every pool of it is closed: what
    its book has left goes back. AMOUNT is asked for so that nothing is given back that was not
    looked at."""
    from pool.cases.house import Definitions, House
    from pool.identity.actor import SYSTEM
    from pool.plan import PlanError, plan_closing
    from workflows.loading import load_all

    settings = settings_room.load()
    definitions = Definitions(load_all(settings.definitions_dir))
    house = House(house_database(settings), definitions, settings.base_url)
    now = clock.now()
    try:
        seen = money.parse(amount)
    except money.NotMoney as error:
        raise NotDone(
            f"{amount!r} is no amount of kroner ({error.code}): write it as 96.000 or 96000,50."
        ) from error
    with house.database.read() as session:
        end = plan_closing.standing(session, house, year, now)
    try:
        back = plan_closing.close(
            house,
            year,
            seen=seen,
            command_id=str(uuid.uuid4()),
            actor=SYSTEM,
            now=now,
            heads_to=settings.anchor_addresses,
        )
    except PlanError as refused:
        if refused.code == "changed-meanwhile" and end is not None:
            raise NotDone(
                f"The plan's book of {year} has {money.show(end.rest)} left: nothing was closed."
            ) from refused
        raise NotDone(_why(refused)) from refused
    click.echo(f"The plan of {year} is closed for good; {money.show(back)} was given back.")


def _tell_differences(house: House, table: bytes, beside: bytes) -> dict[int, tuple[int, int]]:
    """Say what would change; how far each year is."""
    from pool.plan import editions

    with house.database.read() as session:
        years = editions.differences(session, editions.parse(house, table, beside))
    for one in years:
        click.echo(f"{one.year}: {one.state}, {money.show(one.sum_after)}")
        if one.state == "changed":
            for change in one.changes:
                click.echo(f"  {editions.describe(change)}")
    return {one.year: one.stand for one in years}


def _day(typed: str | None, option: str) -> date:
    from workflows import values

    try:
        return values.day(typed or "")
    except values.Bad as bad:
        raise NotDone(f"Give {option} as a day, such as 12.5.2025 ({bad.code}).") from bad


def _why(error: PlanError) -> str:
    from pool.plan.wording import sentence
    from pool.render.words import words

    return sentence(error, words("en"))


def _faults(invalid: Invalid) -> str:
    from pool.render.words import words
    from workflows import wording

    told = []
    for fault in invalid.faults:
        text, params = wording.answer(fault, "en")
        told.append(
            f"--{fault.key.replace('_line', '').replace('_', '-')}: {words('en').t(text, **params)}"
        )
    return "\n".join(told)
