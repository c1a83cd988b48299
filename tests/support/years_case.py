"""One case of a made-up year: what happens to it, and the rows that tell so."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from pool.clock import local_day
from pool.models.case import IMPORT
from tests.support.years_chains import Event
from tests.support.years_money import Money
from tests.support.years_words import APPLICANTS, MEMBERS, PLACES, SENTENCES, title
from workflows.calendar import add_working_days

if TYPE_CHECKING:
    from tests.support.years import Year

Fates = Iterable[tuple[str, int]]

FATES: Fates = (
    *(("closed", 30), ("reported", 8), ("paid", 12), ("granted", 6), ("refused", 17)),
    *(("undecided", 6), ("undisclosed", 5), ("withdrawn", 4), ("lapsed", 2)),
    *(("given up", 3), ("given up early", 2), ("imported", 5)),
)
"""What becomes of a case, and of how many in a hundred."""

_HOW = (("meeting", 70), ("mail", 12), ("phone", 6), ("written", 5), ("system", 7))


def _one_of(draw: random.Random, weighted: Iterable[tuple[str, int]]) -> str:
    names, weights = zip(*weighted, strict=True)
    found: str = draw.choices(names, weights)[0]
    return found


class OneCase(Money):
    """One case: its rows and its moves."""

    def __init__(self, year: Year, case_id: int, number: int, index: int) -> None:
        super().__init__(year, case_id)
        self.number, self.index = number, index
        self.fate = _one_of(self.draw, year.fates)
        self.came = self._later(
            datetime(year.year - 1, 11, 1, 7, tzinfo=UTC), 1, 365 + 20, minutes=600
        )
        self.outcome: str | None = None
        self.granted: int | None = None
        self.asked: int | None = self.draw.choice(
            (self.draw.randint(5, 400) * 10_000, self.draw.randint(50_000, 6_000_000))
        )

    # ------------------------------------------------------------------ its story

    def make(self) -> None:
        imported = self.fate == "imported"
        self.stage = {"closed": "closed", "reported": "reported", "paid": "paid"}.get(
            self.fate, "received"
        )
        if imported and self.draw.random() < 0.7:
            self.asked = None
        if self.fate not in ("undecided", "withdrawn", "lapsed"):
            self._decide(imported)
        elif self.fate != "undecided":
            self.closed_at = self._later(self.came, 3, 40)
            self.stage = self.fate
        self._rows(imported)

    def _decide(self, imported: bool) -> None:
        made = local_day(self._later(self.came, 4, 60))
        precision = "day"
        recorded = datetime(made.year, made.month, made.day, 11, tzinfo=UTC) + timedelta(
            days=self.draw.choice((0, 0, 0, 1, 2, 6)), minutes=self.draw.randint(0, 300)
        )
        if imported:
            if self.draw.random() < 0.5:
                precision = "month"
                made = (made.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(1)
            recorded = datetime(self.of.year + 1, 2, 1, 9, tzinfo=UTC) + timedelta(
                minutes=self.draw.randint(0, 90)
            )
            self.came = recorded
        recorded = max(recorded, self.came + timedelta(minutes=1))
        announced: datetime | None = recorded
        if self.draw.random() < 0.4 and not imported:
            announced = self._later(recorded, 1, 9)
        if self.fate == "undisclosed":
            announced = None
        refused = self.fate == "refused" or (
            self.fate in ("undisclosed", "imported") and self.draw.random() < 0.2
        )
        self.amount = 0 if refused else self._granted()
        mark = self.draw.random() < 0.04
        if self.amount and not self._affordable(mark):
            refused, self.amount, self.stage = True, 0, "refused"
        self.outcome = (
            "refused"
            if refused
            else "granted"
            if self.asked is None
            else "full"
            if self.amount == self.asked
            else "part"
        )
        self.granted = self.amount
        self.decision_id = self.of.ids.take("decision")
        how = _one_of(self.draw, _HOW)
        reasons = [option.key for option in self.of.definition.refusal_reasons]
        criterion = None
        if refused and reasons and self.draw.random() < 0.9:
            criterion = reasons[min(int(self.draw.expovariate(0.4)), len(reasons) - 1)]
        self.decided = {
            "id": self.decision_id,
            "case_id": self.id,
            "number": 1,
            "outcome": self.outcome,
            "amount": self.amount,
            "reasons": self.draw.choice(SENTENCES),
            "criterion": criterion,
            "made_on": made,
            "made_precision": precision,
            "made_how": how,
            "took_part": "",
            "stayed_out": "",
            "actor_person_id": self.of.members[0],
            "actor_name": "Medlem 1",
            "imported": imported,
            "recorded_at": recorded,
            "announced_at": announced,
        }
        self.events.append(
            Event(
                f"case.{'refuse' if refused else 'grant'}",
                recorded,
                made,
                {
                    "case": self.id,
                    "from": self.of.states["received"],
                    "to": self.of.states["refused" if refused else "granted"],
                    "state_version": 2,
                    "decision": self.decision_id,
                    "outcome": self.outcome,
                    "amount": self.amount,
                    "made_how": how,
                    "criterion": criterion,
                },
                {"reasons": self.decided["reasons"]},
                precision=precision,
            )
        )
        if announced is not None and announced != recorded:
            data = {"case": self.id, "state_version": 3, "decision": self.decision_id}
            self.events.append(Event("case.announce", announced, local_day(announced), data))
        if refused:
            self.stage = "declined" if announced is None else "refused"
            self.closed_at = announced
            return
        self.move_money(mark, recorded, announced)

    def _granted(self) -> int:
        if self.asked is None:
            return self.draw.randint(5, 250) * 10_000
        if self.draw.random() < 0.6:
            return self.asked
        return max(1, int(self.asked * self.draw.uniform(0.2, 0.95)))

    def _affordable(self, mark: bool) -> bool:
        if mark:
            self.of.of_mark += self.amount
        else:
            self.of.of_free += self.amount
        if self.of.caps is None:
            return True
        if self.of.of_free <= self.of.caps[0] and self.of.of_mark <= self.of.caps[1]:
            return True
        if mark:
            self.of.of_mark -= self.amount
        else:
            self.of.of_free -= self.amount
        return False

    # ------------------------------------------------------------------ its rows

    def _report(self, at: datetime) -> None:
        took_place = self.draw.random() < 0.93
        self.of.row(
            "report",
            id=self.of.ids.take("report"),
            case_id=self.id,
            held=took_place,
            participants=self.draw.choice((None, 0, 12, 40, 85, 120, 300)) if took_place else 0,
            worked=self.draw.choice(SENTENCES),
            safety=self.draw.choice((*SENTENCES, "")),
            links="",
            spent=self.amount,
            received_at=at,
            received_from="Lene Bruun",
        )
        data = {"case": self.id, "state_version": 5, "held": took_place, "spent": self.amount}
        self.events.append(Event("case.report", at, local_day(at), data, who="applicant"))

    def _rows(self, imported: bool) -> None:
        of, draw = self.of, self.draw
        kind = draw.choice(tuple(APPLICANTS))
        organisation = draw.choice(APPLICANTS[kind])
        if draw.random() < 0.06:
            kind, organisation = "municipal", draw.choice(MEMBERS)
        if self.decided:
            # Some members took their seat after the decision: the list of people does not tell.
            seat = organisation in MEMBERS and not imported and self.index % 4 > 0
            of.row("decision", **self.decided, member_unit=seat)
        applicant = of.ids.take("applicant")
        of.row("applicant", id=applicant, kind=kind, name="Lene Bruun", organisation=organisation)
        heading = title(draw, self.index)
        areas = [option.key for option in of.definition.focus_areas]
        place = draw.choices((*PLACES, None), (*range(len(PLACES), 0, -1), 4))[0]
        state = of.states[self.stage]
        received_on = local_day(self.came)
        of.row(
            "grant_case",
            id=self.id,
            number=f"{of.definition.prefix}-{of.year}-{self.number}",
            pool=of.pool,
            year=of.year,
            definition_version=of.definition.version,
            form="import" if imported else "full",
            kind="initiative" if draw.random() < 0.05 else "application",
            channel=IMPORT if imported else "online",
            lang="da",
            state=state,
            state_version=1 + len(self.events),
            clock="stopped" if imported or self.outcome or self.closed_at else "running",
            promised_on=None
            if imported
            else add_working_days(
                received_on, of.definition.promise_days + draw.choice((0, 0, 0, 5))
            ),
            title=heading,
            asked=self.asked,
            granted=self.granted,
            outcome=self.outcome,
            decision_id=self.decision_id,
            applicant_id=applicant,
            place=place,
            focus_area=draw.choice((*areas, *areas, None)) if areas else None,
            urgent=False,
            received_at=self.came,
            changed_at=self.closed_at or self.came,
            closed_at=self.closed_at,
        )
        self._answers()
        data = {
            "case": self.id,
            "to": of.states["received"],
            "state_version": 1,
            "asked": self.asked,
            "pool": of.pool,
            "year": of.year,
        }
        made = self.decided["made_on"] if imported else received_on
        received = Event(
            "case.imported" if imported else "case.received",
            self.came,
            made,
            data,
            {"title": heading},
            who="person" if imported else "applicant",
            precision=self.decided["made_precision"] if imported else "day",
        )
        if self.closed_at is not None and self.stage in ("withdrawn", "lapsed"):
            done = {"case": self.id, "to": state, "state_version": 9}
            verb = {"withdrawn": "withdraw", "lapsed": "lapse"}[self.stage]
            self.events.append(
                Event(f"case.{verb}", self.closed_at, local_day(self.closed_at), done)
            )
        later = sorted(self.events, key=lambda event: event.at)
        of.stream(f"case:{self.id}", [received, *later], of.members[0])
        for member in draw.sample(of.members, draw.choice((0,) * 12 + (1, 1, 2))):
            of.row(
                "recusal",
                id=of.ids.take("recusal"),
                case_id=self.id,
                person_id=member,
                ground="Sidder i bestyrelsen",
                declared_at=self._later(self.came, 1, 3),
            )

    def _answers(self) -> None:
        draw, questions = self.draw, self.of.questions
        told: dict[str, Any] = {}
        if "description" in questions and draw.random() < 0.9:
            told["description"] = draw.choice(SENTENCES)
        if "safety" in questions:
            told["safety"] = draw.choice(SENTENCES)
        if "results" in questions and self.of.definition.results and draw.random() < 0.8:
            keys = [option.key for option in self.of.definition.results]
            told["results"] = draw.sample(keys, draw.randint(1, 3))
        if "knowledge_kind" in questions:
            told["knowledge_kind"] = draw.choice(("event", "sharing", "product", "research"))
        if "benefit" in questions:
            told["benefit"] = draw.choice(SENTENCES)
        for position, (question, value) in enumerate(told.items()):
            self.of.row(
                "answer", case_id=self.id, question=question, position=position, value=value
            )
