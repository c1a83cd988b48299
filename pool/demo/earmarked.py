"""The 50.000 kr. of 2023 that the first pool set aside for activity 5 of the plan, Det gode valg: a
grant of the pool out of its earmark, begun by the group itself and paid. The plan tells the year,
the amount and the purpose; the days and the voucher are made up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import pool.identity as identity
from pool.cases.commands import Command
from pool.cases.fire import fire
from pool.cases.house import House
from pool.cases.imported import ImportedCase, bring_in
from pool.identity.actor import Actor
from pool.plan import earmark

POOL = "urban-life"
YEAR = 2023
LINE = 5
AMOUNT = 5_000_000
"""Øre."""

STEPS: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    ("ole", "pay", {"reference": "BILAG-18023", "paid_on": "2023-02-15"}),
    (
        "sofie",
        "report",
        {
            "report": {
                "held": "yes",
                "participants": "60",
                "worked": "Pengene indgik i aktivitetens samlede bevilling på 200.000 kr.",
                "safety": "Unge fik et alternativ til gaden, og det står i aktivitetens eget afsnit"
                " i tryghedsplanen.",
                "links": "",
                "spent": "50.000",
            }
        },
    ),
    ("sofie", "close", {}),
)


def tell(house: House, now: datetime) -> None:
    """The earmark and the grant out of it, once."""
    mark = earmark(
        house,
        pool=POOL,
        year=YEAR,
        label="Det gode valg",
        amount=AMOUNT,
        line=LINE,
        command_id="demo-earmark-det-gode-valg",
        actor=_person(house, "ole"),
        now=now,
        effective_on=date(YEAR, 1, 1),
    )
    told = ImportedCase(
        pool=POOL,
        year=YEAR,
        title="Tilskud til Det gode valg",
        applicant="Det gode valg",
        applicant_kind="institution",
        outcome="approved",
        made_on=date(YEAR, 1, 31),
        precision="month",
        kind="initiative",
        asked=AMOUNT,
        granted=AMOUNT,
        focus_area="faellesskaber",
        earmark=mark,
    )
    sofie = _person(house, "sofie")
    case_id = house.database.write(
        lambda session: bring_in(
            session, house, told, command_id="demo-det-gode-valg", actor=sofie, now=now
        )
    )
    for who, action, inputs in STEPS:
        command = Command(
            id=f"demo-det-gode-valg-{action}",
            case_id=case_id,
            action=action,
            state_version=None,
            inputs=inputs,
            quiet=True,
        )
        fire(house, command, _person(house, who), now)


def _person(house: House, who: str) -> Actor:
    with house.database.read() as session:
        person = identity.find_by_email(session, f"{who}@demo.example")
        assert person is not None, who
        return identity.actor(session, person, POOL)
