"""Whether the books agree, and every difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from pool import books
from pool.books import BooksError, Difference, Seen, taking, wording
from pool.books.agreement import Line
from pool.books.ours import Item
from pool.web import downloads
from pool.web.access import staff
from pool.web.books.room import READERS, ROOT, WRITERS, Place, blueprint, compared, place
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.steering import sheet

T = TypeVar("T")
PAGE = 50
"""Differences on a page."""


class MatchForm(Form):
    """Look for matches anew: nothing but the guard."""


@blueprint.get(ROOT)
@staff(*READERS)
def index(pool_key: str, year: int) -> str:
    """The one line, the sums, the differences, the files."""
    return _index(place(pool_key, year), MatchForm(formdata=None))


def _index(at: Place, form: Form) -> str:
    found, seen = compared(at)
    return render_template(
        "pages/books/index.html",
        at=at,
        form=form,
        told=found.agreement,
        line=wording.agreement(found.agreement, speak()),
        listed=_paged(found.differences, url_for("books.index", **at.at)),
        matched=len(found.matched),
        files=taking.files_of(read(), at.pool, at.year),
        row=lambda one: difference(one, seen),
        kinds=wording.KINDS,
        unknown=sorted({posting for posting, _ in found.unknown}),
    )


@blueprint.post(f"{ROOT}/find")
@staff(*WRITERS)
def match(pool_key: str, year: int) -> tuple[str, int] | Answer:
    """Look for matches anew: payments may have been marked since the file was read."""
    at = place(pool_key, year, write=True)
    form = MatchForm()
    if form.validate_on_submit():
        try:
            books.match(house(), pool=at.pool, year=year, actor=at.actor, now=now())
            return redirect(url_for("books.index", **at.at), 303)
        except BooksError as error:
            form.fault(wording.refused(error, speak()))
    return _index(at, form), form.status


@blueprint.get(f"{ROOT}/stemmer")
@staff(*READERS)
def matched(pool_key: str, year: int) -> str:
    """What was matched, and what was explained."""
    at = place(pool_key, year)
    found, seen = compared(at)
    newest = sorted(found.matched, key=lambda one: one.matched_at, reverse=True)
    explained = sorted(found.explained, key=lambda one: one.id, reverse=True)
    return render_template(
        "pages/books/matched.html",
        at=at,
        listed=_paged(newest, url_for("books.matched", **at.at)),
        explained=[line(one, seen) for one in explained],
        line=lambda one: line(one, seen),
        item=lambda one: item(one, seen),
        how=wording.HOW,
        withheld=lambda group: any(seen.withheld(one.case_id) for one in group.items),
    )


@blueprint.get(f"{ROOT}/forskelle.csv")
@staff(*READERS)
def differences(pool_key: str, year: int) -> Response:
    """Every difference, for a spreadsheet."""
    at = place(pool_key, year)
    found, seen = compared(at)
    heads = (
        *("Difference", "Day", "Reference", "Text", "Case number", "Activity"),
        *("The municipality", "Ours", "Apart"),
    )
    rows = [[t(one) for one in heads]]
    for one in found.differences:
        told = difference(one, seen)
        parts = [*told["lines"], *told["items"]]
        cells = (
            t(wording.KINDS[one.kind]),
            "; ".join(speak().short_day(part["day"]) for part in parts),
            "; ".join(part["reference"] for part in parts if part["reference"]),
            "; ".join(part["what"] for part in parts if part["what"]),
            "; ".join(part["number"] for part in parts if part["number"]),
            "; ".join(part["title"] for part in parts if part["title"]),
        )
        sums = (one.theirs, one.ours, one.amount)
        rows.append([*map(sheet.safe, cells), *map(sheet.number, sums)])
    sums = (found.agreement.theirs, found.agreement.ours, found.agreement.difference)
    rows.append([t("In all"), "", "", "", "", "", *map(sheet.number, sums)])
    name = f"{t('differences')}-{pool_key}-{year}.csv"
    return downloads.send(sheet.table(rows), name, "text/csv")


def difference(one: Difference, seen: Seen) -> dict[str, Any]:
    """As a page shows it. Nothing may be done with what is of a case the reader stays out of."""
    lines, items = [line(x, seen) for x in one.postings], [item(x, seen) for x in one.items]
    return {
        "one": one,
        "lines": lines,
        "items": items,
        "withheld": any(x["withheld"] for x in (*lines, *items)),
    }


def line(one: Line, seen: Seen) -> dict[str, Any]:
    """A posting. Without what would tell whose it is, where the reader stays out of that."""
    hidden = one.id in seen.postings
    return {
        "id": one.id,
        "day": one.day,
        "amount": one.amount,
        "reference": "" if hidden else one.reference,
        "what": t("a case you stay out of") if hidden else one.text,
        "number": "",
        "title": "",
        "may_open": False,
        "withheld": hidden,
        "explained": None if hidden else one.explained,
        "explained_by": one.explained_by,
        "explained_at": one.explained_at,
    }


def item(one: Item, seen: Seen) -> dict[str, Any]:
    """A transfer of ours, likewise."""
    hidden = seen.withheld(one.case_id)
    case = None if hidden else seen.cases.get(one.case_id or 0)
    return {
        "id": one.id,
        "day": one.day,
        "amount": one.amount,
        "reference": "" if hidden else one.reference,
        "what": t("a case you stay out of") if hidden else wording.item(one, speak()),
        "number": case.number if case else "",
        "title": case.title if case else "",
        "may_open": bool(case and case.may_open),
        "withheld": hidden,
    }


def _paged(rows: Sequence[T], base: str) -> dict[str, Any]:
    pages = max(1, -(-len(rows) // PAGE))
    page = max(1, min(request.args.get("side", 1, type=int), pages))
    return {
        "rows": rows[(page - 1) * PAGE : page * PAGE],
        "total": len(rows),
        "page": page,
        "pages": pages,
        "base": f"{base}?side=",
    }
