"""Handing postings in, and saying how a file is read where it does not tell."""

from __future__ import annotations

from typing import Any, cast

from flask import flash, redirect, render_template, url_for
from flask_wtf.file import FileField
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from pool import books
from pool.books import BooksError, Layout, cells, columns, layout, taking, wording
from pool.books.layout import Found
from pool.books.taking import Tried
from pool.files import MAX_BYTES
from pool.files.tables import Unreadable, text_of
from pool.web.access import staff
from pool.web.books.room import ROOT, WRITERS, Place, blueprint, compared, place
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t
from workflows import cpr
from workflows.values import Bad

FIRST = 5
"""Rows of the file that are shown."""
_WIDTH = 8
"""Columns of it, beside those in use."""
_LONGEST = 60
_MOST_BAD = 100
_MOST_AGAIN = 20
FILE = f"{ROOT}/fil/<int:books_file_id>"


class FileForm(Form):
    file = FileField("File")


class DropForm(Form):
    reason = TextAreaField("Why?")


@blueprint.route(f"{ROOT}/indlaes", methods=["GET", "POST"])
@staff(*WRITERS)
def upload(pool_key: str, year: int) -> tuple[str, int] | Response:
    """Hand a file in."""
    at = place(pool_key, year, write=True)
    form = FileForm()
    if form.validate_on_submit():
        file = cast("FileStorage | None", form.file.data)
        if not file or not file.filename:
            form.fault(t("Choose a file"), "file")
        elif done := _upload(at, form, file):
            return done
    return render_template("pages/books/upload.html", at=at, form=form), form.status


def _upload(at: Place, form: Any, file: FileStorage) -> Response | None:
    body = file.stream.read(MAX_BYTES + 1)
    try:
        told = books.upload(
            house(),
            form.command_id.data,
            pool=at.pool,
            year=at.year,
            name=file.filename or "",
            body=body,
            actor=at.actor,
            now=now(),
        )
    except Unreadable as error:
        form.fault(wording.unreadable(error, speak()), "file")
        return None
    except BooksError as error:
        form.fault(wording.refused(error, speak()))
        return None
    return _after(at, told)


def _after(at: Place, told: books.Outcome) -> Response:
    if told.state == "uploaded":
        return redirect(url_for("books.file", books_file_id=told.file_id, **at.at), 303)
    if told.repeated:
        flash(t("This very file was here before, so nothing was changed."), "info")
    else:
        words = speak()
        taken = words.plural("%(n)s posting was read.", "%(n)s postings were read.", told.rows)
        fresh = words.t(
            "New: %(new)s. Matched by themselves: %(matched)s.", new=told.new, matched=told.matched
        )
        flash(f"{taken} {fresh}", "success")
    return redirect(url_for("books.index", **at.at), 303)


@blueprint.route(FILE, methods=["GET", "POST"])
@staff(*WRITERS)
def file(pool_key: str, year: int, books_file_id: int) -> tuple[str, int] | Response:
    """How a file is read, with its first rows; what was chosen is kept."""
    at = place(pool_key, year, write=True)
    try:
        row, body = taking.waiting_file(house(), books_file_id)
    except BooksError as error:
        if error.code == "sealed":
            flash(wording.refused(error, speak()), "error")
        return redirect(url_for("books.index", **at.at), 303)
    if (row.pool, row.year, row.state) != (at.pool, year, "uploaded"):
        return redirect(url_for("books.index", **at.at), 303)
    tried = taking.trial(house(), at.pool, year, body, layout.of_stored(row.layout))
    form = _form(tried)
    sent: Form = form
    if form.validate_on_submit():
        chosen = _chosen(form, tried)
        try:
            told = books.choose(
                house(),
                form.command_id.data,
                books_file_id,
                chosen,
                # the lines to be left out are those the page showed
                rest=bool(form.rest.data) and chosen == tried.found.layout,
                actor=at.actor,
                now=now(),
            )
            if told.state == "read":
                return _after(at, told)
            row, body = taking.waiting_file(house(), books_file_id)
            tried = taking.trial(house(), at.pool, year, body, layout.of_stored(row.layout))
            sent = _form(tried, anew=True)
            _faults(sent, tried)
        except Unreadable as error:
            form.fault(wording.unreadable(error, speak()), "separator")
        except BooksError as error:
            form.fault(wording.refused(error, speak()))
    page = render_template(
        "pages/books/file.html",
        at=at,
        row=row,
        form=sent,
        tried=tried,
        asked=[t(_ASKED[one]) for one in tried.asked],
        roles=[f"col_{role}" for role in columns.ROLES],
        preview=_preview(at, tried.found),
        bad=_bad(at, tried),
        count=len(tried.reading.bad) if tried.reading else 0,
        examples=layout.examples(tried.found),
        repeated=_repeated(tried),
        kept_days=taking.KEPT_DAYS,
    )
    return page, sent.status


