"""A list of cases as a spreadsheet: the same filters and the same cases as on the page, all its
pages, with real amounts and days. What people typed stays text and never becomes a formula
(``pool.render``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

import pool.journal as journal
from pool.cases import access, inbox
from pool.cases.house import House
from pool.cases.queries import CaseRow, Filters, ids_of, rows_of
from pool.cases.wants import Reader
from pool.identity.actor import Actor
from pool.render import paper_csv, workbook
from pool.render.paper import Column, Paper, Para, Table, Value
from pool.render.words import Words

Form = Literal["csv", "xlsx"]
MEDIA: dict[Form, str] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST = 10_000
"""Rows of one file. What lies beyond is told of in it: a filter divides the list."""
SLICE = 1_000
"""Cases read at a time."""

KINDS = {
    "application": "Application",
    "suggestion": "Suggestion",
    "initiative": "Own initiative",
}
OUTCOMES = {
    "full": "Granted in full",
    "part": "Granted in part",
    "granted": "Granted",
    "refused": "Refused",
}


@dataclass(frozen=True, slots=True)
class Exported:
    """A file and how many cases are in it, of how many the list has."""

    body: bytes
    count: int
    total: int


def export(
    session: Session,
    house: House,
    reader: Reader,
    filters: Filters,
    form: Form,
    words: Words,
    due_words: Callable[[str], str],
    narrowed: str,
) -> Exported:
    """The list of ``filters`` in the reader's language. ``narrowed`` says in words what it was
    narrowed to, ``due_words`` what is due. Two queries, and one for every :data:`SLICE` cases."""
    how_far = inbox.known(session, reader.person_id)
    ids, total = ids_of(session, reader, how_far, filters, MOST)
    contact = any(held & access.SEES_CONTACT for held in reader.roles.values())
    columns = _columns(words, contact=contact)
    rows: list[tuple[Value, ...]] = []
    for start in range(0, len(ids), SLICE):
        some = rows_of(session, house, reader, how_far, ids[start : start + SLICE])
        rows += [_cells(one, words, due_words, contact=contact) for one in some]
    note = None
    if total > len(rows):
        note = words.t(
            "Only the first %(count)s of %(total)s cases are in this file. Divide the list with a "
            "filter.",
            count=len(rows),
            total=total,
        )
    table = Table("cases", words.t("Cases"), columns, tuple(rows), note=note, alone=True)
    told = (Para("narrowed", narrowed), *((Para("bound", note),) if note else ()), table)
    made = words.t("Made %(moment)s", moment=words.moment(reader.now))
    stamp = (
        (words.t("Cases in this file"), str(len(rows))),
        (words.t("Cases in the list"), str(total)),
    )
    paper = Paper(words.t("Cases"), made, words.lang, words.dir, told, stamp, small=False)
    if form == "xlsx":
        return Exported(workbook.xlsx(paper, moment=reader.now), len(rows), total)
    body = paper_csv.csv(paper)
    return Exported(body + (f"{note}\r\n".encode() if note else b""), len(rows), total)


def _columns(words: Words, *, contact: bool) -> tuple[Column, ...]:
    t = words.t
    reach = (Column("email", t("E-mail")), Column("phone", t("Telephone"))) if contact else ()
    return (
        Column("number", t("Case number")),
        Column("pool", t("Pool")),
        Column("year", t("Budget year")),
        Column("kind", t("Kind")),
        Column("title", t("Title")),
        Column("applicant", t("Applicant")),
        *reach,
        Column("place", t("Place")),
        Column("state", t("State")),
        Column("urgent", t("Urgent")),
        Column("received", t("Received"), "day"),
        Column("due", t("Due"), "day", unknown=""),
        Column("due-what", t("What is due")),
        Column("asked", t("Asked for"), "money"),
        Column("outcome", t("Outcome")),
        Column("granted", t("Granted"), "money", unknown=""),
    )


def _cells(
    one: CaseRow, words: Words, due_words: Callable[[str], str], *, contact: bool
) -> tuple[Value, ...]:
    reach = (one.email or "", one.phone or "") if contact else ()
    return (
        one.number,
        words.text(one.pool_name),
        str(one.year),
        words.t(KINDS[one.kind]),
        one.title,
        one.applicant,
        *reach,
        words.text(one.place) if one.place else "",
        words.text(one.state_name),
        words.t("Yes") if one.urgent else "",
        one.received_on,
        one.due_on,
        due_words(one.due_kind) if one.due_kind else "",
        one.asked if one.kind != "suggestion" else "",
        words.t(OUTCOMES[one.outcome]) if one.outcome else "",
        one.granted,
    )


def note(
    house: House, actor: Actor, form: Form, filters: Filters, exported: Exported, reader: Reader
) -> None:
    """Write into the record who took out what: the codes of the filters, and how many cases. What
    was searched for is personal text."""
    named = {
        "pool": filters.pool,
        "state": filters.state,
        "year": filters.year,
        "kind": filters.kind,
    }
    flags = [name for name in ("overdue", "urgent", "unread", "waits") if getattr(filters, name)]
    data = {
        "form": form,
        "count": exported.count,
        "total": exported.total,
        "narrowed": flags,
        **{name: value for name, value in named.items() if value is not None},
    }
    personal = {"text": filters.text} if filters.text else None
    house.database.write(
        lambda session: journal.write(
            session,
            "system",
            "cases.exported",
            actor,
            now=reader.now,
            data=data,
            personal=personal,
        )
    )
