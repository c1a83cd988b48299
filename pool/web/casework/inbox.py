"""The inbox: where somebody who handles cases begins. What waits for them, what for, and by when;
and what is new to them besides."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from pool import payments
from pool.cases import inbox as use
from pool.cases import wants
from pool.cases.exporting import KINDS as KIND_WORDS
from pool.cases.queries import PAGE_SIZES
from pool.cases.view import CaseView
from pool.cases.wants_words import DECIDE, WANTS
from pool.identity.actor import Actor
from pool.web import drafts, who
from pool.web.access import staff
from pool.web.casework import listing
from pool.web.casework.room import READERS, blueprint
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.summaries.listing import waiting

PLACES = {
    wants.CHECK: "spot-check",
    wants.BACK: "payee",
    wants.WRITTEN: "conversation",
    wants.VOTE: "ballot",
    wants.ASSESS: "assessments",
}
"""Parts of the case's page where a thing is done."""
LACKS = {
    "payee": "It is missing who is to be paid",
    "list": "Put it on a payment list",
    "listed": "On payment list %(name)s, which waits to be released",
    "released": "Mark as paid on payment list %(name)s",
    "accounts": "The applicant is to send the accounts",
}
"""What a payment that is wanted lacks, in words."""
_TASKS = (wants.TELL, wants.TROUBLE)


class ReadForm(Form):
    """``until``: the moment of the page that was looked at."""

    until = HiddenField()


@blueprint.get("/indbakke")
@staff(*READERS)
def inbox() -> str:
    return _inbox(ReadForm(formdata=None, data={"until": now().isoformat()}))


@blueprint.post("/indbakke/laest")
@staff(*READERS)
def mark_read() -> tuple[str, int] | Response:
    """Everything is read, up to what stood on the page."""
    form = ReadForm()
    if form.validate_on_submit():
        use.mark_read(house(), who.user().person_id, _moment(str(form.until.data or "")), now())
        flash(t("Everything is marked as read."), "success")
        return redirect(url_for("casework.inbox"), 303)
    return _inbox(form), form.status


def _moment(typed: str) -> datetime:
    """The page's moment; the present one where something else was sent."""
    try:
        found = datetime.fromisoformat(typed)
        return found.astimezone(UTC) if found.tzinfo is not None else now()
    except (ValueError, OverflowError):
        return now()


def _inbox(form: ReadForm) -> str:
    reader = listing.reader()
    how_far = use.known(read(), reader.person_id)
    page = request.args.get("page", 1, type=int)
    size = request.args.get("size", PAGE_SIZES[0], type=int)
    items = use.items(
        read(),
        house(),
        reader,
        how_far,
        page=max(1, min(page, 10_000)),
        size=size if size in PAGE_SIZES else PAGE_SIZES[0],
    )
    news, new = use.news(read(), house(), reader, how_far)
    return render_template(
        "pages/casework/inbox.html",
        items=items,
        rows=[_row(item) for item in items.rows],
        news=news,
        new=new,
        asked=waiting(),
        letters=len(drafts.views.waiting()),
        lists=_lists(),
        may_ask=who.user().has("chair", "secretariat"),
        several=len({pool for pool, held in reader.roles.items() if held}) > 1,
        kind_words={key: t(words) for key, words in KIND_WORDS.items() if key != "application"},
        due_words=listing.due_words(),
        sizes=PAGE_SIZES,
        base=f"{url_for('casework.inbox')}?size={items.size}&page=",
        form=form,
    )


def _row(item: use.Item) -> dict[str, Any]:
    """A line: the case, and what is wanted with the way there."""
    return {
        "item": item,
        "wants": [{"text": _words(item, one), "href": _href(item, one)} for one in item.wants],
    }


def _lists() -> list[dict[str, str]]:
    """The payment lists the reader could release."""
    found = payments.to_release(read(), _with_lists(), who.user().person_id)
    return [
        {
            "text": t("Payment list %(name)s waits to be released", name=payments.name(one)),
            "href": url_for("payments.sheet", pool_key=one.pool, number=one.number),
        }
        for one in found
    ]


def _with_lists() -> list[str]:
    """The pools whose payment lists the reader makes and releases."""
    user = who.user()
    return [
        one.key
        for one in payments.with_lists(house())
        if not user.roles_in(one.key).isdisjoint(payments.MAKERS)
    ]


def _words(item: use.Item, want: int) -> str:
    if want == wants.MOVE and item.payment is not None:
        way = item.payment.way
        advance = item.step is not None and "pay-advance" in item.step.effects
        if way != "list" or not (advance or item.instalment):
            return t(LACKS[way], name=f"{item.pool}-{item.payment.number}")
    if want == wants.MOVE and item.instalment is not None:
        part = item.instalment
        return t(
            "Pay instalment %(n)s of %(of)s: %(amount)s",
            n=part.number,
            of=part.of,
            amount=speak().money(part.left),
        )
    if want == wants.MOVE and item.step is not None:
        return t(DECIDE) if item.step.outcome else speak().text(item.step.label)
    return t(WANTS[want])


def _href(item: use.Item, want: int) -> str:
    if want in _TASKS:
        return url_for("casework.tasks")
    place = PLACES.get(want)
    if want == wants.MOVE and item.payment is not None:
        lists = item.pool in _with_lists()
        match item.payment.way:
            case "payee":
                place = PLACES[wants.BACK]
            case "list" if lists:
                return url_for("payments.new", pool_key=item.pool)
            case "listed" | "released" if lists:
                return url_for("payments.sheet", pool_key=item.pool, number=item.payment.number)
    return url_for("casework.case", number=item.number, _anchor=place)


def note_seen(view: CaseView, actor: Actor) -> None:
    """The page of the case is before its reader: their own mark, and nothing else. Asks the
    database only where somebody else did the last thing in it."""
    shown = view.case
    person_id = actor.person_id
    if person_id is None or shown.activity_at is None or shown.activity_by == person_id:
        return
    how_far = use.known(read(), person_id, shown.id)
    use.seen(house(), person_id, shown, how_far)
