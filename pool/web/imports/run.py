"""One import: what would happen, how far it has come, what became of it."""

from __future__ import annotations

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from pool.cases import money
from pool.imports import budget, columns, looking
from pool.imports import runs as engine
from pool.imports import wording as sentences
from pool.imports.looking import RunView
from pool.models.imports import ImportRun
from pool.web import context, downloads, who
from pool.web.access import staff
from pool.web.casework.room import READERS
from pool.web.context import now, read
from pool.web.errors import Refused
from pool.web.forms import Form
from pool.web.house import house
from pool.web.imports import wording
from pool.web.imports.room import MAY, blueprint, find
from pool.web.language import speak, t
from pool.web.steering import sheet

PAGE = 50
"""Lines on a page."""
REFUSED = ("bad", "conflict")
"""States of rows that are not brought in."""


class BeginForm(Form):
    """Begin, or drop it: nothing but the guard."""


@blueprint.get("/indlaes/<int:run_id>")
@staff(*MAY)
def run(run_id: int) -> str | Response:
    """The page that goes with the import's state."""
    found = find(run_id)
    if found.state == "checked" and columns.missing(found.mapping):
        return redirect(url_for("imports.columns", run_id=run_id), 303)
    return _page(found, BeginForm(formdata=None))


@blueprint.post("/indlaes/<int:run_id>/begynd")
@staff(*MAY)
def begin(run_id: int) -> tuple[str, int] | Response:
    """Bring the good rows in: a worker does. A second press changes nothing."""
    found = find(run_id)
    form = BeginForm()
    if form.validate_on_submit():
        try:
            engine.start(house(), run_id, who.current_actor(found.pool), now())
            return redirect(url_for("imports.run", run_id=run_id), 303)
        except engine.CannotRun as refused:
            form.fault(sentences.cannot_run(refused, speak()))
    return _page(find(run_id), form), form.status


@blueprint.post("/indlaes/<int:run_id>/drop")
@staff(*MAY)
def drop(run_id: int) -> tuple[str, int] | Response:
    """Do not bring it in: the file and what was read of it are erased."""
    found = find(run_id)
    form = BeginForm()
    if form.validate_on_submit():
        try:
            engine.drop(house(), run_id, who.current_actor(found.pool), now())
        except engine.CannotRun as refused:
            form.fault(sentences.cannot_run(refused, speak()))
        else:
            return redirect(url_for("imports.index"), 303)
    return _page(find(run_id), form), form.status


@blueprint.get("/indlaes/<int:run_id>/fil")
@staff(*MAY)
def original(run_id: int) -> Response:
    """The file as it was handed in; not for who stays out of a case in it."""
    found = find(run_id)
    if run_id in looking.runs_closed(read(), who.user().person_id):
        raise Refused(
            t("The file has a case you stay out of, so you cannot open it."),
            t("A colleague in the secretariat can."),
        )
    body = looking.original(read(), run_id)
    if not body:  # dropped, and erased
        abort(404)
    return downloads.send(body, found.file_name, "application/octet-stream")


@blueprint.get("/indlaes/<int:run_id>/problemer.csv")
@staff(*MAY)
def problems(run_id: int) -> Response:
    """Every problem of every row, for who mends the file."""
    found = find(run_id)
    rows = [[t("Line"), t("Column"), t("What it says"), t("Why not")]]
    for row in looking.rows(read(), found, states=REFUSED, reader=who.user().person_id):
        for one in wording.problems(row):
            cells = (one["column"], one["said"], one["why"])
            rows.append([str(row.line), *(sheet.safe(cell) for cell in cells)])
    return downloads.send(sheet.table(rows), f"{t('problems')}-{run_id}.csv", "text/csv")


def _page(run: ImportRun, form: Form) -> str:
    assert run.id is not None
    view = engine.view(read(), run.id, limit=0)
    parts: dict[str, Any] = {
        "run": run,
        "view": view,
        "form": form,
        "definition": context.definition(run.pool),
        "reads": who.user().has(*READERS),
        "states": wording.RUNS,
        "wording": wording,
        "refused": _listed(view, "fejl", REFUSED),
        "unopenable": looking.runs_closed(read(), who.user().person_id),
    }
    if run.state == "checked":
        return render_template("pages/imports/dry_run.html", **parts, **_effect(view))
    if run.state == "running":
        stalled = engine.stalled(read(), run)
        return render_template("pages/imports/progress.html", **parts, stalled=stalled)
    listed = _listed(view, "side", ("imported", "unchanged"))
    return render_template("pages/imports/result.html", **parts, listed=listed)


def _listed(view: RunView, name: str, states: tuple[str, ...]) -> dict[str, Any]:
    """A page of the rows in ``states``; ``name`` is the page number's in the address."""
    run_id = view.run.id
    assert run_id is not None
    total = sum(view.counts[state] for state in states)
    pages = max(1, -(-total // PAGE))
    page = max(1, min(request.args.get(name, 1, type=int), pages))
    other = "fejl" if name == "side" else "side"
    kept = request.args.get(other, 1, type=int)
    given: dict[str, Any] = {other: kept} if kept > 1 else {}
    base = url_for("imports.run", run_id=run_id, **given)
    start = (page - 1) * PAGE
    reader = who.user().person_id
    rows = looking.rows(read(), view.run, states=states, offset=start, limit=PAGE, reader=reader)
    return {
        "rows": rows,
        "total": total,
        "page": page,
        "pages": pages,
        "base": f"{base}{'&' if '?' in base else '?'}{name}=",
    }


def _effect(view: RunView) -> dict[str, Any]:
    """What the year has (``free``, øre; None where it takes nothing any more, and ``closed`` says
    why), what the good rows take of it, and whether the year would be opened."""
    run = view.run
    found: dict[str, Any] = {
        "listed": _listed(view, "side", ("good",)),
        "takes": view.sums.waiting,
        "opens": money.year(read(), run.pool, run.year) is None,
        "free": None,
        "closed": None,
    }
    try:
        found["free"] = budget.free(read(), run.pool, run.year, run.budget)
    except engine.CannotRun as refused:
        found["closed"] = sentences.cannot_run(refused, speak())
    return found
