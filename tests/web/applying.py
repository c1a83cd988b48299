"""Short ways for tests to apply through the pages, as a person does."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from sqlmodel import Session, select

from pool.db import Database
from pool.models.case import Answer, Case
from pool.models.draft import Draft
from tests.support.client import HostileClient, Page

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"

SHORT: Mapping[str, str] = {
    "q_title": "Gadefest ved hjørnet",
    "q_starts_on": "1.5.2026",
    "q_place": "Pladsen ved Ruten",
    "q_safety": "Naboerne lærer hinanden at kende.",
    "q_outreach": "Opslag i opgangene",
    "q_budget_line": "Telt 5.500 kr., mad 4.000 kr.",
    "q_contact_name": "Lene Bruun",
    "q_email": "lene@eksempel.example",
}
"""The page of the short form, filled in."""

STEPS: Mapping[str, Mapping[str, Any]] = {
    "activity": {
        "q_title": "Marionetteater i byggeriet",
        "q_description": "Fire forestillinger midt i byggeriet.",
        "q_focus_area": "faellesskaber",
        "q_starts_on": "1. juni 2026",
        "q_ends_on": "4/6-2026",
        "q_place": "Tingbjerg",
    },
    "safety": {
        "q_safety": "Børn og voksne mødes, hvor der ellers er tomt.",
        "q_unsafe_event": "yes",
        "q_unsafe_what": "Der er brudt ind i skurene.",
        "q_unsafe_where": "Ruten",
        "q_urgent": "no",
    },
    "people": {
        "q_audience": "Familier",
        "q_participants": "1.200",
        "q_outreach": "Skolen og Facebook",
        "q_children": "no",
    },
    "budget": {
        "q_budget-0-post": "fees",
        "q_budget-0-text": "To skuespillere",
        "q_budget-0-amount": "20.000",
        "q_budget-1-post": "materials",
        "q_budget-1-amount": "5 000 kr",
        "q_other_funding": "no",
    },
    "contact": {
        "q_applicant_kind": "person",
        "q_contact_name": "Yusuf Nasser",
        "q_phone": "+45 22334455",
    },
}
"""The pages of the full form to urban-life, filled in, for 25.000 kr."""


def begin(client: HostileClient, amount: str = "9.500", pool: str = "urban-life") -> Page:
    """The first page after the amount."""
    page = client.look(f"/ansoeg/{pool}")
    return client.follow(client.submit(page, {"q_amount": amount}, button=_first(page)))


def token_of(page: Page) -> str:
    """The secret in a draft's address."""
    return page.url.split("/")[2]


def _first(page: Page) -> str:
    return "Begin" if page.root.attrib["lang"] == "en" else "Begynd"


def fill(client: HostileClient, page: Page) -> Page:
    """Every page of the form, from ``page`` on, to the review."""
    lang = page.root.attrib["lang"]
    for _ in range(10):
        last = page.url.rpartition("/")[2]
        if last == "gennemse":
            return page
        values = SHORT if last == "ansoegning" else STEPS[last]
        page = client.follow(
            client.submit(page, values, button="Next" if lang == "en" else "Næste")
        )
    raise AssertionError("the form has no end")


def send(client: HostileClient, page: Page) -> Page:
    """From the review to the receipt."""
    button = "Send the application" if page.root.attrib["lang"] == "en" else "Send ansøgningen"
    return client.follow(client.submit(page, button=button))


def attachment(data: bytes = PDF, name: str = "tilbud.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def cases(database: Database) -> list[Case]:
    return database.write(lambda s: list(s.exec(select(Case).order_by(Case.id))))  # type: ignore[arg-type]


def answers(database: Database, case_id: int | None) -> dict[str, Any]:
    def work(session: Session) -> dict[str, Any]:
        found = session.exec(select(Answer).where(Answer.case_id == case_id))
        return {one.question: one.value for one in found}

    return database.write(work)


def draft(database: Database) -> Draft:
    """The only draft there is."""
    return database.write(lambda s: s.exec(select(Draft)).one())
