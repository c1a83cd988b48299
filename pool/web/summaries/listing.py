"""The list of editions."""

from __future__ import annotations

from flask import render_template

from pool.models.summary import SummaryEdition
from pool.summary import editions
from pool.summary import editions_people as people
from pool.summary import editions_questions as questions
from pool.web import who
from pool.web.access import staff
from pool.web.context import read, site
from pool.web.summaries import wording
from pool.web.summaries.room import READERS, blueprint, may_read


@blueprint.get("/styring/opgoerelser/")
@staff(*READERS)
def index() -> str:
    """Every edition the reader may read, the newest first."""
    found = [one for one in editions.every(read()) if may_read(one)]
    return render_template(
        "pages/summaries/index.html",
        editions=found,
        unanswered=questions.unanswered(read()),
        wording=wording,
        may_make=any(
            people.has(who.user().roles_in, [pool], people.MANAGERS) for pool in site().definitions
        ),
    )


def waiting() -> list[tuple[SummaryEdition, int]]:
    """The editions the reader answers for that have questions nobody has answered, and how
    many."""
    open_ = questions.unanswered(read())
    if not open_:
        return []
    return [
        (one, open_[one.id or 0])
        for one in editions.every(read())
        if one.id in open_ and people.has(who.user().roles_in, one.pools, people.MANAGERS)
    ]


def summaries_of(pool: str, year: int) -> list[SummaryEdition]:
    """The editions of a pool's year that the reader may read, the newest first."""
    return [
        one
        for one in editions.every(read())
        if one.year == year and pool in one.pools and may_read(one)
    ]
