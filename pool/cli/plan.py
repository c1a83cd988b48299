"""``puljen plan``: the safety plan's lines."""

from __future__ import annotations

from pathlib import Path

import click

from pool import clock
from pool import settings as settings_room
from pool.cli.failures import NotDone
from pool.cli.parts import example, house_database


@click.group()
def plan() -> None:
    """The safety plan: what each activity may cost in a year."""


@plan.command(epilog=example("puljen plan load plan-2021-2024.csv"))
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def load(file: Path) -> None:
    """Take in the plan of FILE, a CSV table with the columns no, activity, focus_areas, y2024 (one
    a year) and note.

    Beside it stands a file of the same name that ends in .toml: the published sum of each year,
    which lines are pools, where the figures stand, and what a difference between sum and lines
    is called. Loading the same again changes nothing; a changed figure is refused.
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
    try:
        done = plan_room.load(
            house, file.read_bytes(), beside.read_bytes(), actor=SYSTEM, now=clock.now()
        )
    except plan_room.PlanRefused as refused:
        raise NotDone(str(refused)) from refused
    if done.new:
        click.echo(f"The plan has {', '.join(map(str, done.new))}.")
    if done.unchanged:
        click.echo(f"Was there already: {', '.join(map(str, done.unchanged))}.")
