"""Signing in as anybody, with one click."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from pool import identity
from pool.demo.people import PEOPLE
from pool.web import navigation, who
from pool.web.access import public
from pool.web.context import read
from pool.web.demo.room import blueprint
from pool.web.forms import Form
from pool.web.language import t
from workflows.definition import Text


class EnterForm(Form):
    """A button for every person; ``person`` is the one that was pressed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody to be. ``key`` is what the button sends."""

    key: str
    name: str
    first_name: str
    organisation: str
    does: Text
    chosen: bool


@blueprint.route("/demo", methods=["GET", "POST"])
@public
def index() -> str | Response | tuple[str, int]:
    """Everybody in the demonstration, what they do, and what to try."""
    form = EnterForm()
    if form.validate_on_submit():
        return _enter(request.form.get("person", ""))
    user = who.current_user()
    page = render_template(
        "pages/demo/index.html",
        form=form,
        choices=[
            Choice(
                key=one.email.partition("@")[0],
                name=one.name,
                first_name=one.name.partition(" ")[0],
                organisation=one.organisation,
                does={"da": one.da, "en": one.en},
                chosen=user is not None and user.email == one.email,
            )
            for one in PEOPLE
        ],
    )
    return page, form.status


def _enter(key: str) -> Response:
    chosen = next((one for one in PEOPLE if one.email.partition("@")[0] == key), None)
    person = identity.find_by_email(read(), chosen.email) if chosen else None
    if person is None or not person.active:
        abort(404)
    who.begin(person)
    flash(t("You are %(name)s now.", name=person.name), "success")
    return redirect(navigation.home(), 303)
