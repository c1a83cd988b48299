"""The status of the safety plan's year in the words of the pools: what each activity has, what was
moved, and what the pools among them have disposed of, paid and left."""

from __future__ import annotations

from flask import abort, render_template, url_for

from pool.summary.plan_status import LineStatus, plan_status
from pool.web.access import staff
from pool.web.context import now, read, site
from pool.web.language import t
from pool.web.steering import wording
from pool.web.steering.looking_back import look
from pool.web.steering.room import READERS, blueprint, may_read

SHOWN = ("disposed", "paid", "free")
"""The pools' figures beside their budgets."""


@blueprint.get("/styring/plan/<int:year>/status")
@staff(*READERS)
def plan_status_page(year: int) -> str:
    """How the plan's year stands, or stood."""
    seen = look()
    pools = [key for key in site().definitions if may_read(key)]
    if plan_status(read(), year, ()) is None:
        abort(404)
    found = plan_status(read(), year, pools, seen.as_of)

    def href(one: LineStatus, figure: str) -> str:
        """The transfers behind a pool's figure, as of the same moment."""
        assert one.books is not None
        return url_for(
            "steering.figure",
            pool_key=one.books.book,
            year=year,
            figure=figure,
            **seen.params,
        )

    labels = {name: t(wording.LABELS[name]) for name in SHOWN}
    return render_template(
        "pages/steering/plan_status.html",
        year=year,
        view=found,
        look=seen,
        href=href,
        shown=SHOWN,
        heads=[labels[name] for name in SHOWN],
        labels=labels,
        counted_at=now(),
    )
