"""A year's status on paper: the figures, the course of the year, and what proves them."""

from __future__ import annotations

from flask import Response, abort

import pool.ledger as ledger
from pool.render import paper_pdf
from pool.render.paper import Block, Fact, Facts, Heading, Paper, Para
from pool.summary.plan_status import figures
from pool.web import downloads
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.language import lang, speak, t
from pool.web.steering import wording
from pool.web.steering.looking_back import Look, look, state_words
from pool.web.steering.room import READERS, blueprint, pool_of
from pool.web.steering.views import course_of, given_back
from workflows.definition import Definition


@blueprint.get("/styring/<pool_key>/<int:year>/status.pdf")
@staff(*READERS)
def status_pdf(pool_key: str, year: int) -> Response:
    """The status as it is, or as of a past moment."""
    definition, seen = pool_of(pool_key), look()
    try:
        made = paper_pdf.pdf(_paper(definition, year, seen), moment=now())
    except ledger.UnknownYear:
        abort(404)
    day = f"-{seen.as_of.at:%Y-%m-%d}" if seen.as_of else ""
    return downloads.send(made, f"status-{pool_key}-{year}{day}-{lang()}.pdf", "application/pdf")


def _paper(definition: Definition, year: int, seen: Look) -> Paper:
    words, name = speak(), speak().text(definition.name)
    status = figures(read(), definition.key, year, seen.as_of)
    told = seen.meaning or t("Only announced decisions are counted.")
    state = state_words(status, seen)
    blocks: list[Block] = [
        Para("counted", f"{told} {state}".rstrip()),
        Facts(
            "figures",
            t("The figures"),
            tuple(
                Fact(key, t(wording.LABELS[key]), amount, "money", strong=key == "free")
                for key, amount in status.figures().items()
            ),
        ),
    ]
    if status.relinquished:
        budget = t(wording.LABELS["budget"])
        blocks.append(Para("given-back", f"{budget}: {given_back(status)}."))
    drawn = course_of(definition.key, year, seen)
    if drawn is not None:
        blocks += [Heading("course-head", 2, t("The course of the year")), drawn]
    return Paper(
        title=t("Status of %(pool)s %(year)s", pool=name, year=year),
        subtitle=seen.heading or t("Counted %(moment)s", moment=words.moment(now())),
        lang=words.lang,
        dir=words.dir,
        blocks=tuple(blocks),
        stamp=_stamp(definition.key, seen),
        small=True,
    )


def _stamp(pool_key: str, seen: Look) -> tuple[tuple[str, str], ...]:
    """When it was counted, and the newest transfer there was: whoever recomputes the chain meets
    the same hash."""
    n, digest = ledger.head_at(read(), pool_key, seen.as_of.written_by if seen.as_of else None)
    return (
        (t("Counted"), speak().moment(now())),
        (t("Newest transfer"), str(n)),
        (t("Its hash"), digest),
    )
