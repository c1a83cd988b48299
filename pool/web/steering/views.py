"""Reading what became of the money. Nothing is changed here."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, render_template, url_for

import pool.ledger as ledger
from pool import summary
from pool.render.words import Words
from pool.summary import Overview
from pool.web import context, downloads, who
from pool.web.access import staff
from pool.web.context import now, read, today
from pool.web.house import house
from pool.web.language import lang, speak, t
from pool.web.steering import sheet, wording
from pool.web.steering.room import READERS, blueprint, may_read, pool_of
from pool.web.summaries.listing import summaries_of
from workflows.definition import Definition


@dataclass(frozen=True, slots=True)
class Shown:
    """A pool on the first page, with the year that matters most now."""

    definition: Definition
    status: ledger.Status | None
    older: tuple[int, ...]


@blueprint.get("/styring/")
@staff(*READERS)
def index() -> str:
    """Every pool the reader may see, the largest first, and its years."""
    pools = [_shown(one) for one in context.offered().values() if may_read(one.key)]
    pools.sort(key=lambda one: -one.status.budget if one.status else 0)
    return render_template("pages/steering/index.html", pools=pools, counted_at=now())


def _shown(definition: Definition) -> Shown:
    known = summary.years(read(), definition.key)
    if not known:
        return Shown(definition, None, ())
    year = max((one for one in known if one <= today().year), default=known[-1])
    return Shown(
        definition,
        ledger.status(read(), definition.key, year),
        tuple(one for one in known if one != year),
    )


@blueprint.get("/styring/<pool_key>/<int:year>")
@staff(*READERS)
def year(pool_key: str, year: int) -> str:
    """One pool's year: in a minute."""
    found = _overview(pool_key, year)
    return render_template(
        "pages/steering/year.html",
        view=found,
        figures=_figures(found),
        parts=_parts(found),
        years=[one for one in summary.years(read(), pool_key) if one != year],
        summaries=summaries_of(pool_key, year),
        counted_at=now(),
    )


@blueprint.get("/styring/<pool_key>/<int:year>/<figure>")
@staff(*READERS)
def figure(pool_key: str, year: int, figure: str) -> str:
    """The transfers a figure is made of, and their sum."""
    definition = pool_of(pool_key)
    if figure not in ledger.FIGURES:
        abort(404)
    user = who.user()
    try:
        lines = summary.behind(
            read(),
            house(),
            pool_key,
            year,
            figure,
            person_id=user.person_id,
            roles=user.roles_in(pool_key),
        )
    except ledger.UnknownYear:
        abort(404)
    return render_template(
        "pages/steering/figure.html",
        definition=definition,
        year=year,
        label=t(wording.LABELS[figure]),
        meaning=t(wording.MEANINGS[figure]),
        lines=lines,
        total=sum(line.amount for line in lines),
        wording=wording,
        counted_at=now(),
    )


@blueprint.get("/styring/<pool_key>/<int:year>/bevillinger.csv")
@staff(*READERS)
def grants(pool_key: str, year: int) -> Response:
    """The grants as a file for a spreadsheet."""
    found = _overview(pool_key, year)
    return downloads.send(
        sheet.grants(found, speak()), f"{pool_key}-{year}-{lang()}.csv", "text/csv"
    )


def _overview(pool_key: str, year: int) -> Overview:
    pool_of(pool_key)
    user = who.user()
    found = summary.overview(
        read(),
        house(),
        pool_key,
        year,
        person_id=user.person_id,
        roles=user.roles_in(pool_key),
    )
    if found is None:
        abort(404)
    return found


def _figures(view: Overview) -> list[dict[str, object]]:
    words: Words = speak()
    before = view.before.figures() if view.before else {}
    return [
        {
            "label": t(wording.LABELS[name]),
            "value": amount,
            "href": url_for("steering.figure", pool_key=view.pool, year=view.year, figure=name),
            "main": name == "free",
            "note": f"{view.year - 1}: {words.money(before[name])}" if before else None,
        }
        for name, amount in view.status.figures().items()
    ]


def _parts(view: Overview) -> list[dict[str, object]]:
    """The budget's parts, for the bar."""
    return [
        {"key": key, "label": label, "amount": amount}
        for key, label, amount in (
            ("paid", t("With the activities"), view.out),
            ("held", t("Granted, not paid out yet"), view.waiting),
            ("earmarked", t("Earmarked"), view.status.earmarked),
            ("free", t("Left to dispose of"), view.status.free),
        )
        if amount or key == "free"
    ]
