"""The people of the demonstration. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

import pool.identity as identity


@dataclass(frozen=True, slots=True)
class Somebody:
    """One demo person. ``what`` (da, en) says on the sign-in page what they do."""

    email: str
    name: str
    organisation: str
    roles: tuple[str, ...]
    da: str
    en: str


PEOPLE = (
    Somebody(
        "sofie@demo.example", "Sofie Lund", "Sekretariatet", ("secretariat",),
        "Sagsbehandler: spørger ansøgere, registrerer gruppens beslutninger, skriver breve",
        "Caseworker: asks applicants, records the group's decisions, writes letters",
    ),
    Somebody(
        "karim@demo.example", "Karim Holm", "Teknik- og Miljøforvaltningen", ("chair", "member"),
        "Formand for arbejdsgruppen: beslutter",
        "Chair of the working group: decides",
    ),
    Somebody(
        "jens@demo.example", "Jens Winther", "Københavns Politi", ("member",),
        "Medlem af arbejdsgruppen: læser sagerne, kan melde sig inhabil",
        "Member of the working group: reads the cases, can declare an interest",
    ),
    Somebody(
        "amina@demo.example", "Amina Yusuf", "fsb", ("member",),
        "Medlem af arbejdsgruppen fra en boligorganisation",
        "Member of the working group from a housing company",
    ),
    Somebody(
        "birgit@demo.example", "Birgit Falk", "Styregruppen", ("steering",),
        "Styregruppen: læser, hvad pengene blev til",
        "Steering group: reads what became of the money",
    ),
    Somebody(
        "ole@demo.example", "Ole Brandt", "Økonomiforvaltningen", ("finance",),
        "Økonomi: markerer udbetalinger",
        "Finance: marks payments",
    ),
    Somebody(
        "maja@demo.example", "Maja Skov", "Kommunikation", ("communications",),
        "Kommunikation: får besked om nye støttede aktiviteter",
        "Communications: is told of newly supported activities",
    ),
    Somebody(
        "rune@demo.example", "Rune Dahl", "Revisionen", ("auditor",),
        "Revisor: læser alt, ændrer intet",
        "Auditor: reads everything, changes nothing",
    ),
    Somebody(
        "admin@demo.example", "Ida Nør", "Systemejer", ("admin",),
        "Administrator: ser systemets tilstand",
        "Administrator: sees the state of the system",
    ),
)  # fmt: skip


def add_people(session: Session, now: datetime) -> None:
    """Everybody, with their roles in all pools and no password: they enter by one click."""
    for one in PEOPLE:
        person = identity.add_person(
            session, email=one.email, name=one.name, now=now, organisation=one.organisation
        )
        assert person.id is not None
        for role in one.roles:
            identity.grant_role(session, person.id, role)
