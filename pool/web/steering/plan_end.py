"""Closing a year of the plan for good: what stands in the way, else what goes back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from pool import plan
from pool.cases.errors import CommandReused
from pool.plan import plan_closing, wording
from pool.plan.closing import ClosingError
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, site
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering import closing_words
from pool.web.steering.plan import MOVES, keeps, not_theirs, pools_of_plan
from pool.web.steering.plan_moving import plan_actor
from pool.web.steering.room import blueprint


class EndForm(Form):
    seen = HiddenField()


@blueprint.route("/styring/plan/<int:year>/luk", methods=["GET", "POST"])
@staff(*MOVES)
def plan_close(year: int) -> tuple[str, int] | Response:
    """Asked once: there is no way back."""
    if not keeps(pools_of_plan()):
        raise not_theirs()
    end = plan_closing.standing(read(), house(), year, now())
    if end is None:
        abort(404)
    form = EndForm(data={"seen": str(end.rest)})
    if form.validate_on_submit():
        seen = str(form.seen.data or "")
        try:
            back = plan_closing.close(
                house(),
                year,
                seen=int(seen) if seen.isdecimal() and len(seen) < 16 else -1,
                command_id=str(form.command_id.data)[:60],  # the steps' own ids are longer
                actor=plan_actor(),
                now=now(),
                heads_to=site().settings.anchor_addresses,
            )
        except plan.PlanError as refused:
            form.fault(wording.sentence(refused, speak()))
            form.seen.data = str(end.rest)
        except ClosingError as error:
            form.fault(closing_words.refused(error))
        except CommandReused:
            sent_before(form)
        else:
            amount = speak().money(back)
            flash(t("The plan’s year is closed. %(amount)s was given back.", amount=amount),
                  "success")  # fmt: skip
            return redirect(url_for("steering.plan_year", year=year), 303)
    return render_template("pages/plan/close.html", year=year, end=end, form=form), form.status
