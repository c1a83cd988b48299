"""The list of editions."""

from __future__ import annotations

from flask import render_template

from pool.models.summary import SummaryEdition
from pool.summary import editions
from pool.summary import editions_people as people
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
        wording=wording,
        may_make=any(
            people.has(who.user().roles_in, [pool], people.MANAGERS) for pool in site().definitions
        ),
    )


def summaries_of(pool: str, year: int) -> list[SummaryEdition]:
    """The editions of a pool's year that the reader may read, the newest first."""
    return [
        one
        for one in editions.every(read())
        if one.year == year and pool in one.pools and may_read(one)
    ]