_ASKED = {
    "separator": "What stands between the columns?",
    "columns": "Which columns have the day and the amount?",
    "dates": "Does the day or the month come first?",
    "mark": "Is the comma or the dot before the øre?",
    "sign": "Is money that was paid out above or below zero?",
    "again": "Are the lines that were in an earlier file the same postings?",
}
"""What is asked, as a question."""
_SEPARATORS = {";": "Semicolon ;", "\t": "Tab", "|": "Vertical line |", ",": "Comma ,"}
_ENCODINGS = {"utf-8": "UTF-8", "cp1252": "Windows (cp1252)", "utf-16": "UTF-16"}


def _form(tried: Tried, *, anew: bool = False) -> Any:
    """The file's form. ``anew``: as the file stands now, and not as it was sent."""
    found = tried.found
    told = found.layout
    none = SelectChoice("", t("Not in the file"))
    heads = [none, *(SelectChoice(one, one) for one in found.headings)]
    parts: dict[str, Any] = {
        f"col_{role}": SelectField(label, choices=heads, default=told.columns.get(role, ""))
        for role, label in columns.ROLES.items()
    }
    parts["headed"] = RadioField(
        "Does the file have headings?",
        choices=[
            SelectChoice("yes", t("Yes")),
            SelectChoice("no", t("No, it begins with its postings")),
        ],
        default=told.headed,
        validate_choice=False,
    )
    if found.raw.kind == "csv":
        known = [SelectChoice("", t("None"))]
        known += [SelectChoice(key, t(text)) for key, text in _SEPARATORS.items()]
        parts["separator"] = SelectField(_ASKED["separator"], choices=known, default=told.separator)
        codes = [SelectChoice(key, text) for key, text in _ENCODINGS.items()]
        parts["encoding"] = SelectField(
            "How are letters such as æ, ø and å written?", choices=codes, default=told.encoding
        )
    elif len(found.raw.names) > 1:
        sheets = [SelectChoice(one, one) for one in map(cpr.mask, found.raw.names)]
        parts["sheet"] = SelectField("Sheet", choices=sheets, default=told.sheet)
    radios = [("sign", _signs()), ("dates", _days(found)), ("mark", _marks())]
    if tried.again:
        radios.append(("again", _again()))
    for name, choices in radios:
        parts[name] = RadioField(
            _ASKED[name],
            choices=[SelectChoice(*one) for one in choices],
            default=getattr(told, name) or None,
            validate_choice=False,
        )
    parts["rest"] = StringField("Rest")
    made = type("LayoutForm", (Form,), parts)
    return made(formdata=None) if anew else made()


def _signs() -> list[tuple[str, str]]:
    return [("plus", t("Above zero: 5.000,00")), ("minus", t("Below zero: −5.000,00"))]


def _again() -> list[tuple[str, str]]:
    return [
        ("same", t("Yes, they are counted once")),
        ("new", t("No, they are new, such as a payment made twice: they are counted too")),
    ]


def _marks() -> list[tuple[str, str]]:
    return [(",", t("The comma: 1.234,56")), (".", t("The dot: 1,234.56"))]


def _days(found: Found) -> list[tuple[str, str]]:
    """The two orders, told by a day of the file that can be read in both."""
    plain = {"dmy": t("The day"), "mdy": t("The month")}
    for typed in layout.examples(found, most=20):
        if cells.tells_order(typed) != "either":
            continue
        try:
            return [
                (order, f"{word}: {typed} = {speak().day(cells.day(typed, order))}")
                for order, word in plain.items()
            ]
        except Bad:
            continue
    return list(plain.items())


