"""A summary as a file. The same figures and words give the same bytes, whenever it is made."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import NamedTuple

from pool.models.summary import SummaryEdition
from pool.render.paper import Paper
from pool.render.paper_csv import csv
from pool.render.words import words
from pool.summary import hiding, sentences
from pool.summary.model import Summary, from_json, sha256, to_json
from pool.summary.telling import tell

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "json": "application/json",
}


class File(NamedTuple):
    """One form of a summary in one language."""

    name: str
    media_type: str
    body: bytes


def paper(
    edition: SummaryEdition,
    lang: str,
    *,
    own: str | None = None,
    received: str | None = None,
    hidden: Collection[int] = (),
) -> Paper:
    """The edition as blocks, for its page. ``own``: words not saved yet, to see how they look;
    ``received``: who noted it, in the reader's words; ``hidden``: the cases the reader stays out
    of."""
    summary, spoken = from_json(edition.figures), words(lang)
    shown = hiding.without(summary, hidden, spoken)
    told = own_words(edition, lang) if own is None else own
    if hidden and told == sentences.draft(summary, spoken):
        told = sentences.draft(shown, spoken)
    return tell(
        shown,
        spoken,
        own_words=hiding.text_without(told, summary, hidden, spoken),
        sha256=edition.sha256,
        state=edition.state,
        received=received,
    )


def own_words(edition: SummaryEdition, lang: str) -> str:
    """The group's words in ``lang``; the Danish ones, which count, where there are no others."""
    return edition.own_words if lang == "da" else edition.own_words_en or edition.own_words


def make(edition: SummaryEdition, lang: str, form: str) -> File:
    """A file of the edition as it stands. A received one is as it was submitted: what is sent
    to be read does not change by being read."""
    return make_of(
        from_json(edition.figures),
        lang,
        form,
        own=own_words(edition, lang),
        state="draft" if edition.state == "draft" else "submitted",
        figures=edition.figures,
    )


def make_of(
    summary: Summary,
    lang: str,
    form: str,
    *,
    own: str,
    state: str = "draft",
    figures: str | None = None,
) -> File:
    """``form`` (``pdf``, ``xlsx``, ``csv``, ``json``) of figures and words. ``figures`` is their
    text as stored: a later program may write it otherwise, and the fingerprint is of this."""
    figures = figures or to_json(summary)
    name = f"{_stem(summary)}-{lang}.{form}"
    if form == "json":
        body = _json(figures, own, lang, state)
    else:
        told = tell(summary, words(lang), own_words=own, sha256=sha256(figures), state=state)
        moment = summary.request.known_at
        if form == "pdf":  # what sets type and workbooks is loaded where one is made
            from pool.render.paper_pdf import pdf

            body = pdf(told, moment=moment)
        elif form == "xlsx":
            from pool.render.workbook import xlsx

            body = xlsx(told, moment=moment)
        else:
            body = csv(told)
    return File(name, MEDIA_TYPES[form], body)


def _json(figures: str, own: str, lang: str, state: str) -> bytes:
    whole = {
        "figures": json.loads(figures),
        "lang": lang,
        "own_words": own,
        "sha256": sha256(figures),
        "state": state,
    }
    text = json.dumps(whole, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode() + b"\n"


def _stem(summary: Summary) -> str:
    """``urban-life-knowledge-2026-provisional``; of many pools their number."""
    asked = summary.request
    pools = "-".join(asked.pools)
    if len(pools) > 80:
        pools = f"{len(asked.pools)}-pools"
    return f"{pools}-{asked.year}-{asked.edition}"
