"""The log over all messages, narrowed by its address."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from urllib.parse import urlencode

from flask import render_template, request, url_for

from pool.cases import messages_log
from pool.cases.messages_log import TROUBLE, Filters
from pool.models.outbox import KINDS, STATES
from pool.outbox.templates import TEMPLATES
from pool.web import context
from pool.web.access import staff
from pool.web.casework import wording as casework
from pool.web.context import read
from pool.web.language import t
from pool.web.messages import wording
from pool.web.messages.room import READERS, blueprint, looker, row_of
from workflows import values

_LONGEST = 100


def filters_from() -> tuple[Filters, list[str]]:
    """The filters of the address, and the names of those that could not be read."""
    given, unknown = request.args, []

    def one_of(name: str, allowed: Iterable[str]) -> str | None:
        value = given.get(name, "")
        return value if value in allowed else None

    def day(name: str, label: str) -> date | None:
        typed = given.get(name, "")
        if values.blank(typed):
            return None
        try:
            return values.day(typed)
        except values.Bad:
            unknown.append(t(label))
            return None

    page = given.get("page", "1")
    text = "".join(sign for sign in given.get("text", "")[:_LONGEST] if sign.isprintable())
    return Filters(
        state=one_of("state", {*STATES, TROUBLE}),
        kind=one_of("kind", KINDS),
        template=one_of("template", TEMPLATES),
        pool=one_of("pool", context.offered()),
        since=day("since", "From the day"),
        until=day("until", "To the day"),
        text=text,
        page=int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1,
    ), unknown


@blueprint.get("/beskeder/")
@staff(*READERS)
def index() -> str:
    """The newest messages first."""
    reader = looker()
    filters, unknown = filters_from()
    page = messages_log.page_of(read(), reader, filters)
    kept = {key: value for key, value in request.args.items() if key != "page" and value}
    states = {"trouble": t("Did not get through")} | {
        key: t(casework.MESSAGES[key][0]) for key in STATES if key in casework.MESSAGES
    }
    names = sorted(((key, name) for key, name in reader.names.items()), key=lambda one: one[1])
    return render_template(
        "pages/messages/index.html",
        page=page,
        rows=[row_of(entry) for entry in page.rows],
        filters=filters,
        typed={name: request.args.get(name, "") for name in ("since", "until")},
        unknown=unknown,
        states=list(states.items()),
        kinds=[(key, t(label)) for key, label in wording.KINDS.items()],
        templates=names,
        pools=list(context.offered().values()),
        active=sum(1 for key in kept if key != "lang"),
        may_print=bool(reader.mine),
        base=url_for("messages.index") + "?" + urlencode([*kept.items(), ("page", "")]),
    )