def _chosen(form: Any, tried: Tried) -> Layout:
    told = tried.found.layout

    def of(name: str) -> str:
        return str(form[name].data or "") if name in form else str(getattr(told, name))

    return Layout(
        sheet=of("sheet"),
        separator=of("separator"),
        encoding=of("encoding"),
        headed=of("headed"),
        columns={
            role: str(form[f"col_{role}"].data)
            for role in columns.ROLES
            if form[f"col_{role}"].data
        },
        sign=of("sign"),
        dates=of("dates"),
        mark=of("mark"),
        again=of("again"),
    )


def _faults(form: Form, tried: Tried) -> None:
    """What is still asked, beside its field."""
    for one in tried.asked:
        if one == "columns":
            short = columns.missing(tried.found.layout.columns)
            for role in short:
                form.fault(t("Say which column it is"), f"col_{role}")
        else:
            form.fault(t("Choose one"), one)
    if not tried.asked and tried.reading is not None and not tried.reading.rows:
        form.fault(t("There is no posting in the file that can be read this way"), "col_amount")


def _preview(at: Place, found: Found) -> dict[str, Any]:
    """The first rows as they stand, without CPR numbers and without those that name a case the
    reader stays out of."""
    _, seen = compared(at)
    used = set(found.layout.columns.values())
    shown = [
        place_
        for place_, heading in enumerate(found.headings)
        if place_ < _WIDTH or heading in used
    ]
    rows: list[tuple[int, list[str] | None]] = []
    for one in found.lines[:FIRST]:
        if seen.tells(text_of(cell) for cell in one.cells):
            rows.append((one.number, None))
            continue
        texts = [layout.shown(cell) for cell in one.cells]
        cut = [texts[place_] if place_ < len(texts) else "" for place_ in shown]
        rows.append((one.number, [x if len(x) <= _LONGEST else f"{x[:_LONGEST]}…" for x in cut]))
    return {"heads": [found.headings[place_] for place_ in shown], "rows": rows}


def _repeated(tried: Tried) -> str:
    """The first of the lines that were in an earlier file, by number."""
    numbers = ", ".join(str(one.line) for one in tried.again[:_MOST_AGAIN])
    left = len(tried.again) - _MOST_AGAIN
    said = speak().plural("line %(lines)s", "lines %(lines)s", len(tried.again), lines=numbers)
    return f"{said} {t('and %(n)s more', n=left)}" if left > 0 else said


def _bad(at: Place, tried: Tried) -> list[dict[str, Any]]:
    """The first of the lines that cannot be read."""
    if tried.reading is None or not tried.reading.bad:
        return []
    _, seen = compared(at)
    texts = {one.number: [text_of(cell) for cell in one.cells] for one in tried.found.lines}
    return [
        {
            "line": one.line,
            "column": tried.found.layout.columns.get(one.role) or wording.role(one.role, speak()),
            "why": t("a case you stay out of")
            if seen.tells(texts.get(one.line, ()))
            else wording.problem(one, speak()),
        }
        for one in tried.reading.bad[:_MOST_BAD]
    ]


@blueprint.route(f"{FILE}/tilbage", methods=["GET", "POST"])
@staff(*WRITERS)
def drop(pool_key: str, year: int, books_file_id: int) -> tuple[str, int] | Response:
    """Take a file back, with its postings where it was read."""
    at = place(pool_key, year, write=True)
    row = next(
        (one for one in taking.files_of(read(), at.pool, year) if one.id == books_file_id), None
    )
    if row is None or row.state == "dropped":
        return redirect(url_for("books.index", **at.at), 303)
    form = DropForm()
    if form.validate_on_submit():
        reason = (form.reason.data or "").strip()[:500]
        try:
            books.drop(house(), form.command_id.data, books_file_id, reason, at.actor, now())
            return redirect(url_for("books.index", **at.at), 303)
        except BooksError as error:
            form.fault(wording.refused(error, speak()))
    return render_template("pages/books/drop.html", at=at, form=form, row=row), form.status
