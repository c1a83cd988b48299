"""The list of cases: narrowed and ordered by its address, so that a view can be bookmarked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for

from pool.cases import announcing, bulk
from pool.cases.exporting import KINDS as KIND_WORDS
from pool.cases.exporting import MEDIA, MOST
from pool.cases.queries import (
    DOWN_FIRST,
    KINDS,
    PAGE_SIZES,
    SORTS,
    Filters,
    Page,
    page_of,
    reader_of,
)
from pool.cases.wants import Reader
from pool.web import context, who
from pool.web.access import staff
from pool.web.casework.exports import ExportForm
from pool.web.casework.room import READERS, blueprint
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import SUGGESTION, Definition, State

YEARS = range(2000, 2100)
DUE = {
    "promise": "our answer",
    "answer": "the applicant’s answer",
    "report": "the report",
    "hearing": "the applicant’s comments",
    "resume": "the case goes on",
    "vouchers": "the vouchers",
    "repay": "money to be paid back",
    "payee": "who is to be paid",
}
"""What is due, under its day."""
SORT_WORDS = {
    "due": "Due",
    "number": "Case number",
    "title": "Title",
    "applicant": "Applicant",
    "asked": "Asked for",
    "granted": "Granted",
    "received": "Received",
}
FLAGS = {
    "waits": "Waits for me",
    "overdue": "Overdue only",
    "urgent": "Urgent only",
    "unread": "New to me only",
}
"""Filters that are on or off."""
NAMES = {
    "pool": "Pool",
    "state": "State",
    "year": "Budget year",
    "kind": "Kind",
    "sort": "Order",
    "dir": "Direction",
    "page": "Page",
    "size": "On a page",
    **FLAGS,
}
"""The parts of the address, as a person knows them."""
_OWN = frozenset({"page", "lang"})
"""Parts of the address that a link to another page does not keep."""
_LONGEST = 40
"""Signs of something unknown that are told back."""


def filters_from(args: Mapping[str, str] | None = None) -> tuple[Filters, list[tuple[str, str]]]:
    """The filters of an address, and what in it is no such thing: the part's name in the reader's
    language, and what stood there."""
    given = request.args if args is None else args
    unknown: list[tuple[str, str]] = []

    def one_of(name: str, allowed: Iterable[str], usual: str = "") -> str:
        value = given.get(name, "")
        if not value or value in allowed:
            return value or usual
        unknown.append((t(NAMES[name]), _shown(value)))
        return usual

    def whole(name: str, allowed: range | tuple[int, ...], usual: int) -> int:
        value = given.get(name, "").strip()
        if value.isascii() and value.isdecimal() and len(value) < 9 and int(value) in allowed:
            return int(value)
        if value:
            unknown.append((t(NAMES[name]), _shown(value)))
        return usual

    state = one_of("state", {"open", "all", *_states(house().definitions.all())}, "open")
    sort = one_of("sort", SORTS, SORTS[0])
    first = "desc" if sort in DOWN_FIRST else "asc"
    text = "".join(sign for sign in given.get("text", "")[:100] if sign.isprintable())
    filters = Filters(
        pool=one_of("pool", house().definitions.keys) or None,
        state=None if state == "all" else state,
        year=whole("year", YEARS, 0) or None,
        kind=one_of("kind", KINDS) or None,
        text=text,
        **{flag: one_of(flag, ("0", "1")) == "1" for flag in FLAGS},
        sort=sort,
        down=one_of("dir", ("asc", "desc"), first) == "desc",
        page=whole("page", range(1, 10_001), 1),
        size=whole("size", PAGE_SIZES, PAGE_SIZES[0]),
    )
    return filters, unknown


def _shown(value: str) -> str:
    plain = "".join(sign for sign in value if sign.isprintable())
    return plain if len(plain) <= _LONGEST else f"{plain[:_LONGEST]}…"


def _states(definitions: Iterable[Definition]) -> dict[str, State]:
    """Every state of these pools, by key."""
    return {state.key: state for definition in definitions for state in definition.states}


def reader() -> Reader:
    """The signed-in colleague, in the pools people meet here."""
    user = who.user()
    roles = user.by_pool(context.offered())
    return reader_of(read(), house(), user.person_id, roles, now())


@blueprint.get("/sager/")
@staff(*READERS)
def cases() -> str:
    return shown(ExportForm(formdata=None))


def shown(form: ExportForm) -> str:
    """The page of the list, with the form that takes it out."""
    definitions = tuple(context.offered().values())
    roles = who.user().by_pool(one.key for one in definitions)
    asking = reader_of(read(), house(), who.user().person_id, roles, now())
    filters, unknown = filters_from()

    def found(wanted: Filters) -> Page:
        return page_of(read(), house(), asking, wanted)

    page = found(filters)
    plain = Filters(state="open")
    late = 0
    if filters == plain:
        late = sum(row.overdue for row in page.rows)  # they stand first
        if late == len(page.rows) < page.total:
            late = found(replace(plain, overdue=True)).total
    kept = {key: value for key, value in request.args.items() if key not in _OWN and value}
    return render_template(
        "pages/casework/list.html",
        page=page,
        filters=filters,
        unknown=unknown,
        active=_active(filters),
        definitions=definitions,
        states=list(_states(definitions).values()),
        kinds={key: t(KIND_WORDS[key]) for key in _kinds(definitions)},
        kind_words={key: t(words) for key, words in KIND_WORDS.items()},
        flags={name: t(words) for name, words in FLAGS.items()},
        sorts={name: t(words) for name, words in SORT_WORDS.items()},
        sort_links=_sort_links(filters, kept),
        sizes=PAGE_SIZES,
        base=f"{url_for('casework.cases')}?{urlencode({**kept, 'page': ''})}",
        exports={
            form: f"{url_for('casework.export', kind=form)}?{urlencode(kept)}" for form in MEDIA
        },
        late=late,
        due_words=due_words(),
        form=form,
        most=MOST,
        many=_many(definitions, roles),
        carried=kept,
        announcing=_announcing(asking),
    )


def _many(definitions: Iterable[Definition], roles: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Keys of the pools whose cases this reader may handle many at once."""
    return frozenset(one.key for one in definitions if bulk.actions(one, roles[one.key]))


