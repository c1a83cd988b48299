"""An edition as its readers see it: page, questions, files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Response, abort, render_template, url_for

from pool.models.summary import FORMATS, LANGUAGES, SummaryEdition
from pool.summary import editions_files as edition_files
from pool.summary import editions_questions as asking
from pool.summary import files
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.context import read
from pool.web.forms import Form
from pool.web.language import lang, t
from pool.web.summaries import wording
from pool.web.summaries.room import READERS, blueprint, edition_of, may_manage


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


def contents(edition: SummaryEdition, way: Way) -> dict[str, Any]:
    """What every page that shows an edition needs."""
    paper = files.paper(edition, lang(), received=wording.how_received(edition))
    places = dict(asking.places(paper))
    questions = asking.questions(read(), edition)
    return {
        "edition": edition,
        "way": way,
        "paper": paper,
        "questions": questions,
        "places": places,
        "downloads": _downloads(edition, way),
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


@blueprint.get("/styring/opgoerelser/<int:edition_id>")
@staff(*READERS)
def edition(edition_id: int) -> str:
    """An edition, what was asked about it, and what can be done with it now."""
    found = edition_of(edition_id)
    managing = may_manage(found)
    making = found.wanted > 0 and found.files_version != found.version
    return render_template(
        "pages/summaries/edition.html",
        **contents(found, Way(edition_id)),
        managing=managing,
        steering=any("steering" in who.user().roles_in(pool) for pool in found.pools),
        making=making,
        trouble=making and edition_files.in_trouble(read(), found),
        form=Form() if managing else None,
        history=wording.history(found),
    )


@blueprint.get("/styring/opgoerelser/<int:edition_id>/fil/<spoken>/<form>")
@staff(*READERS)
def file(edition_id: int, spoken: str, form: str) -> Response:
    """A file of the edition."""
    return send(edition_of(edition_id), spoken, form)


def send(edition: SummaryEdition, spoken: str, form: str) -> Response:
    """A file as a download; 404 where it is not made (yet)."""
    found = edition_files.document(read(), edition, spoken, form)
    if found is None:
        abort(404)
    return downloads.send(found.body, found.name, found.media_type)
