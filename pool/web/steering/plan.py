"""The safety plan: a year's activities and amounts, and the pools among them beside their books."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, render_template, url_for

import pool.ledger as ledger
from pool import plan
from pool.models.plan import PlanLine
from pool.web.access import staff
from pool.web.context import read, site
from pool.web.language import speak
from pool.web.steering.room import READERS, blueprint, may_read


@dataclass(frozen=True, slots=True)
class Books:
    """A pool's line of the plan, and what the pool's books of the year were given.

    ``budget`` is øre, None where the year is not in the books; ``href`` leads to the year.
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
    """A year's lines beside the year before."""
    found = plan.plan_year(read(), year)
    if found is None:
        abort(404)
    return render_template(
        "pages/plan/year.html",
        view=found,
        areas=areas(),
        books={one.line.number: books(one.line) for one in found.lines if one.line},
        years=[one for one in plan.plan_years(read()) if one != year],
    )


def areas() -> dict[str, str]:
    """The focus areas' names, as the pools' definitions have them."""
    return {
        area.key: speak().text(area.label)
        for definition in site().definitions.values()
        for area in definition.focus_areas
    }


def books(line: PlanLine) -> Books | None:
    """What the books say of a pool's line; None for other lines and other readers."""
    if line.pool is None or line.pool not in site().definitions or not may_read(line.pool):
        return None
    try:
        budget = ledger.status(read(), line.pool, line.year).budget
    except ledger.UnknownYear:
        return Books(None, 0, None)
    href = url_for("steering.year", pool_key=line.pool, year=line.year)
    return Books(budget, budget - line.amount, href)
