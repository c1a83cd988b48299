"""The list of cases: what is due soonest first."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from flask import render_template, request, url_for

from pool.cases.messages import tasks as find_tasks
from pool.cases.queries import PAGE_SIZES, Filters, Page, list_cases
from pool.web import context, who
from pool.web.access import staff
from pool.web.casework.room import READERS, blueprint
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import t
from workflows.definition import Definition, State

YEARS = range(2000, 2100)
DUE = {"promise": "our answer", "answer": "the applicant’s answer", "report": "the report"}
"""What is due, under its day."""
_OWN = frozenset({"page", "lang"})
"""Parts of the address that a link to another page does not keep."""


def filters_from() -> Filters:
    """The filters of an address; what is no such thing is passed over."""
    get = request.args.get
    year = get("year", type=int)
    text = "".join(sign for sign in get("text", "")[:100] if sign.isprintable())
    state = get("state", "")
    known = _states(house().definitions.all())
    return Filters(
        pool=(get("pool") or None) if get("pool") in house().definitions else None,
        state=None if state == "all" else state if state in known else "open",
        year=year if year in YEARS else None,
        text=text,
        overdue=get("overdue") == "1",
        page=max(1, min(get("page", 1, type=int), 10_000)),
        size=get("size", PAGE_SIZES[0], type=int),
    )


def _states(definitions: Iterable[Definition]) -> dict[str, State]:
    """Every state of these pools, by key."""
    return {state.key: state for definition in definitions for state in definition.states}


@blueprint.get("/sager/")
@staff(*READERS)
def cases() -> str:
    user = who.user()
    definitions = tuple(context.offered().values())
    roles = user.by_pool(definition.key for definition in definitions)
    filters = filters_from()

    def found(wanted: Filters) -> Page:
        return list_cases(
            read(), house(), person_id=user.person_id, roles=roles, filters=wanted, now=now()
        )

    page = found(filters)
    late = 0
    if filters == Filters(state="open"):
        late = sum(row.overdue for row in page.rows)  # they stand first
        if late == len(page.rows) < page.total:
            late = found(Filters(state="open", overdue=True)).total
    kept = {key: value for key, value in request.args.items() if key not in _OWN and value}
    return render_template(
        "pages/casework/list.html",
        page=page,
        filters=filters,
        active=_active(filters),
        definitions=definitions,
        states=list(_states(definitions).values()),
        sizes=PAGE_SIZES,
        base=f"{url_for('casework.cases')}?{urlencode({**kept, 'page': ''})}",
        late=late,
        due_words={kind: t(words) for kind, words in DUE.items()},
        tasks=len(find_tasks(read(), house(), person_id=user.person_id, roles=roles)),
    )


def _active(filters: Filters) -> int:
    """How many filters are in use."""
    plain = Filters(page=filters.page, size=filters.size, state="open")
    named = ("pool", "state", "year", "text", "overdue")
    return sum(getattr(filters, name) != getattr(plain, name) for name in named)
