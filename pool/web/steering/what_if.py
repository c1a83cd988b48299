"""What if these were granted: undecided cases ticked, and what would be left. Everything stands in
the address; nothing is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

import pool.ledger as ledger
from pool.summary import what_if
from pool.summary.what_if import Candidate, Order
from pool.web import who
from pool.web.access import staff
from pool.web.context import now, read, site
from pool.web.errors import Refused
from pool.web.forms import fault_text
from pool.web.house import house
from pool.web.language import speak, t
from pool.web.roles import role_choice, role_list
from pool.web.steering.room import ASKERS, blueprint, pool_of
from workflows import values
from workflows.questions import AnswerFault

Basis = Literal["asked", "recommended"]
BASES: dict[Basis, str] = {
    "asked": "What is asked for",
    "recommended": "What is recommended, else what is asked for",
}
ORDERS: dict[Order, str] = {
    "received": "As they came in",
    "smallest": "The smallest first",
    "largest": "The largest first",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A case as the form shows it. ``typed`` is what was written for it; ``fault`` what is wrong
    with that, or with a ticked case without any amount."""

    candidate: Candidate
    state: str
    ticked: bool
    typed: str
    amount: int | None
    fault: str


@blueprint.get("/styring/hvad-hvis")
@staff(*ASKERS)
def what_if_index() -> str | Response:
    """Which year of which pool? On to the only one there is."""
    user, known = who.user(), site().definitions
    roles = {key: user.roles_in(key) for key in known if not user.roles_in(key).isdisjoint(ASKERS)}
    found = what_if.waiting(read(), house(), user.person_id, roles)
    if len(found) == 1:
        (pool_key, year), _ = found.popitem()
        return redirect(url_for("steering.what_if_page", pool_key=pool_key, year=year), 303)
    return render_template("pages/steering/what_if_index.html", found=found, definitions=known)


@blueprint.get("/styring/<pool_key>/<int:year>/hvad-hvis")
@staff(*ASKERS)
def what_if_page(pool_key: str, year: int) -> tuple[str, int]:
    """The year's undecided cases, and what those ticked would leave."""
    definition = pool_of(pool_key)
    actor = who.user().actor(pool_key)
    if actor.roles.isdisjoint(ASKERS):
        raise Refused(
            t(
                "Only %(roles)s can ask this here. You are there as %(mine)s.",
                roles=role_choice(ASKERS),
                mine=role_list(actor.roles),
            )
        )
    basis: Basis = "recommended" if request.args.get("basis") == "recommended" else "asked"
    order: Order = next((one for one in ORDERS if one == request.args.get("order")), "received")
    rows = [
        _row(pool_key, one, basis)
        for one in what_if.candidates(read(), house(), pool_key, year, actor)
    ]
    try:
        free, in_books = what_if.free(read(), pool_key, year, definition, actor.roles), True
    except ledger.UnknownYear:
        free, in_books = 0, False
        if not rows:
            abort(404)
    ticked = [row for row in rows if row.ticked]
    faults = [(f"amount-{row.candidate.number}", row.fault) for row in ticked if row.fault]
    outcome = None
    if ticked and not faults:
        amounts = {row.candidate.number: row.amount or 0 for row in ticked}
        outcome = what_if.outcome(free, [row.candidate for row in ticked], amounts, order)
    page = render_template(
        "pages/steering/what_if.html",
        definition=definition,
        year=year,
        rows=rows,
        free=free,
        in_books=in_books,
        outcome=outcome,
        faults=faults,
        advises=any(row.candidate.recommended for row in rows),
        basis=basis,
        bases={key: t(label) for key, label in BASES.items()},
        order=order,
        orders={key: t(label) for key, label in ORDERS.items()},
        counted_at=now(),
    )
    return page, 422 if faults else 200


def _row(pool_key: str, candidate: Candidate, basis: Basis) -> Row:
    """What was ticked and typed for a case, and the amount that follows."""
    version = house().definitions.version(read(), pool_key, candidate.version)
    ticked = candidate.number in request.args.getlist("case")
    typed = request.args.get(f"amount-{candidate.number}", "").strip()
    advised = candidate.recommended if basis == "recommended" else None
    amount, fault = advised or candidate.asked, ""
    if typed:
        try:
            amount = values.amount(typed, least=1)
        except values.Bad as bad:
            fault = fault_text(AnswerFault("amount", bad.code, bad.params), speak())
    elif amount is None:
        fault = t("Write an amount: what is asked for is not known.")
    state = speak().text(version.state(candidate.state).staff)
    return Row(candidate, state, ticked, typed, amount, fault if ticked else "")
