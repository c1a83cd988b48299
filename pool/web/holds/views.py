"""The page of what is held back, and its three buttons: discard, lift, hold."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from flask import Blueprint, abort, flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import SelectMultipleField, TextAreaField

import pool.holds as holds
from pool.cases import held
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.identity.actor import Actor
from pool.models.holds import Hold
from pool.payments import READERS as LIST_READERS
from pool.web import context, who
from pool.web.access import staff
from pool.web.casework.wording import TEMPLATES
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.message_states import MESSAGES

blueprint = Blueprint("holds", __name__)

MAY = tuple(sorted(held.READERS))

KINDS = {
    "letter": "Letters",
    "notice": "Notices",
    "link": "Sign-in links",
    "digest": "Digests",
}
"""Kinds of messages, as labels."""
NAMES = {"messages": "Messages", "payments": "Payments"}


class WhyForm(Form):
    why = TextAreaField("Why")


class DiscardForm(Form):
    """``chosen``: ids of messages."""

    chosen = SelectMultipleField("Messages", validate_choice=False)
    reason = TextAreaField("Why they are not sent")


def standing() -> tuple[Hold, ...]:
    """The holds that stand; asked once a request, since menu and banner ask too."""
    if "holds" not in g:
        g.holds = held.standing(read())
    found: tuple[Hold, ...] = g.holds
    return found


def any_standing() -> bool:
    """Whether there is anything behind the menu's entry."""
    return bool(standing())


def banner() -> dict[str, str | None] | None:
    """The line across every colleague's page while something is held; the way to it for whoever
    may open that."""
    user, found = who.current_user(), standing()
    if user is None or not found:
        return None
    texts: dict[tuple[str, ...], str] = {
        ("messages",): t("Messages are held back: nothing is sent but links people ask for now."),
        ("payments",): t("Payments are held back: nothing is paid until somebody lets it go on."),
    }
    both = t("Messages and payments are held back until somebody lets them go on.")
    may = user.has(*held.READERS)
    return {
        "kind": "warning",
        "text": texts.get(tuple(one.what for one in found), both),
        "href": url_for("holds.index") if may else None,
        "link": t("See what is held back"),
    }


@blueprint.get("/drift/tilbageholdt")
@staff(*MAY)
def index() -> tuple[str, int]:
    """What is held, since when and why, and what would leave."""
    return _page()


@blueprint.post("/drift/tilbageholdt/kasser")
@staff(*MAY)
def discard() -> tuple[str, int] | Response:
    """Do not send the chosen ones after all."""
    form = DiscardForm()
    done: list[int] = []
    ids = [int(one) for one in form.chosen.data or [] if one.isdecimal() and len(one) < 10]
    if form.validate_on_submit() and _attempt(
        form,
        lambda: done.append(
            held.discard(
                house(),
                str(form.command_id.data),
                ids,
                str(form.reason.data or ""),
                _reader(),
                _actor("messages"),
                now(),
            )
        ),
    ):
        flash(
            speak().plural("%(n)s message is not sent.", "%(n)s messages are not sent.", done[0]),
            "success",
        )
        return _back()
    return _page(discards=form)


@blueprint.post("/drift/tilbageholdt/<any(messages, payments):what>/ophaev")
@staff(*MAY)
def lift(what: holds.What) -> tuple[str, int] | Response:
    """Let them go on."""
    said = {"messages": t("Messages are sent again."), "payments": t("Payments can be made again.")}
    return _carried_out(held.lift, what, said[what])


@blueprint.post("/drift/tilbageholdt/<any(messages, payments):what>/hold")
@staff(*MAY)
def begin(what: holds.What) -> tuple[str, int] | Response:
    """Hold them from now on."""
    said = {"messages": t("Messages are held back."), "payments": t("Payments are held back.")}
    return _carried_out(held.begin, what, said[what])


def _carried_out(
    work: Callable[..., None], what: holds.What, said: str
) -> tuple[str, int] | Response:
    """Hold or lift ``what``, for the reason on the form."""
    form = _why(what)
    given = (house(), str(form.command_id.data), what, str(form.why.data or ""))
    if form.validate_on_submit() and _attempt(form, lambda: work(*given, _actor(what), now())):
        flash(said, "success")
        return _back()
    return _page(lifts=(what, form))


def _page(
    *,
    discards: DiscardForm | None = None,
    lifts: tuple[str, WhyForm] | None = None,
) -> tuple[str, int]:
    g.pop("holds", None)
    reader, user = _reader(), who.user()
    page = max(1, min(request.args.get("side", 1, type=int), 10_000))
    view = held.overview(read(), house(), reader, page)
    forms = {what: _why(what, formdata=None) for what in NAMES}
    if lifts is not None:
        forms[lifts[0]] = lifts[1]
    refused: Form | None = lifts[1] if lifts else discards
    found = {one.what: one for one in standing()}
    body = render_template(
        "pages/holds/index.html",
        held=found,
        names=NAMES,
        kinds=KINDS,
        states=MESSAGES,
        templates=TEMPLATES,
        view=view,
        page=page,
        pages=max(1, -(-view.total // held.PAGE)),
        ticked=set(discards.chosen.data or ()) if discards else set(),
        discards=discards or DiscardForm(formdata=None),
        forms=forms,
        may={what: user.has(*roles) for what, roles in held.LIFTERS.items()},
        opens_lists={
            key for key in context.site().definitions
            if not user.roles_in(key).isdisjoint(LIST_READERS)
        },
        earlier=holds.earlier(read()),
        reason=_reason,
        form=refused,
    )  # fmt: skip
    return body, refused.status if refused else 200


def _why(what: str, **given: None) -> WhyForm:
    """The page has two of them: their fields bear ids of their own."""
    form = WhyForm(**given)
    form.why.id = f"why-{what}"
    return form


def _reason(text: str) -> str:
    """Why, in the reader's language where it was no person who wrote it."""
    return t(text) if text in holds.REASONS.values() else text


def _reader() -> held.Reader:
    user = who.user()
    return held.Reader(user.person_id, user.by_pool(context.site().definitions), user.all_roles)


def _actor(what: holds.What) -> Actor:
    """The reader with what they may lift it by, held in whichever pool: it is held in all."""
    user = who.user()
    return Actor("person", user.person_id, user.name, user.all_roles & held.LIFTERS[what])


def _attempt(form: Form, work: Callable[[], object]) -> bool:
    """Do ``work``; where it is refused the form says why."""
    try:
        work()
    except NotFound:
        abort(404)
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except holds.NotHeld:
        form.fault(t("Somebody else has lifted it meanwhile."))
    except CommandReused:
        form.command_id.data = str(uuid4())
        form.fault(
            t("This page was sent before with something else in it. Press again to send this.")
        )
    else:
        return True
    return False


def _back() -> Response:
    address: Response = redirect(url_for("holds.index"), 303)
    return address