def _announcing(asking: Reader) -> list[tuple[Definition, int]]:
    """The pools with decisions that wait for this reader to announce them, and how many."""
    counted = announcing.count_waiting(read(), asking.definitions, asking.person_id, asking.roles)
    return [(house().definitions.current(pool), count) for pool, count in counted.items()]


def due_words() -> dict[str, str]:
    """What is due, by its kind, in the reader's language."""
    return {kind: t(words) for kind, words in DUE.items()}


def _kinds(definitions: Iterable[Definition]) -> tuple[str, ...]:
    """The kinds of case there can be, where there is more than one to tell apart."""
    suggested = any(one.suggestions is not None for one in definitions)
    return tuple(kind for kind in KINDS if kind != SUGGESTION or suggested)


def _sort_links(filters: Filters, kept: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """Where a press on the head of a column leads: to its order, and if it has that already to
    the other way round."""
    found = {}
    for name in SORTS:
        current = filters.sort == name
        down = not filters.down if current else name in DOWN_FIRST
        way = {**kept, "sort": name, "dir": "desc" if down else "asc"}
        found[name] = {
            "href": f"{url_for('casework.cases')}?{urlencode(way)}",
            "now": ("descending" if filters.down else "ascending") if current else None,
        }
    return found


def _active(filters: Filters) -> int:
    """How many filters are in use."""
    plain = Filters(state="open")
    named = ("pool", "state", "year", "kind", "text", *FLAGS)
    return sum(getattr(filters, name) != getattr(plain, name) for name in named)


def narrowed(filters: Filters) -> str:
    """What the list was narrowed to, in one sentence for a file."""
    pools = {one.key: speak().text(one.name) for one in house().definitions.all()}
    known = _states(house().definitions.all())
    states = {key: speak().text(one.staff) for key, one in known.items()}
    parts = [
        pools.get(filters.pool or "", ""),
        t("Open cases") if filters.state == "open" else states.get(filters.state or "", ""),
        str(filters.year or ""),
        t(KIND_WORDS[filters.kind]) if filters.kind else "",
        *(t(words) for flag, words in FLAGS.items() if getattr(filters, flag)),
        f"“{filters.text}”" if filters.text else "",
    ]
    return "; ".join(part for part in parts if part) or t("All cases")
