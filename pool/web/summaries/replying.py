"""What the steering group does with a submitted edition: asks at a paragraph, notes it as
received. The same for who is signed in and for who came by the link."""

from __future__ import annotations

from collections.abc import Collection

from flask import flash, redirect, render_template, request
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField

from pool.cases.errors import CommandReused
from pool.identity.actor import Actor
from pool.models.summary import SummaryEdition
from pool.summary import editions, files
from pool.summary import editions_questions as asking
from pool.summary.editions import LONGEST_NOTE, Receive
from pool.summary.editions_errors import CannotBe, NoSuchParagraph, NotNow
from pool.summary.editions_questions import LONGEST, Ask
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import lang, t
from pool.web.summaries import wording
from pool.web.summaries.reading import Way
from pool.web.summaries.room import EDITION, acting, blueprint, hidden, steered

Page = Response | tuple[str, int]


class AskForm(Form):
    anchor = SelectField("What do you ask about?", validate_choice=False)
    question = TextAreaField("Your question")


class ReceiveForm(Form):
    note = TextAreaField("Remark")


@blueprint.route(f"{EDITION}/spoerg", methods=["GET", "POST"])
@staff("steering")
def ask(edition_id: int) -> Page:
    """Ask at a paragraph."""
    edition = steered(edition_id)
    return ask_page(edition, acting(edition), Way(edition_id), hidden(edition))


@blueprint.route(f"{EDITION}/modtag", methods=["GET", "POST"])
@staff("steering")
def receive(edition_id: int) -> Page:
    """Note it as received."""
    edition = steered(edition_id)
    return receive_page(edition, acting(edition), Way(edition_id))


def ask_page(edition: SummaryEdition, actor: Actor, way: Way, out: Collection[int]) -> Page:
    """The form, with the paragraph chosen that the address names (``?ved=``). ``out``: the cases
    its reader stays out of."""
    places = list(asking.places(files.paper(edition, lang(), hidden=out)))
    form = AskForm(data={"anchor": request.args.get("ved", "")})
    form.anchor.choices = places
    if form.validate_on_submit():
        command = Ask(
            id=str(form.command_id.data),
            edition_id=edition.id or 0,
            anchor=str(form.anchor.data or ""),
            question=str(form.question.data or ""),
        )
        try:
            asking.ask(house(), command, actor, now())
        except CannotBe as error:
            form.fault(wording.fault(error), error.field)
        except NoSuchParagraph:
            form.fault(t("Choose what you ask about"), "anchor")
        except (CommandReused, NotNow):
            return redirect(way.to("edition"), 303)
        else:
            flash(t("Your question is sent. The answer comes by mail and stands here."), "success")
            return redirect(way.to("edition") + "#questions", 303)
    page = render_template(
        "pages/summaries/ask.html",
        edition=edition,
        form=form,
        way=way,
        longest=LONGEST,
        wording=wording,
        guest=actor.name if way.token else None,
    )
    return page, form.status


def receive_page(edition: SummaryEdition, actor: Actor, way: Way) -> Page:
    """The button, and room for a remark; back to the edition for who has noted it."""
    if request.method == "GET" and editions.receipt_of(read(), edition, actor.key):
        return redirect(way.to("edition"), 303)
    form = ReceiveForm()
    if form.validate_on_submit():
        command = Receive(
            id=str(form.command_id.data),
            edition_id=edition.id or 0,
            note=str(form.note.data or ""),
        )
        try:
            editions.receive(house(), command, actor, now())
        except CannotBe as error:
            form.fault(wording.fault(error), error.field)
        except (CommandReused, NotNow):
            return redirect(way.to("edition"), 303)
        else:
            flash(t("Thank you. It is noted that you have received the summary."), "success")
            return redirect(way.to("edition"), 303)
    page = render_template(
        "pages/summaries/receive.html",
        edition=edition,
        form=form,
        way=way,
        longest=LONGEST_NOTE,
        wording=wording,
        guest=actor.name if way.token else None,
    )
    return page, form.status
