"""A list of cases taken out as a spreadsheet. It stands in the record who took what, so it is a
button and no link."""

from __future__ import annotations

from typing import cast

from werkzeug.wrappers import Response

from pool.cases import exporting
from pool.clock import local_day
from pool.web import downloads, who
from pool.web.access import staff
from pool.web.casework.room import READERS, blueprint
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak, t


class ExportForm(Form):
    """Only buttons."""


@blueprint.post("/sager/liste.<any(csv, xlsx):kind>")
@staff(*READERS)
def export(kind: str) -> Response | tuple[str, int]:
    """The list whose filters stand in the address."""
    from pool.web.casework import listing

    asked = ExportForm()
    if not asked.validate_on_submit():
        return listing.shown(asked), asked.status
    form = cast(exporting.Form, kind)
    filters, _unknown = listing.filters_from()
    reader = listing.reader()
    due = listing.due_words()
    made = exporting.export(
        read(),
        house(),
        reader,
        filters,
        form,
        speak(),
        lambda one: due.get(one, ""),
        listing.narrowed(filters),
    )
    exporting.note(house(), who.current_actor(filters.pool), form, filters, made, reader)
    name = f"{t('cases')}-{local_day(now()).isoformat()}.{form}"
    return downloads.send(made.body, name, exporting.MEDIA[form])
