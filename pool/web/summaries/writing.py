"""The group's own words, the files made of them, and submitting."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField, TextAreaField

from pool.cases.errors import CommandReused
from pool.models.summary import SummaryEdition
from pool.summary import editions, files
from pool.summary import editions_files as edition_files
from pool.summary import editions_people as people
from pool.summary.editions import LONGEST_WORDS, Submit, WriteWords
from pool.summary.editions_errors import CannotBe, NobodyToTell, NotNow, WordsChanged
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import lang, t
from pool.web.summaries import wording
from pool.web.summaries.room import (
    EDITION,
    MANAGERS,
    acting,
    blueprint,
    configured,
    hidden,
    managed,
)

Page = Response | tuple[str, int]


class VersionForm(Form):
    """Something done to the words as they stood when the page was made."""

    version = HiddenField()

    @property
    def seen(self) -> int:
        """The version; 0, never right, where it was tampered with."""
        typed = str(self.version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


class WordsForm(VersionForm):
    danish = TextAreaField("Your own words, in Danish")
    english = TextAreaField("Your own words, in English")


@blueprint.route(f"{EDITION}/ord", methods=["GET", "POST"])
@staff(*MANAGERS)
def write(edition_id: int) -> Page:
    """Write the words; look at how they would stand before they are saved."""
    edition = managed(edition_id)
    if request.method == "GET" and edition.state != "draft":
        return _too_late(edition)
    form = WordsForm(
        data={
            "version": str(edition.version),
            "danish": edition.own_words,
            "english": edition.own_words_en,
        }
    )
    preview, theirs = None, None
    if form.validate_on_submit():
        if "preview" in request.form:
            own = form.danish.data if lang() == "da" else form.english.data or form.danish.data
            preview = files.paper(edition, lang(), own=str(own or ""), hidden=hidden(edition))
        else:
            try:
                editions.write_words(house(), _words(form, edition_id), acting(edition), now())
            except CannotBe as error:
                form.fault(wording.fault(error), error.field)
            except NotNow:
                return _too_late(edition)
            except WordsChanged as changed:
                theirs = changed.edition
                form.version.data = str(theirs.version)
                form.fault(
                    t(
                        "A colleague has written meanwhile. Their words stand below, yours are kept here: put them together, and save again"  # noqa: E501
                    )
                )
            else:
                flash(t("Your words are saved."), "success")
                return redirect(url_for("summaries.edition", edition_id=edition_id), 303)
    page = render_template(
        "pages/summaries/write.html",
        edition=edition,
        form=form,
        preview=preview,
        theirs=theirs,
        longest=LONGEST_WORDS,
        wording=wording,
    )
    return page, form.status


def _words(form: WordsForm, edition_id: int) -> WriteWords:
    return WriteWords(
        edition_id=edition_id,
        version=form.seen,
        danish=str(form.danish.data or ""),
        english=str(form.english.data or ""),
    )


def _too_late(edition: SummaryEdition) -> Response:
    flash(t("The summary has been submitted: its words stand."), "info")
    return redirect(url_for("summaries.edition", edition_id=edition.id), 303)


@blueprint.post(f"{EDITION}/filer")
@staff(*MANAGERS)
def make_files(edition_id: int) -> Page:
    """Have the files made of the words as they stand."""
    edition = managed(edition_id)
    form = Form()
    if form.validate_on_submit():
        edition_files.remake(house(), edition_id, acting(edition), now())
        return redirect(url_for("summaries.edition", edition_id=edition_id), 303)
    page = render_template(
        "pages/summaries/make_files.html", edition=edition, form=form, wording=wording
    )
    return page, form.status


@blueprint.route(f"{EDITION}/forelaeg", methods=["GET", "POST"])
@staff(*MANAGERS)
def submit(edition_id: int) -> Page:
    """Who will get it; then it is sent."""
    edition = managed(edition_id)
    also = configured()
    to = people.steering_group(read(), edition.pools, also)
    form = VersionForm(data={"version": str(edition.version)})
    if form.validate_on_submit():
        command = Submit(str(form.command_id.data), edition_id, form.seen)
        try:
            editions.submit(house(), command, acting(edition), now(), also=also)
        except (NotNow, CommandReused):
            return _too_late(edition)
        except WordsChanged as changed:
            form.version.data = str(changed.edition.version)
            form.fault(
                t(
                    "A colleague has changed the words since you opened this page. Read them before you submit"  # noqa: E501
                )
            )
        except NobodyToTell:
            form.fault(t("There is nobody to send it to"))
        else:
            flash(t("The summary is submitted. The steering group gets it by mail."), "success")
            return redirect(url_for("summaries.edition", edition_id=edition_id), 303)
    elif request.method == "GET" and edition.state != "draft":
        return _too_late(edition)
    page = render_template(
        "pages/summaries/submit.html",
        edition=edition,
        form=form,
        to=to,
        left_out=people.left_out(read(), edition.pools),
        wording=wording,
    )
    return page, form.status
