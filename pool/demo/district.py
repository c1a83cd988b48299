"""A big pool in full work, for whoever wants to try what can be switched on: the district's pool
with eight applications on their way to a meeting three weeks ahead. Asked for by ``puljen demo
--district``; made up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pool.identity as identity
from pool.cases import drafts, money, screening, submit
from pool.cases.commands import Command, Submission
from pool.cases.fire import fire
from pool.cases.house import House
from pool.clock import local_day
from pool.demo.marks import is_marked, mark
from pool.identity.actor import Actor
from pool.meetings import calendar
from pool.models.base import known
from pool.models.command import Command as CommandRow
from pool.plan import open_year

POOL = "bydelspulje"
MARK = "demo-district"
BUDGET = 5_500_000
"""Øre. Less than the eight ask for, so that the meeting has to choose."""

AHEAD = timedelta(days=21)
"""From today to the meeting. Its deadline is today, so that all eight came in time."""

Application = tuple[str, str, str, str, str, str, str, str]
APPLICATIONS: tuple[Application, ...] = (
    # title, amount, place, benefit, outreach, what the money pays, who, association
    ("Fællesspisning på torvet", "9.800", "husum", "Naboer laver maden sammen, og alle kan komme.",
     "Opslag i opgangene og på skolen", "Råvarer 6.800 kr., borde 3.000 kr.", "Sara Nygaard", ""),
    ("Musik i gården", "8.500", "tingbjerg", "Tre eftermiddage med lokale bands for alle aldre.",
     "Plakater og beboerbladet", "Lyd 5.000 kr., honorar 3.500 kr.", "Emil Toft",
     "Gårdlauget Ruten"),
    ("Sommerskak på pladsen", "4.200", "bronshoj", "Unge lærer de ældre noget, og omvendt.",
     "Biblioteket og klubberne", "Brikker og borde 4.200 kr.", "Ruth Lind", "Brønshøj Skakklub"),
    ("Åbne haver", "6.400", "bellahoj", "Ti haver åbner, og naboer mødes over hækken.",
     "Foldere i postkasserne", "Tryk 2.400 kr., kaffe 4.000 kr.", "Bo Krag", "Haveforeningen"),
    ("Cykelværksted for børn", "9.900", "husum", "Børn reparerer deres cykler og kører ud sammen.",
     "Skolen og fritidscentret", "Værktøj og dele 9.900 kr.", "Nadia Malik", "Fritidsforeningen"),
    ("Lysfest i december", "10.000", "tingbjerg", "Et mørkt hjørne får en aften med lys og sang.",
     "Beboerbladet og de unge selv", "Lys 7.000 kr., varm saft 3.000 kr.", "Hassan Omar", ""),
    ("Fortælleaften på biblioteket", "3.600", "bronshoj", "Historier fra mange lande på én aften.",
     "Biblioteket", "Honorar 3.600 kr.", "Kirsten Vad", ""),
    ("Bydelens fodboldstævne", "10.000", "district", "Hold fra hele bydelen, piger og drenge.",
     "Klubberne og skolerne", "Bolde 2.000 kr., dommere 8.000 kr.", "Ali Demir", "BK Bydelen"),
)  # fmt: skip


OPEN_TO_ALL = {"advice": "full", "reasons": "Aktiviteten er åben for alle og forankret lokalt."}
OTHERWISE: Mapping[str, Mapping[str, str]] = {
    "Åbne haver": {
        "advice": "refused",
        "reasons": "Det er uklart, om haverne åbner for andre end foreningens egne.",
    },
    "Bydelens fodboldstævne": {
        "advice": "part",
        "amount": "6.000",
        "reasons": "Dommerne kan dømme frivilligt, som de gjorde sidste år.",
    },
}
"""What the secretariat recommends other than the whole. With it the money lasts."""


def advised(title: str) -> Mapping[str, str]:
    """The recommendation of an application, by its title: the input of ``recommend``."""
    return OTHERWISE.get(title, OPEN_TO_ALL)


def tell(house: House, now: datetime) -> None:
    """Fill it once; begun again after an interruption, for every command has a fixed id.

    Applications are taken in an open year, so one that came in December has last year open too.
    All eight activities begin in today's year where that is so, and count in it.
    """
    with house.database.read() as session:
        if is_marked(session, MARK):
            return
    begin = now - timedelta(days=30)
    for year in sorted({local_day(moment).year for moment in (begin, now)}):
        with house.database.read() as session:
            if money.year(session, POOL, year) is not None:
                continue
        open_year(
            house,
            pool=POOL,
            year=year,
            budget=BUDGET,
            source="Eksempel",
            command_id=f"demo-open-{POOL}-{year}",
            actor=_actor(house, "ole"),
            now=begin,
        )
    for number, application in enumerate(APPLICATIONS):
        _tell(house, number, application, begin + timedelta(days=number))
    _meeting(house, now)
    house.database.write(lambda session: mark(session, "done", MARK))


def _meeting(house: House, now: datetime) -> None:
    """Once: on another day the command would say another day, so what is there is asked for."""
    held_on = local_day(now) + AHEAD
    with house.database.read() as session:
        if any(calendar.of_year(session, POOL, held_on.year + n) for n in (-1, 0)):
            return
    command = calendar.Plan(
        id="demo-district-meeting",
        pool=POOL,
        days=f"{held_on:%d.%m.%Y}",
        begins_at="17.00",
        ends_at="19.30",
        place="Husum Bibliotek, salen",
        deadline_days=str(AHEAD.days),
    )
    calendar.plan(house, command, _actor(house, "sofie"), now)


def _tell(house: House, number: int, application: Application, at: datetime) -> None:
    title, amount, place, benefit, outreach, line, name, organisation = application
    case_id = _apply(
        house,
        f"demo-district-{number}",
        {
            "amount": amount,
            "title": title,
            "place": place,
            "benefit": benefit,
            "outreach": outreach,
            "budget_line": line,
            "contact_name": name,
            "organisation": organisation,
            "email": f"{name.split()[0].lower()}@eksempel.example",
            "starts_on": (local_day(at) + timedelta(days=75)).isoformat(),
        },
        at,
    )
    sofie = _actor(house, "sofie")
    definition = house.definitions.current(POOL)
    later = at + timedelta(days=3)
    screening.mark(
        house,
        f"demo-district-{number}-list",
        case_id,
        {point.key: ("yes", "") for point in definition.checklist},
        sofie,
        later,
    )
    steps: tuple[tuple[str, Mapping[str, Any]], ...] = (
        ("screen", {}),
        ("recommend", advised(title)),
    )
    for action, inputs in steps:
        command = Command(f"demo-district-{number}-{action}", case_id, action, None, inputs)
        fire(house, command, sofie, later)


def _apply(house: House, key: str, raw: Mapping[str, Any], at: datetime) -> int:
    with house.database.read() as session:
        row = session.get(CommandRow, key)
        if row is not None:
            return known(row.case_id)
    draft_id, _token = drafts.start(house, POOL, "da", {"amount": raw["amount"]}, at)
    drafts.save(house, draft_id, raw, at)
    return submit.submit(house, Submission(key, draft_id), at).case_id


def _actor(house: House, who: str) -> Actor:
    with house.database.read() as session:
        person = identity.find_by_email(session, f"{who}@demo.example")
        assert person is not None, who
        return identity.actor(session, person, POOL)
