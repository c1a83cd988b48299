"""The lists there are, one list, and its file."""

from __future__ import annotations

from flask import render_template, request
from werkzeug.wrappers import Response

from pool import payments
from pool.payments.reading import PAGE
from pool.web import downloads, payees, who
from pool.web.access import staff
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import speak
from pool.web.payments.room import (
    FINANCE,
    LINES,
    READ,
    SHEET,
    STATES,
    ListForm,
    attempt,
    blueprint,
    list_of,
    name,
    pools,
)


class TakeForm(Form):
    """Only a button."""


@blueprint.get("/betalinger/")
@staff(*READ)
def index() -> str:
    """The lists of the reader's pools, the newest first."""
    mine = pools(payments.READERS)
    page = request.args.get("side", 1, type=int)
    rows, total = payments.all_lists(
        read(), [one.key for one in mine], who.user().person_id, max(1, min(page, 10_000))
    )
    return render_template(
        "pages/payments/index.html",
        pools=pools(),
        names={one.key: speak().text(one.name) for one in mine},
        rows=rows,
        page=page,
        pages=max(1, -(-total // PAGE)),
        states=STATES,
        list_name=name,
    )


@blueprint.get(SHEET)
@staff(*READ)
def sheet(pool_key: str, number: int) -> tuple[str, int]:
    """One list: its lines, and what can be done with it now."""
    return shown(pool_key, number)


def shown(
    pool_key: str,
    number: int,
    release: ListForm | None = None,
    take: Form | None = None,
) -> tuple[str, int]:
    """The page of a list, with the form that was refused."""
    view, definition, actor = list_of(pool_key, number, payments.READERS)
    refused = release or take
    version = {"version": str(view.list.version)}
    own = view.list.prepared_by_id == actor.person_id
    does = not actor.roles.isdisjoint(payments.MAKERS)
    page = render_template(
        "pages/payments/sheet.html",
        view=view,
        definition=definition,
        list_name=name(view.list),
        list_name_of=name,
        states=STATES,
        line_states=LINES,
        payees=payees,
        own=own,
        does=does,
        releases=release or (ListForm(formdata=None, data=version) if does and not own else None),
        takes=take or (TakeForm(formdata=None) if actor.roles & payments.DOWNLOADERS else None),
        refused=refused,
        earlier=payments.earlier(read(), [one.case.id or 0 for one in view.left]),
    )
    return page, refused.status if refused else 200


@blueprint.post(f"{SHEET}/fil")
@staff(*FINANCE)
def take_out(pool_key: str, number: int) -> Response | tuple[str, int]:
    """The released list's file, as it was made. A button: it stands in the record who took it."""
    view, definition, actor = list_of(pool_key, number)
    form = TakeForm()
    found: list[tuple[str, bytes]] = []
    if form.validate_on_submit() and attempt(
        form,
        definition,
        lambda: found.append(
            payments.take_out(house(), str(form.command_id.data), view.list.id or 0, actor, now())
        ),
    ):
        return downloads.send(found[0][1], found[0][0], "text/csv")
    return shown(pool_key, number, take=form)
