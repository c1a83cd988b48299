"""The page of a case's votes: what is proposed, who has voted, one's own vote, and how it went."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from pool.meetings import ballots, ballots_case
from pool.web.access import staff
from pool.web.context import read
from pool.web.language import speak, t
from pool.web.voting import shown
from pool.web.voting.room import VoteForm, ballots_of, blueprint, cast, found

READERS = ("auditor", "chair", "member", "secretariat")


@blueprint.route("/sager/<number>/afstemning", methods=["GET", "POST"])
@staff(*READERS)
def ballot(number: str) -> Response | tuple[str, int]:
    """Read the ballots, and vote on the open one."""
    view, actor = found(number)
    every = ballots_of(view, actor)
    first = every[0] if every else None
    own = first.own if first is not None else None
    form = VoteForm(
        data={"choice": own.choice, "comment": own.comment} if own is not None else None
    )
    sent = first is not None and form.validate_on_submit()
    if first is not None and sent and cast(form, first.ballot.id or 0, actor, "page"):
        flash(t("Your vote is cast. You can change it until the vote closes."), "success")
        return redirect(url_for("voting.ballot", number=number), 303)
    words = speak()
    page = render_template(
        "pages/voting/ballot.html",
        view=view,
        ballots=[shown.ballot(one, view.definition, words) for one in every],
        may_open=bool(actor.roles & ballots.OPENERS) and shown.can_open(view, every),
        form=form,
        essentials=ballots_case.pairs(read(), view.definition, view.case, words),
        recommended=ballots_case.recommended(read(), view.definition, view.case, words),
        asked=view.case.asked,
        free=view.facts.free,
    )
    return page, form.status
