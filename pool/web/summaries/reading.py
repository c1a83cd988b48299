"""An edition as its readers see it: page, questions, files."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, url_for

from pool.models.summary import FORMATS, LANGUAGES, SummaryEdition
from pool.summary import editions_files as edition_files
from pool.summary import editions_questions as asking
from pool.summary import editions_recipients as sending
from pool.summary import files, hiding
from pool.summary.editions import receipt_of
from pool.summary.editions_people import whom_of
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.errors import Refused
from pool.web.forms import Form
from pool.web.language import lang, speak, t
from pool.web.summaries import wording
from pool.web.summaries.room import (
    EDITION,
    FILE,
    READERS,
    blueprint,
    configured,
    edition_of,
    hidden,
    is_steering,
    may_manage,
)


@dataclass(frozen=True, slots=True)
class Way:
    """How the reader came to the edition: as a colleague, or by a link (``token``)."""

    edition_id: int
    token: str | None = None

    def to(self, page: str, **values: Any) -> str:
        """The address of ``edition``, ``file``, ``ask`` or ``receive`` on this way."""
        if self.token is None:
            return url_for(f"summaries.{page}", edition_id=self.edition_id, **values)
        return url_for(f"summaries.link_{page}", token=self.token, **values)


def contents(edition: SummaryEdition, way: Way, out: Collection[int]) -> dict[str, Any]:
    """What every page that shows an edition needs. ``out``: the cases its reader stays out of."""
    paper = files.paper(edition, lang(), received=wording.how_received(edition), hidden=out)
    places = dict(asking.places(paper))
    asked = asking.questions(read(), edition)
    questions = hiding.questions_without(asked, edition, out, speak())
    return {
        "edition": edition,
        "way": way,
        "paper": paper,
        "questions": questions,
        "places": places,
        "downloads": [] if out else _downloads(edition, way),
        "stays_out": bool(out),
        "wording": wording,
    }


def _downloads(edition: SummaryEdition, way: Way) -> list[dict[str, Any]]:
    """The files that can be had, the reader's language first."""
    sizes = edition_files.sizes(read(), edition)
    spoken = sorted(LANGUAGES, key=lambda one: one != lang())
    return [
        {
            "language": t(wording.LANGUAGES[one]),
            "lang": one,
            "files": [
                {
                    "name": t(wording.FORMS[form]),
                    "size": _size(sizes[one, form]),
                    "href": way.to("file", spoken=one, form=form),
                }
                for form in FORMATS
                if (one, form) in sizes
            ],
        }
        for one in spoken
        if any((one, form) in sizes for form in FORMATS)
    ]


def _size(count: int) -> str:
    return t("%(n)s kB", n=max(1, round(count / 1000)))


@blueprint.get(EDITION)
@staff(*READERS)
def edition(edition_id: int) -> str:
    """An edition, what was asked about it, and what can be done with it now."""
    found = edition_of(edition_id)
    managing, also = may_manage(found), configured()
    shown = managing and found.state != "draft"
    making = found.wanted > 0 and found.files_version != found.version
    return render_template(
        "pages/summaries/edition.html",
        **contents(found, Way(edition_id), hidden(found)),
        managing=managing,
        steering=is_steering(found),
        noted=receipt_of(read(), found, f"person:{who.user().person_id}") is not None,
        sent=sending.recipients(read(), found, also, now()) if shown else [],
        not_told=sending.not_told(read(), found, also) if shown else [],
        whom_of=whom_of,
        making=making,
        trouble=making and edition_files.in_trouble(read(), found),
        form=Form() if managing else None,
        history=wording.history(found),
    )


@blueprint.get(f"{EDITION}{FILE}")
@staff(*READERS)
def file(edition_id: int, spoken: str, form: str) -> Response:
    """A file of the edition."""
    found = edition_of(edition_id)
    return send(found, spoken, form, hidden(found))


def send(edition: SummaryEdition, spoken: str, form: str, out: Collection[int]) -> Response:
    """A file as a download; 404 where it is not made (yet). Everybody gets the same file, so it
    is not for who stays out of one of its cases."""
    if out:
        raise Refused(
            t("The files name a case you stay out of, so you cannot have them."),
            t("On the page of the summary you can read all the rest."),
        )
    found = edition_files.document(read(), edition, spoken, form)
    if found is None:
        abort(404)
    return downloads.send(found.body, found.name, found.media_type)
