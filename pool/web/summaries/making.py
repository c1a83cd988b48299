"""Making a summary."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, SelectMultipleField, StringField
from wtforms.widgets import CheckboxInput, ListWidget

from pool.identity.actor import Actor
from pool.models.summary import AXES, EDITIONS
from pool.summary import editions, years
from pool.summary import editions_people as people
from pool.summary.model import Axis, Edition, Request
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read, site, today
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.summaries import wording
from pool.web.summaries.room import MANAGERS, blueprint
from workflows import values
from workflows.questions import AnswerFault


class NewForm(Form):
    """What the summary is to be of."""

    pools = SelectMultipleField(
        "Pools", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    year = SelectField("Year", coerce=int)
    edition = RadioField("Edition", default="provisional")
    as_of = StringField("As of")
    axis = RadioField("What counts", default="recorded")


@blueprint.route("/styring/opgoerelser/ny", methods=["GET", "POST"])
@staff(*MANAGERS)
def new() -> tuple[str, int] | Response:
    """The form, and the edition made of it; pressing twice makes one."""
    books = _books()
    open_years = sorted({year for known in books.values() for year in known}, reverse=True)
    this_year = next((one for one in open_years if one <= today().year), None)
    form = NewForm(
        data={
            "pools": [key for key, known in books.items() if this_year in known],
            "year": this_year,
            "as_of": speak().short_day(today()),
        }
    )
    form.pools.choices = [(key, speak().text(site().definitions[key].name)) for key in books]
    form.year.choices = [(year, str(year)) for year in open_years]
    form.edition.choices = [(one, t(wording.EDITIONS[one])) for one in EDITIONS]
    form.axis.choices = [(one, t(wording.AXES[one])) for one in AXES]
    if form.validate_on_submit():
        as_of = _checked(form, books)
        if as_of is not None:
            return _made(form, as_of)
    page = render_template("pages/summaries/new.html", form=form, nothing=not open_years)
    return page, form.status


def _books() -> dict[str, list[int]]:
    """The pools the reader makes summaries of, and their years in the books."""
    user = who.user()
    return {
        key: years(read(), key)
        for key in site().definitions
        if people.has(user.roles_in, [key], people.MANAGERS)
    }


def _checked(form: NewForm, books: dict[str, list[int]]) -> date | None:
    """The day, where nothing is wrong with the form."""
    year, chosen = int(form.year.data), list(form.pools.data or ())
    if not chosen:
        form.fault(t("Choose at least one pool"), "pools")
    for key in chosen:
        if year not in books[key]:
            name = speak().text(site().definitions[key].name)
            form.fault(t("%(year)s is not in the books of %(pool)s", year=year, pool=name), "pools")
    as_of = today()
    try:
        as_of = values.day(str(form.as_of.data or ""))
    except values.Bad as bad:
        form.fault(fault_text(AnswerFault("as_of", bad.code, bad.params), speak()), "as_of")
    if as_of > today():
        form.fault(t("The day has not come yet"), "as_of")
    return None if form.errors else as_of


def _made(form: NewForm, as_of: date) -> Response:
    edition: Edition = "final" if form.edition.data == "final" else "provisional"
    axis: Axis = "effective" if form.axis.data == "effective" else "recorded"
    year = int(form.year.data)
    pools = editions.largest_first(read(), form.pools.data, year)
    request = Request.make(pools, year, edition, now=now(), as_of=as_of, axis=axis)
    user = who.user()
    roles = frozenset[str]().union(*(user.roles_in(pool) for pool in pools))
    actor = Actor("person", user.person_id, user.name, roles)
    made = editions.make(
        house(), request, key=f"command:{form.command_id.data}", actor=actor, now=now()
    )
    flash(t("The summary is made. Now write your own words."), "success")
    return redirect(url_for("summaries.edition", edition_id=made), 303)
