"""Closing a pool's year: what stands in the way, what can be done with each, and the four steps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import BooleanField, HiddenField, TextAreaField

from pool import books
from pool.books import wording as books_wording
from pool.cases import money
from pool.cases.bulk_firing import MOST, Order, fire_each
from pool.cases.errors import CommandReused
from pool.identity.actor import Actor
from pool.plan import closing, closing_view
from pool.plan import owed as passed_on
from pool.plan.closing import ClosingError, Done, Step
from pool.plan.closing_shapes import Hold, Standing
from pool.summary import Overview
from pool.summary.behind import in_words
from pool.web import who
from pool.web.access import staff
from pool.web.casework import bulk_words
from pool.web.casework.doing import sent_before
from pool.web.context import now, read, site
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering import closing_words, wording
from pool.web.steering.room import blueprint, pool_of
from workflows.definition import Definition, Transition

CLOSING = ("auditor", "finance", "secretariat")
"""Who sees how far a year is: finance takes the steps, the secretariat lets grants lapse."""
Page = Response | tuple[str, int]
SEEN = re.compile(r"(\d{1,9})\.(\d{1,9})")
"""A ticked case: its id, and the version it was seen in."""


class StepForm(Form):
    seen = HiddenField()
    sure = BooleanField("I am sure")


class HoldsForm(Form):
    reason = TextAreaField("Why")


@blueprint.route("/styring/<pool_key>/<int:year>/luk", methods=["GET", "POST"])
@staff(*CLOSING)
def close(pool_key: str, year: int) -> Page:
    """The year on its way to its end. ``do`` says which step is taken."""
    definition, found, actor = _standing(pool_key, year)
    may = bool(actor.roles & closing.CLOSERS)
    step, holds = StepForm(), HoldsForm()
    results = None
    wish = request.form.get("do", "")
    if request.method == "POST" and wish in STEPS:
        if not may or (wish == "rest" and found.unnamed.quiet):
            abort(404)
        if (
            step.validate_on_submit()
            and _sure(step, wish != "take-back")
            and _take(step, definition, year, wish, actor)
        ):
            return redirect(url_for("steering.close", pool_key=pool_key, year=year), 303)
        definition, found, actor = _standing(pool_key, year)
    elif request.method == "POST" and holds.validate_on_submit():
        results = _resolve(holds, found, wish, actor)
        if results is not None:
            definition, found, actor = _standing(pool_key, year)
            holds = HoldsForm(formdata=None)
    page = render_template(
        "pages/closing/year.html",
        definition=definition,
        year=year,
        found=found,
        may=may,
        step=step,
        holds=holds,
        results=results,
        most=MOST,
        words=closing_words,
        books=_books(definition, year),
        ticked=set(request.form.getlist("sag")) if results is None else set(),
        counted_at=now(),
        lets_go=any(one.lets_go for one in found.holds),
        carries=any(one.carries for one in found.holds) and found.next_open,
        next_wanted=any(one.carries for one in found.holds) and not found.next_open,
    )
    return page, max(step.status, holds.status)


@blueprint.route("/styring/<pool_key>/<int:year>/luk/endeligt", methods=["GET", "POST"])
@staff("finance")
def close_for_good(pool_key: str, year: int) -> Page:
    """Asked once more: there is no way back. Shows what the year ends with."""
    definition, found, actor = _standing(pool_key, year)
    if not actor.roles & closing.CLOSERS:
        abort(404)
    here = url_for("steering.close", pool_key=pool_key, year=year)
    form = StepForm()
    if found.unnamed.quiet:
        return redirect(here, 303)
    if form.validate_on_submit() and _sure(form, bool(found.undecided)):
        told = _number(form) if form.sure.data else None
        step = Step(str(form.command_id.data), pool_key, year, undecided=told or 0)
        if _done(
            form,
            lambda: closing.close(
                house(), step, actor, now(), heads_to=site().settings.anchor_addresses
            ),
            closing_words.CLOSED,
        ):
            return redirect(here, 303)
        definition, found, actor = _standing(pool_key, year)
        form.sure.data = False
    elif found.state != "closing" or found.held or found.rest:
        return redirect(here, 303)
    form.seen.data = str(found.undecided)
    page = render_template(
        "pages/closing/confirm.html",
        definition=definition,
        year=year,
        found=found,
        form=form,
        words=closing_words,
        books=_books(definition, year),
        back=here,
    )
    return page, form.status


@blueprint.get("/styring/<pool_key>/<int:year>/skyldig")
@staff(*CLOSING, "chair", "steering")
def owed(pool_key: str, year: int) -> str:
    """What came back after the year was closed, transfer by transfer."""
    definition = pool_of(pool_key)
    found = money.year(read(), pool_key, year)
    if found is None or found.state != "closed":
        abort(404)
    user = who.user()
    amount = passed_on.owed(read(), found.id)
    lines = in_words(
        read(),
        house(),
        amount.lines,
        person_id=user.person_id,
        roles=user.roles_in(pool_key),
    )
    return render_template(
        "pages/closing/owed.html",
        definition=definition,
        year=year,
        total=amount.amount,
        lines=lines,
        wording=wording,
        counted_at=now(),
    )


@dataclass(frozen=True, slots=True)
class Ending:
    """What a year's page says of its end and of its neighbours. ``owed`` is None while the year is
    not closed for good; ``brought`` and ``taken`` were carried over from the year before, and into
    the next (øre)."""

    state: str
    owed: int | None
    may_look: bool
    sees_owed: bool
    brought: int
    taken: int


def ending(view: Overview) -> Ending:
    """For the page of ``view``."""
    roles = who.user().roles_in(view.pool)
    closed = view.year_state == "closed"
    brought, taken = passed_on.carried(read(), view.pool, view.year)
    return Ending(
        state=view.year_state,
        owed=passed_on.owed(read(), view.year_id).amount if closed else None,
        may_look=not roles.isdisjoint(CLOSING),
        sees_owed=not roles.isdisjoint((*CLOSING, "chair", "steering")),
        brought=brought,
        taken=taken,
    )


STEPS: dict[str, tuple[Callable[..., Done], str]] = {
    "begin": (closing.begin, closing_words.BEGUN),
    "take-back": (closing.take_back, closing_words.TAKEN_BACK),
    "rest": (closing.give_rest_back, closing_words.REST),
}
"""What a button of the page does, and what is said when it is done."""


def _books(definition: Definition, year: int) -> str | None:
    """Whether our books and the municipality's agree, in one line; None in pools without."""
    if not definition.has("books"):
        return None
    line = books_wording.agreement(books.result(read(), definition.key, year), speak())
    return f"{t('The municipality’s books')}: {line}"


