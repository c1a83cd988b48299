"""The link in a mail: opening it shows a button, the press opens the case in this browser."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from pool.cases import links
from pool.cases.view import case_view
from pool.identity import tokens
from pool.identity.actor import applicant
from pool.models.identity import Token
from pool.web import who
from pool.web.access import public
from pool.web.applicant.room import blueprint
from pool.web.apply import spoken
from pool.web.context import contacts, now, read, site
from pool.web.forms import Form
from pool.web.house import house
from pool.web.ratelimit import limit

Page = str | Response | tuple[str, int]


class OpenForm(Form):
    """The one button of a link."""


@blueprint.route("/sag/<token>", methods=["GET", "POST"])
@public
def claim(token: str) -> Page:
    """Open the case of the link, or, where the link has run out, have a new one mailed."""
    form = OpenForm()
    seen = tokens.look(read(), token, links.PURPOSE, now())
    if seen is None or seen.state == "revoked":
        limit("link-address")  # nobody tries secrets by the thousand
        page = render_template("pages/applicant/link_dead.html", contacts=contacts())
        return page, 410
    case_id = int(seen.token.subject.removeprefix("case:"))
    if seen.state != "good":
        return _run_out(form, seen.token, case_id)
    view = case_view(read(), house(), case_id, applicant(""), now())
    spoken.begin_with(view.case.lang)
    if form.validate_on_submit():
        claimed = site().database.write(lambda s: tokens.claim(s, token, links.PURPOSE, now()))
        if claimed is None:
            return _run_out(form, seen.token, case_id)
        who.hold_link(claimed.subject)
        return redirect(url_for("applicant.case", number=view.case.number), 303)
    page = render_template(
        "pages/applicant/open.html",
        form=form,
        definition=view.definition,
        number=view.case.number,
        title=view.case.title,
    )
    return page, form.status


def _run_out(form: Form, token: Token, case_id: int) -> Page:
    if form.validate_on_submit():
        limit("link-address")
        limit("link-subject", token.subject)
        links.renew_link(house(), case_id, now())
        return render_template("pages/apply/link_sent.html", contacts=contacts())
    page = render_template(
        "pages/apply/link_run_out.html", form=form, action="", contacts=contacts()
    )
    return page, 410
