"""Reading what became of the money. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response, abort, render_template, request, url_for
from markupsafe import Markup

import pool.ledger as ledger
from pool import summary
from pool.render.chart import svg
from pool.render.paper import Chart
from pool.render.words import Words
from pool.summary import Overview
from pool.summary.plan_status import figures as figures_of
from pool.web import context, downloads, who
from pool.web.access import staff
from pool.web.context import now, read, today
from pool.web.house import house
from pool.web.language import lang, speak, t
from pool.web.steering import closing, course, sheet, wording
from pool.web.steering.looking_back import Look, look, state_words
from pool.web.steering.room import ASKERS, READERS, blueprint, may_read, pool_of
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
    return render_template(
        "pages/steering/index.html", pools=pools, counted_at=now(), together=_together(pools)
    )


def _together(pools: Sequence[Shown]) -> dict[str, Any] | None:
    """All the reader's pools in one year, with their sums; None where there is no year at all."""
    known = {year for one in pools if one.status for year in (one.status.year, *one.older)}
    if not known:
        return None
    asked = request.args.get("year", "")
    newest = max((year for year in known if year <= today().year), default=max(known))
    year = int(asked) if asked.isdecimal() and int(asked) in known else newest
    seen = look()
    rows = []
    for one in pools:
        if one.status and year in (one.status.year, *one.older):
            rows.append((one.definition, figures_of(read(), one.definition.key, year, seen.as_of)))
    return {
        "year": year,
        "years": sorted(known, reverse=True),
        "look": seen,
        "rows": rows,
        "sums": {
            name: sum(status.figures()[name] for _, status in rows) for name in ledger.FIGURES
        },
        "labels": {name: t(label) for name, label in wording.LABELS.items()},
    }


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
    """One pool's year: in a minute. Of a past moment the figures and the course alone: what the
    lists say is what is so now."""
    definition = pool_of(pool_key)
    seen = look()
    if seen.as_of is not None:
        return _then(definition, year, seen)
    found = _overview(pool_key, year)
    return render_template(
        "pages/steering/year.html",
        view=found,
        figures=_figures(found),
        parts=_parts(found),
        years=[one for one in summary.years(read(), pool_key) if one != year],
        summaries=summaries_of(pool_key, year),
        counted_at=now(),
        look=seen,
        chart=picture(pool_key, year, seen),
        ending=closing.ending(found),
        may_ask=not who.user().roles_in(pool_key).isdisjoint(ASKERS),
    )


def _then(definition: Definition, year: int, seen: Look) -> str:
    """The year as it stood."""
    try:
        status = figures_of(read(), definition.key, year, seen.as_of)
    except ledger.UnknownYear:
        abort(404)
    return render_template(
        "pages/steering/then.html",
        definition=definition,
        year=year,
        status=status,
        figures=_as_items(status, seen),
        state=state_words(status, seen),
        look=seen,
        chart=picture(definition.key, year, seen),
        counted_at=now(),
    )


def picture(pool_key: str, year: int, seen: Look) -> dict[str, Any] | None:
    """The year's course as the page shows it; None where nothing was moved."""
    drawn = course_of(pool_key, year, seen)
    if drawn is None:
        return None
    # Drawn and escaped by this program.
    return {"chart": drawn, "svg": Markup(svg(drawn, speak()))}  # noqa: S704


def course_of(pool_key: str, year: int, seen: Look) -> Chart | None:
    """The year's course as of the moment that is looked at; at present all of it."""
    then = seen.as_of or ledger.AsOf("effective", date.max)
    steps = ledger.course(
        read(), pool_key, year, axis=then.axis, at=then.at, known_at=then.known_at
    )
    until = seen.as_of.at if seen.as_of else today()
    return course.chart(year, steps, until, speak())


@blueprint.get("/styring/<pool_key>/<int:year>/<figure>")
@staff(*READERS)
def figure(pool_key: str, year: int, figure: str) -> str:
    """The transfers a figure is made of, and their sum."""
    definition = pool_of(pool_key)
    if figure not in ledger.FIGURES:
        abort(404)
    user = who.user()
    seen = look()
    try:
        lines = summary.behind(
            read(),
            house(),
            pool_key,
            year,
            figure,
            person_id=user.person_id,
            roles=user.roles_in(pool_key),
            as_of=seen.as_of,
        )
    except ledger.UnknownYear:
        abort(404)
    return render_template(
        "pages/steering/figure.html",
        definition=definition,
        year=year,
        figure=figure,
        label=t(wording.LABELS[figure]),
        meaning=t(wording.MEANINGS[figure]),
        lines=lines,
        total=sum(line.amount for line in lines),
        wording=wording,
        counted_at=now(),
        look=seen,
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
            "note": given_back(view.status)
            if name == "budget" and view.status.relinquished
            else f"{view.year - 1}: {words.money(before[name])}"
            if before
            else None,
        }
        for name, amount in view.status.figures().items()
    ]


def given_back(status: ledger.Status) -> str:
    """What the budget was before money went back, as a real account ends: *rest retur*."""
    words: Words = speak()
    back = status.relinquished
    return t(
        "%(given)s given, %(back)s back to the municipality",
        given=words.money(status.budget + back),
        back=words.money(back),
    )


def _as_items(status: ledger.Status, seen: Look) -> list[dict[str, object]]:
    """The figures of a past moment; each opens its transfers as of the same."""
    return [
        {
            "label": t(wording.LABELS[name]),
            "value": amount,
            "href": url_for(
                "steering.figure",
                pool_key=status.book,
                year=status.year,
                figure=name,
                **seen.params,
            ),
            "main": name == "free",
        }
        for name, amount in status.figures().items()
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