def _standing(pool_key: str, year: int) -> tuple[Definition, Standing, Actor]:
    definition = pool_of(pool_key)
    actor = who.current_actor(pool_key)
    if not actor.roles & frozenset(CLOSING):
        abort(404)
    found = closing_view.standing(read(), house(), pool_key, year, actor, now())
    if found is None:
        abort(404)
    return definition, found, actor


def _take(form: StepForm, definition: Definition, year: int, wish: str, actor: Actor) -> bool:
    work, said = STEPS[wish]
    step = Step(
        str(form.command_id.data),
        definition.key,
        year,
        _number(form) if wish == "rest" else None,
    )
    return _done(form, lambda: work(house(), step, actor, now()), said)


def _number(form: StepForm) -> int | None:
    """What the page said there was: øre, or applications."""
    seen = str(form.seen.data or "")
    return int(seen) if seen.isdecimal() and len(seen) < 16 else None


def _sure(form: StepForm, asked: bool) -> bool:
    """Whether it was ticked that the step is meant, where that is asked."""
    if asked and not form.sure.data:
        form.fault(t("Tick this when you are sure."), "sure")
        return False
    return True


def _done(form: Form, work: Callable[[], Done], said: str) -> bool:
    """Whether the step was taken; what stood in the way is on the form."""
    try:
        done = work()
    except ClosingError as error:
        form.command_id.data = str(uuid4())
        form.fault(closing_words.refused(error))
        return False
    except CommandReused:
        sent_before(form)
        return False
    if done.changed:
        flash(t(said, amount=speak().money(done.amount)), "success")
    else:
        flash(t("It was so already: somebody was here before you."), "info")
    return True


def _resolve(
    form: HoldsForm, found: Standing, wish: str, actor: Actor
) -> bulk_words.Results | None:
    """What the ticked cases said to it, each in its own unit of work; None where nothing could be
    tried, which the form says."""
    seen = [SEEN.fullmatch(value) for value in request.form.getlist("sag")]
    chosen = {int(one[1]): int(one[2]) for one in seen if one}
    reason = str(form.reason.data or "").strip()
    if not chosen:
        form.fault(t("Tick the cases you mean."))
    if len(chosen) > MOST:
        form.fault(t("Tick %(most)s at the most.", most=MOST))
    if wish == "let-go" and not reason:
        form.fault(t("Write why: it stands in the letters."), "reason")
    if wish not in ("let-go", "carry"):
        abort(400)
    if form.errors:
        return None
    orders = [
        Order(one.case.id or 0, move.key, chosen[one.case.id or 0], _inputs(move, reason))
        for one in found.holds
        if one.case.id in chosen and (move := _move(one, wish)) is not None
    ]
    outcomes = fire_each(house(), str(form.command_id.data), orders, actor, now())
    return bulk_words.results(outcomes, wanted=len(chosen))


def _move(hold: Hold, wish: str) -> Transition | None:
    """The case's own move: of a grant that is paid in part the rest is stopped, another lapses."""
    if wish == "carry":
        return next(iter(hold.carries), None)
    paid = money.of_case(read(), hold.case.id or 0).paid
    effect = "stop-rest" if paid else "lapse"
    return next((one for one in hold.lets_go if effect in one.effects), None)


def _inputs(move: Transition, reason: str) -> dict[str, Any]:
    names = {entry.name for entry in move.inputs}
    told: dict[str, Any] = {
        name: reason for name in ("reason", "reasons") if name in names and reason
    }
    if "note" in names and not told and reason:
        told["note"] = reason
    return told
