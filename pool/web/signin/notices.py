"""One's own choice of how to be told what can wait: each by itself, daily or weekly."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField

from pool.cases import digests
from pool.identity import people
from pool.identity.actor import Actor
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.errors import Refused
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import t
from pool.web.signin.views import blueprint

CHOICES = {
    "each": "Each by itself, when it happens",
    "daily": "Together, in the morning of each working day",
    "weekly": "Together, on the first working day of the week",
}
"""The choices, as labels."""


class NoticesForm(Form):
    notices = RadioField("How do you want notices that can wait?", validate_choice=False)


@blueprint.route("/mine-beskeder", methods=["GET", "POST"])
@staff
def my_notices() -> str | Response | tuple[str, int]:
    """Choose; the page shows what stands."""
    user = who.user()
    person = people.get(read(), user.person_id)
    if person is None:
        raise Refused(t("You are no longer on the list of colleagues."))
    form = NoticesForm(data={"notices": person.notices})
    form.notices.choices = [(key, t(label)) for key, label in CHOICES.items()]
    if form.validate_on_submit():
        chosen = str(form.notices.data or "")
        if chosen in CHOICES:
            actor = Actor("person", user.person_id, user.name, user.all_roles)
            if digests.choose(house(), user.person_id, chosen, actor, now()):
                flash(t("From now on you are told as you have chosen."), "success")
            else:
                flash(t("Nothing was changed: you are told so already."), "success")
            return redirect(url_for("signin.my_notices"), 303)
        form.fault(t("Choose one of them"), "notices")
    return render_template("pages/signin/my_notices.html", form=form, person=person), form.status
