"""Sending a submitted edition to one of its recipients once more, and taking their links back."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import TextAreaField

from pool.cases.errors import CommandReused
from pool.models.summary import SummaryEdition
from pool.summary import editions_people as people
from pool.summary import editions_recipients as sending
from pool.summary.editions_errors import CannotBe, NoSuchEdition, NotNow
from pool.summary.editions_recipients import LONGEST_REASON, Send, TakeBack
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import t
from pool.web.summaries import wording
from pool.web.summaries.room import EDITION, MANAGERS, acting, blueprint, configured, managed

Page = Response | tuple[str, int]


class SendForm(Form):
    reason = TextAreaField("Why is it sent again?")


@blueprint.route(f"{EDITION}/modtagere/<whom>/send", methods=["GET", "POST"])
@staff(*MANAGERS)
def send_again(edition_id: int, whom: str) -> Page:
    """Mail it with a new link: again, or to somebody who came later."""
    edition = _submitted(edition_id)
    to = people.entitled(read(), edition, whom, configured())
    if to is None:
        abort(404)
    again = sending.last_mail(read(), edition, whom) is not None
    form = SendForm()
    if form.validate_on_submit():
        reason = str(form.reason.data or "")
        command = Send(str(form.command_id.data), edition_id, whom, reason)
        try:
            sending.send(house(), command, acting(edition), now(), also=configured())
        except CannotBe as error:
            form.fault(wording.fault(error), error.field)
        except NotNow:
            form.fault(t("It is still on its way, so it cannot be sent again yet."))
        except (CommandReused, NoSuchEdition):
            return _back(edition_id)
        else:
            flash(t("It is sent to %(name)s.", name=to.name), "success")
            return _back(edition_id)
    page = render_template(
        "pages/summaries/send.html",
        edition=edition,
        form=form,
        to=to,
        again=again,
        longest=LONGEST_REASON,
        wording=wording,
    )
    return page, form.status


@blueprint.route(f"{EDITION}/modtagere/<whom>/tag-tilbage", methods=["GET", "POST"])
@staff(*MANAGERS)
def take_back(edition_id: int, whom: str) -> Page:
    """Let no link of this recipient work any more."""
    edition = _submitted(edition_id)
    told = sending.recipients(read(), edition, configured(), now())
    to = next((one for one in told if one.whom == whom), None)
    if to is None:
        abort(404)
    form = Form()
    if form.validate_on_submit():
        command = TakeBack(str(form.command_id.data), edition_id, whom)
        try:
            sending.take_back(house(), command, acting(edition), now())
        except NotNow:
            form.fault(t("A mail is being sent at this moment. Try again in a minute."))
        except (CommandReused, NoSuchEdition):
            return _back(edition_id)
        else:
            flash(t("The links of %(name)s no longer work.", name=to.name), "success")
            return _back(edition_id)
    page = render_template(
        "pages/summaries/take_back.html", edition=edition, form=form, to=to, wording=wording
    )
    return page, form.status


def _submitted(edition_id: int) -> SummaryEdition:
    edition = managed(edition_id)
    if edition.state == "draft":
        abort(404)
    return edition


def _back(edition_id: int) -> Response:
    return redirect(url_for("summaries.edition", edition_id=edition_id) + "#recipients", 303)
