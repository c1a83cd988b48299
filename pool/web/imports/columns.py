"""Saying what the columns of a file are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice

from pool.imports import columns as known
from pool.imports import looking
from pool.imports import runs as engine
from pool.imports import wording as sentences
from pool.imports.reading import Book, Unreadable, text_of
from pool.models.imports import ImportRun
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.imports.room import MAY, blueprint, find
from pool.web.language import speak, t

SAMPLES = 3
"""Values shown of a column."""
LONGEST = 60
"""Characters shown of a value."""


@blueprint.route("/indlaes/<int:run_id>/kolonner", methods=["GET", "POST"])
@staff(*MAY)
def columns(run_id: int) -> tuple[str, int] | Response:
    """One choice for each column of the file; those that can be told are chosen already."""
    run = find(run_id)
    here = redirect(url_for("imports.columns", run_id=run_id), 303)
    there = redirect(url_for("imports.run", run_id=run_id), 303)
    if run.state != "checked":
        return there
    book = engine.table(house(), run_id)
    form = _form(book, run)
    if form.validate_on_submit():
        sheet = str(form.sheet.data) if "sheet" in form else book.sheet
        try:
            if sheet != book.sheet:
                engine.again(house(), run_id, sheet=sheet, now=now())
                return here
            mapping = _mapping(form, book)
            if mapping is not None:
                engine.again(house(), run_id, mapping=mapping, now=now())
                return there
        except Unreadable as unreadable:
            form.fault(sentences.unreadable(unreadable, speak()), "sheet")
        except engine.CannotRun as refused:
            form.fault(sentences.cannot_run(refused, speak()))
    hidden = looking.lines_hidden(read(), run_id, who.user().person_id)
    rows = [
        (heading, samples(book, place, hidden), form[f"column{place}"])
        for place, heading in enumerate(book.headings)
    ]
    return (
        render_template(
            "pages/imports/columns.html",
            run=run,
            book=book,
            form=form,
            columns=rows,
            fields=known.FIELDS,
        ),
        form.status,
    )


def _form(book: Book, run: ImportRun) -> Any:
    chosen = {heading: field for field, heading in run.mapping.items()}
    choices = [SelectChoice("", t("Not used"))]
    choices += [SelectChoice(field.key, t(field.label)) for field in known.FIELDS]
    parts: dict[str, Any] = {}
    if len(book.names) > 1:
        sheets = [SelectChoice(name, name) for name in book.names]
        parts["sheet"] = SelectField("Sheet", choices=sheets, default=book.sheet)
    for place, heading in enumerate(book.headings):
        default = chosen.get(heading, "")
        parts[f"column{place}"] = SelectField("Column", choices=choices, default=default)
    form = type("ColumnsForm", (Form,), parts)()
    for place, heading in enumerate(book.headings):
        form[f"column{place}"].label.text = heading
    return form


def _mapping(form: Any, book: Book) -> Mapping[str, str] | None:
    """Field → heading; None with the faults said in the form."""
    found: dict[str, str] = {}
    for place, heading in enumerate(book.headings):
        name = f"column{place}"
        key = str(form[name].data or "")
        if key in found:
            form.fault(t("That is the column “%(heading)s” already", heading=found[key]), name)
        elif key:
            found[key] = heading
    missing = known.missing(found)
    if missing and not form.errors:
        names = ", ".join(t(known.BY_KEY[key].label) for key in missing)
        form.fault(t("Say which columns these are: %(names)s", names=names))
    return None if form.errors else found


def samples(book: Book, place: int, hidden: Collection[int] = ()) -> list[str]:
    """The first different values of a column, but for the lines that are hidden."""
    found: list[str] = []
    for line in book.lines:
        if line.number in hidden:
            continue
        text = text_of(line.cells[place]).strip() if place < len(line.cells) else ""
        text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
        if text and text not in found:
            found.append(text)
            if len(found) == SAMPLES:
                break
    return found
