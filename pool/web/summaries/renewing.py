"""A link to an edition that does not work any more: whom to ask, and a new one by mail.

Whether an address is known is never told: the answer is the same for everybody.
"""

from __future__ import annotations

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import EmailField

import pool.identity as identity
from pool.identity import tokens
from pool.identity.tokens import Seen
from pool.summary import editions_people as people
from pool.summary import editions_recipients as sending
from pool.web.access import public
from pool.web.context import contacts, now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import t
from pool.web.ratelimit import limit
from pool.web.summaries.room import blueprint, configured


class RenewForm(Form):
    """``email`` is asked for where the link itself does not tell whose it was."""

    email = EmailField("Your e-mail address")


@blueprint.post("/opgoerelse/<token>/nyt-link")
@public  # a mail goes to an address that had one, and to no other
def link_renew(token: str) -> Response | tuple[str, int]:
    """Mail a new link to the address the edition was sent to, if it still may be."""
    seen = tokens.look(read(), token, people.PURPOSE, now())
    form = RenewForm()
    expired = seen is not None and seen.state == "expired"
    if not form.validate_on_submit():
        return dead(token, seen, form), form.status
    if (
        seen is not None
        and seen.state == "good"
        and people.guest(read(), seen.token.subject, configured())
    ):
        return redirect(url_for("summaries.link_edition", token=token), 303)
    limit("link-address")
    subject = seen.token.subject if seen is not None and expired else None
    if subject is None:
        try:
            email = identity.normalise_email(str(form.email.data or ""))
        except identity.IdentityError:
            form.fault(t("Write an e-mail address such as name@example.dk."), "email")
            return dead(token, seen, form), form.status
        limit("link-subject", email)
        subject = sending.subject_of_address(read(), email)
    else:
        limit("link-subject", subject)
    if subject is not None:
        sending.renew(house(), subject, now(), also=configured())
    return render_template("pages/summaries/link_sent.html", contacts=contacts()), 200


def dead(token: str, seen: Seen | None, form: RenewForm) -> str:
    """The page of a link that does not work."""
    return render_template(
        "pages/summaries/link_dead.html",
        expired=seen is not None and seen.state == "expired",
        form=form,
        action=url_for("summaries.link_renew", token=token),
        contacts=contacts(),
    )
