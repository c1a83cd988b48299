"""Handing a file in, and the imports there have been."""

from __future__ import annotations

import hashlib
from typing import cast

from flask import redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice

from pool import money
from pool.imports import looking
from pool.imports import runs as engine
from pool.imports import wording as sentences
from pool.imports.reading import Unreadable
from pool.models.imports import ImportRun
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.imports import wording
from pool.web.imports.room import MAY, blueprint, may, pools
from pool.web.language import speak, t


class FileForm(Form):
    file = FileField("File")
    pool = SelectField("Pool")
    year = StringField("Budget year")
    budget = StringField("Budget of the year")
    source = StringField("Where do the facts come from?")


@blueprint.route("/indlaes/", methods=["GET", "POST"])
@staff(*MAY)
def index() -> tuple[str, int] | Response:
    """Hand a file in; below, the imports of the colleague's pools."""
    mine = pools()
    form = FileForm()
    form.pool.choices = [SelectChoice(one.key, speak().text(one.name)) for one in mine]
    if form.validate_on_submit():
        run_id = _take(form)
        if run_id is not None:
            return redirect(url_for("imports.columns", run_id=run_id), 303)
    rows = [one for pool in mine for one in engine.runs(read(), pool.key)]
    rows.sort(key=lambda one: one.created_at, reverse=True)
    return (
        render_template(
            "pages/imports/index.html",
            form=form,
            pools=mine,
            names={one.key: speak().text(one.name) for one in mine},
            runs=rows,
            states=wording.RUNS,
            unopenable=looking.runs_closed(read(), who.user().person_id),
            kept_days=engine.KEPT_DAYS,
        ),
        form.status,
    )


def _take(form: FileForm) -> int | None:
    """Try the file; the run's id, or None with what is wrong said in the form."""
    file = cast(FileStorage | None, form.file.data)
    pool, source = str(form.pool.data), str(form.source.data or "").strip()
    if file is None or not file.filename:
        file = None
        form.fault(t("Choose a file"), "file")
    if not may(pool):
        form.fault(t("Choose a pool"), "pool")
    year, budget = _year(form), _budget(form)
    if not source:
        form.fault(t("Say where the facts come from, so that they can be checked later"), "source")
    if form.errors or file is None or year is None:
        _again(form, file)
        return None
    body = file.read()
    run = _same(pool, year, budget, source, hashlib.sha256(body).hexdigest())
    if run is not None:
        return run.id
    try:
        return engine.prepare(
            house(),
            pool=pool,
            year=year,
            budget=budget,
            source=source,
            name=str(file.filename),
            body=body,
            person=who.current_actor(pool),
            now=now(),
        )
    except Unreadable as unreadable:
        form.fault(sentences.unreadable(unreadable, speak()), "file")
    except engine.CannotRun as refused:
        form.fault(sentences.cannot_run(refused, speak()), wording.PLACES.get(refused.code))
        _again(form, file)
    return None


def _again(form: FileForm, file: FileStorage | None) -> None:
    """A browser does not keep a file that was chosen: say so."""
    if file is not None and not form.file.errors:
        form.fault(t("Choose the file again"), "file")


def _same(pool: str, year: int, budget: int | None, source: str, sha256: str) -> ImportRun | None:
    """The same file handed in before by the same person and not begun: a second press finds it."""
    person_id = who.user().person_id
    return next(
        (
            one
            for one in engine.runs(read(), pool)
            if (one.state, one.sha256, one.person_id) == ("checked", sha256, person_id)
            and (one.year, one.budget, one.source) == (year, budget, source)
        ),
        None,
    )


def _year(form: FileForm) -> int | None:
    typed = str(form.year.data or "").strip()
    if typed.isascii() and typed.isdecimal() and len(typed) == 4 and int(typed) in engine.YEARS:
        return int(typed)
    form.fault(t("Write the year whose money it is, such as 2017"), "year")
    return None


def _budget(form: FileForm) -> int | None:
    typed = str(form.budget.data or "").strip()
    if not typed:
        return None
    try:
        return money.parse(typed)
    except money.NotMoney:
        form.fault(t("Write an amount in kroner, for example 8.500."), "budget")
        return None
