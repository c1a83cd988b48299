"""The safety plan: a year's activities and amounts, its editions, what was moved between its lines,
and the pools among them beside their books."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from flask import abort, render_template, url_for
from sqlalchemy import select
from sqlmodel import col

import pool.ledger as ledger
from pool import plan
from pool.cases import access
from pool.models.ledger import Book, Transfer
from pool.models.plan import PlanLine, PlanMove
from pool.plan import Shown, earmarks, editions, lines, plan_closing
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read, site
from pool.web.errors import Refused
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering.room import READERS, blueprint, may_read

MOVES = ("finance",)
"""Who moves money in the plan and adjusts it: Økonomiforvaltningen [plan]."""


def pools_of_plan() -> set[str]:
    """The pools that are lines of a year in force."""
    every = plan.plan_years(read()).values()
    return {line.pool for each in every for line in each if line.pool}


def keeps(pools: Collection[str]) -> bool:
    """Whether the reader adjusts and closes the plan as a whole, which has lines of all ``pools``:
    finance for every pool, or in each of these."""
    user = who.user()
    if not user.roles.get(None, frozenset()).isdisjoint(MOVES):
        return True
    return bool(pools) and all(not user.roles_in(pool).isdisjoint(MOVES) for pool in pools)


def not_theirs() -> Refused:
    return Refused(
        t("The plan as a whole is adjusted and closed by finance for all its pools."),
        t("You have the role of finance in some of them only."),
    )


def knows(pool: str) -> bool:
    """Whether the reader may know of the pool's decisions that are not announced yet."""
    definition = site().definitions.get(pool)
    return definition is not None and access.knows_undisclosed(
        definition, who.user().roles_in(pool)
    )


@dataclass(frozen=True, slots=True)
class Books:
    """A pool's line of the plan, and what the pool's books of the year were given.

    ``budget`` is øre, None where the year is not in the books; ``differs`` is how much more that
    is than the line has now; ``href`` leads to the year.
    """

    budget: int | None
    differs: int
    href: str | None


@blueprint.get("/styring/plan/")
@staff(*READERS)
def plan_index() -> str:
    """The years of the plan."""
    return render_template("pages/plan/index.html", years=plan.plan_years(read()))


@blueprint.get("/styring/plan/<int:year>")
@staff(*READERS)
def plan_year(year: int) -> str:
    """A year's lines in force beside the year before, with what was moved since."""
    found = plan.plan_year(read(), year)
    if found is None:
        abort(404)
    return render_template(
        "pages/plan/year.html",
        view=found,
        moved=any(one.moved for one in found.lines),
        areas=areas(),
        books={one.line.number: books(one) for one in found.lines if one.line},
        marks=_marks(found),
        years=[one for one in plan.plan_years(read()) if one != year],
        may_move=who.user().has(*MOVES),
        keeps=keeps(pools_of_plan()),
        end=plan_closing.standing(read(), house(), year, now()),
    )


@blueprint.get("/styring/plan/<int:year>/udgave/<int:edition>")
@staff(*READERS)
def plan_edition(year: int, edition: int) -> str:
    """One edition of a year: what it changed, who adjusted it, and what was moved while it was in
    force."""
    told_now = lines.stored(read(), year, edition)
    if not told_now or edition < 1:
        abort(404)
    told = {one.number: one for one in lines.editions(read(), year)}
    return render_template(
        "pages/plan/edition.html",
        year=year,
        edition=edition,
        told=told.get(edition),
        lines=told_now,
        in_force=lines.in_force(read(), year),
        changes=changes(lines.stored(read(), year, edition - 1), told_now),
        moves=_named(lines.moves(read(), year, edition), told_now),
    )


@blueprint.get("/styring/plan/<int:year>/omdisponering/<int:move_id>")
@staff(*READERS)
def plan_moved(year: int, move_id: int) -> str:
    """One move between two lines: who decided it, why, how the steering group was involved, and
    its transfers."""
    move = read().get(PlanMove, move_id)
    if move is None or move.year != year:
        abort(404)
    ((move, here, there),) = _named([move], lines.stored(read(), year, move.edition))
    transfers = read().execute(
        select(col(Book.key), col(Transfer.n), col(Transfer.kind), col(Transfer.amount))
        .join(Book, col(Book.id) == col(Transfer.book_id))
        .where(col(Transfer.command_id) == move.command_id)
        .order_by(col(Transfer.line))
    )
    return render_template(
        "pages/plan/moved.html",
        year=year,
        move=move,
        here=here,
        there=there,
        transfers=transfers.all(),
        names={key: speak().text(one.name) for key, one in site().definitions.items()},
    )


def _named(
    moves: list[PlanMove], lines_of_it: list[PlanLine]
) -> list[tuple[PlanMove, PlanLine, PlanLine]]:
    """Each move with both its lines."""
    by = {line.number: line for line in lines_of_it}
    return [(move, by[move.from_line], by[move.to_line]) for move in moves]


def changes(
    before: list[PlanLine], now: list[PlanLine]
) -> list[tuple[int, PlanLine | None, PlanLine | None]]:
    """The lines that two editions say something else of: number, before, after. Nothing where there
    was no edition before."""
    if not before:
        return []
    old, new = ({line.number: line for line in each} for each in (before, now))
    found = []
    for number in sorted(old.keys() | new.keys()):
        was, line = old.get(number), new.get(number)
        if was is None or line is None or editions.said(was) != editions.said(line):
            found.append((number, was, line))
    return found


def areas() -> dict[str, str]:
    """The focus areas' names, as the pools' definitions have them."""
    return {
        area.key: speak().text(area.label)
        for definition in site().definitions.values()
        for area in definition.focus_areas
    }


def books(one: Shown) -> Books | None:
    """What the books say of a pool's line; None for other lines and other readers."""
    line = one.line
    if line is None or line.pool is None:
        return None
    if line.pool not in site().definitions or not may_read(line.pool):
        return None
    try:
        budget = ledger.status(read(), line.pool, line.year).budget
    except ledger.UnknownYear:
        return Books(None, 0, None)
    href = url_for("steering.year", pool_key=line.pool, year=line.year)
    return Books(budget, budget - one.now, href)


def _marks(view: plan.PlanYear) -> dict[int, list[plan.Earmark]]:
    """The earmarks of the pools the reader may see, by the number of each line that shows them:
    the pool's own, and the one an earmark is meant for."""
    user = who.user()
    pools = {
        pool: line.number
        for line in (one.line for one in view.lines if one.line)
        if (pool := line.pool) and pool in site().definitions and may_read(pool)
    }
    found: dict[int, list[plan.Earmark]] = {}
    for mark in earmarks.meant_for(
        read(),
        house(),
        pools,
        view.year,
        person_id=user.person_id,
        roles={pool: user.roles_in(pool) for pool in pools},
    ):
        found.setdefault(pools[mark.pool], []).append(mark)
        if mark.line is not None and mark.line != pools[mark.pool]:
            found.setdefault(mark.line, []).append(mark)
    return found
