"""One transfer on a page of its own: where the money went, why, by whom, and how it is chained."""

from __future__ import annotations

from flask import abort, render_template, url_for

from pool.summary import transfer
from pool.summary.transfer import Line, Place
from pool.web import who
from pool.web.access import staff
from pool.web.casework.wording import TEMPLATES
from pool.web.context import read, site
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.roles import role_list, role_name
from pool.web.steering import wording
from pool.web.steering.room import READERS, blueprint, may_read, pool_of

PLACES = {
    "source": "Where the pool’s money comes from",
    "free": "Left to dispose of",
    "earmark": "Earmarked",
    "held": "Granted, not paid out yet",
    "paid": "Paid out",
}
"""Accounts in words."""


@blueprint.get("/styring/<pool_key>/transaktion/<int:n>")
@staff(*READERS)
def transfer_page(pool_key: str, n: int) -> str:
    """Transfer number ``n`` of the pool's books."""
    definition = pool_of(pool_key)
    actor = who.user().actor(pool_key)
    found = transfer.entry(read(), house(), pool_key, n, definition, actor)
    if found is None:
        abort(404)
    return render_template(
        "pages/steering/transfer.html",
        definition=definition,
        view=found,
        kind=kind_of,
        place=place_of,
        book=book_name,
        href=address,
        day=wording.about_day(found.transfer.effective_on, found.transfer.precision),
        by=found.name or role_name("system" if found.actor == "person" else found.actor),
        by_roles=role_list(found.roles),
        letters=[(one, t(TEMPLATES.get(one.message.template, one.message.template)))
                 for one in found.letters],
    )  # fmt: skip


def kind_of(line: Line) -> str:
    """What a transfer does, in words."""
    if line.kind == "reverse":
        return t("A transfer taken back")
    return t(wording.KINDS[line.kind])


def place_of(place: Place) -> str:
    """An account in words, with an earmark's name."""
    name = t(PLACES[place.kind])
    return f"{name}: {place.label}" if place.label else name


def book_name(line: Line) -> str:
    """``Byliv 2024``, ``The plan 2024``."""
    definition = site().definitions.get(line.book)
    name = speak().text(definition.name) if definition else t("The plan")
    return f"{name} {line.year}"


def address(line: Line) -> str | None:
    """The transfer's own page; None in books the reader does not read."""
    if line.book not in site().definitions or not may_read(line.book):
        return None
    return url_for("steering.transfer_page", pool_key=line.book, n=line.n)
