"""Made-up figures of summaries, to be told on paper: nothing is asked of a database."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pool.render.paper import Paper
from pool.render.words import words
from pool.summary.model import (
    FEWEST,
    Before,
    Breakdown,
    ChainHead,
    Counts,
    Days,
    Deliverable,
    Grant,
    Group,
    Money,
    Month,
    PoolYear,
    Refusals,
    Request,
    Summary,
    Text,
    fingerprint,
)
from pool.summary.telling import tell

MOMENT = datetime(2024, 12, 16, 11, 5, tzinfo=UTC)
LONG = ("Sommerfest med langbord og musik i gården mellem blokkene " * 4)[:199] + "."
ARABIC = "مهرجان الحي في تينغبيرغ"
NAMES = (
    "Gadefest ved Voldparken",
    "Marionetteatret i byggepladsen",
    "Mind Your Own Business-kursus",
    ARABIC,
    "Tryghedsvandring i Gadelandet",
    LONG,
)
AREAS: dict[str, Text] = {
    "byliv": {"da": "Trygt byliv", "en": "Safe urban life"},
    "faellesskaber": {"da": "Positive fællesskaber", "en": "Positive communities"},
}
RESULTS: dict[str, Text] = {
    "networks": {
        "da": "Stærkere netværk mellem beboerne",
        "en": "Stronger networks between residents",
    },
    "volunteering": {"da": "Flere frivillige", "en": "More volunteering"},
}


def make_grant(n: int, **changed: Any) -> Grant:
    """The ``n``-th grant of a year: some paid, some reported, some with money back, one known by
    month only, one of which it is not known what was asked for."""
    granted = 950_000 + 100_00 * (n % 7) + 25 * (n % 3)
    reported = n % 3 != 2
    returned = 50_050 if n % 5 == 4 and reported else 0
    paid = granted if n % 4 else 0
    if not paid:
        returned = 0
    one = Grant(
        case_id=n,
        number=f"BT-2024-{n:04}",
        title=NAMES[n % len(NAMES)],
        applicant=None if n % 3 == 0 else "Foreningen Liv i Husum",
        applicant_kind="person" if n % 3 == 0 else "association",
        focus_area=("byliv", "faellesskaber", None)[n % 3],
        results=tuple(RESULTS)[: n % 3],
        place=("Husum Nord", "Tingbjerg", None)[n % 3],
        decided_on=date(2024, 1, 31) + timedelta(days=n % 300),
        precision="month" if n % 6 == 5 else "day",
        made_how="mail" if n % 2 else "meeting",
        outcome="granted" if n % 6 == 5 else ("part" if n % 2 else "full"),
        initiative=n % 6 == 1,
        member_unit=n % 6 == 2,
        imported=n % 6 == 5,
        asked=None if n % 6 == 5 else granted + (300_000 if n % 2 else 0),
        granted=granted,
        returned=returned,
        paid=paid,
        held=0 if paid else granted,
        purpose="Vi lukker gaden, sætter langborde op og inviterer alle opgange til at spise "
        "sammen, så naboer lærer hinanden at kende på tværs af blokkene og ved, hvem de møder. "
        * 2,
        reported=reported,
        took_place=True if reported else None,
        participants=120 + n if reported else None,
        result="Der kom flere, end vi havde regnet med, og naboerne hilser nu." if reported else "",
    )
    return replace(one, **changed)


def make_pool(
    grants: int = 12,
    *,
    pool: str = "urban-life",
    name: Text | None = None,
    refused: int = 3,
    undecided: int = 1,
    **changed: Any,
) -> PoolYear:
    """A year whose figures agree with each other."""
    made = tuple(make_grant(n) for n in range(1, grants + 1))
    granted = sum(one.granted for one in made)
    returned = sum(one.returned for one in made)
    held = sum(one.held for one in made)
    earmarked = 1_000_000 if grants else 0
    budget = max(9_600_000, granted + earmarked + 123_456)
    known = [one for one in made if one.asked is not None]
    imported = sum(one.imported for one in made)
    received = grants + refused + undecided
    money = Money(
        budget=budget,
        earmarked=earmarked,
        granted=granted,
        returned=returned,
        disposed=granted - returned,
        paid=sum(one.paid for one in made),
        held=held,
        out=granted - returned - held,
        free=budget - earmarked - granted + returned,
        appropriated=budget,
    )
    counts = Counts(
        received=received,
        full=sum(one.outcome == "full" for one in made),
        part=sum(one.outcome == "part" for one in made),
        granted_unknown=imported,
        refused=refused,
        undecided=undecided,
    )
    large = received >= 30
    mine = [one for one in made if one.initiative]
    units = [one for one in made if one.member_unit]
    year = PoolYear(
        pool=pool,
        name=name or {"da": "Bylivs- og tryghedspuljen", "en": "The urban life and safety pool"},
        prefix="BT" if pool == "urban-life" else "VP",
        year=2024,
        in_books=True,
        source="Tryghedsplan 2024, side 9",
        money=money,
        counts=counts,
        asked_granted=sum(one.asked or 0 for one in known),
        granted_of_known=sum(one.granted for one in known),
        grants=made,
        refusals=_refusals(refused),
        refused_asked=4_000_000 if refused > FEWEST else None,
        breakdowns=_breakdowns(made) if large else (),
        days=Days(grants, 4, 12, 25 if large else None, 31, max(grants - 2, 0), 2, 15)
        if grants > 2
        else Days(),
        course=_course(money),
        initiatives=len(mine),
        initiatives_granted=sum(one.granted for one in mine),
        member_units=len(units),
        member_units_granted=sum(one.granted for one in units),
        recusal_cases=2,
        recusals=3,
        outside_meeting={"mail": sum(one.made_how == "mail" for one in made), "system": 1},
        imported=imported,
        deliverable=None
        if pool == "urban-life"
        else Deliverable(
            {"da": "Årets vidensarrangement", "en": "The year's knowledge event"},
            ("Viden om tryghed",),
            (),
        ),
        carried_over=0,
        goes_back=money.free,
        before=Before(
            2023,
            Money(
                13_127_700,
                5_000_000,
                8_000_000,
                12_345,
                7_987_655,
                8_000_000,
                0,
                7_987_655,
                140_045,
                appropriated=13_127_700,
            ),
            Counts(11, 5, 3, 0, 2, 0, 1),
        ),
        labels={"focus_area": AREAS, "result": RESULTS},
    )
    return replace(year, **changed)


def _refusals(count: int) -> tuple[Refusals, ...]:
    if not count:
        return ()
    first = Refusals(
        "outside-area",
        {"da": "Uden for området", "en": "Outside the area"},
        count - 1,
        4_000_000 if count > FEWEST else None,
        0,
    )
    other = Refusals(None, {"da": "Anden begrundelse", "en": "Other reasons"}, 1, None, 1)
    return (first, other) if count > 1 else (other,)


def _breakdowns(made: tuple[Grant, ...]) -> tuple[Breakdown, ...]:
    def group(key: str | None, label: Text, of: list[Grant], *, rest: bool = False) -> Group:
        return Group(
            key,
            label,
            len(of) + 1,
            len(of),
            sum(one.asked or 0 for one in of),
            sum(one.asked is None for one in of),
            sum(one.granted for one in of),
            sum(one.disposed for one in of),
            rest,
        )

    by_area = [group(k, v, [one for one in made if one.focus_area == k]) for k, v in AREAS.items()]
    by_area.append(group(None, {}, [one for one in made if one.focus_area is None]))
    by_result = [group(k, v, [g for g in made if k in g.results]) for k, v in RESULTS.items()]
    months = sorted({f"{one.decided_on:%Y-%m}" for one in made})
    by_month = [group(m, {}, [g for g in made if f"{g.decided_on:%Y-%m}" == m]) for m in months]
    return (
        Breakdown("focus_area", tuple(by_area)),
        Breakdown("result", tuple(by_result), several=True),
        Breakdown("month", tuple(by_month)),
    )


def _course(money: Money) -> tuple[Month, ...]:
    def part(amount: int, n: int) -> int:
        return amount * n // 12

    return tuple(
        Month(
            f"2024-{n:02}",
            money.budget,
            part(money.disposed, n),
            part(money.out, n),
            money.budget - money.earmarked - part(money.disposed, n),
        )
        for n in range(1, 13)
    )


def make_summary(
    grants: int = 12,
    *,
    several: bool = False,
    edition: str = "provisional",
    axis: str = "recorded",
    **changed: Any,
) -> Summary:
    """One pool's year, or with ``several`` two pools'. ``changed`` goes to the first pool."""
    pools = [make_pool(grants, **changed)]
    if several:
        name = {"da": "Videnspuljen", "en": "The knowledge pool"}
        pools.append(make_pool(min(grants, 3), pool="knowledge", name=name, refused=0))
    request = Request.make(
        tuple(one.pool for one in pools),
        2024,
        edition,  # type: ignore[arg-type]
        now=MOMENT,
        as_of=date(2024, 12, 15),
        axis=axis,  # type: ignore[arg-type]
    )
    heads = (
        ChainHead("ledger:urban-life", 412, "ab" * 32),
        ChainHead("journal", 2_345, "cd" * 32),
    )
    return Summary(request, tuple(pools), heads)


OWN = "Beboerne stod selv for festerne.\n\nNæste år gør vi mere for de unge."


def make_paper(summary: Summary, lang: str = "da", *, own_words: str = OWN, **how: Any) -> Paper:
    """``summary`` told in ``lang``."""
    figures = fingerprint(summary)
    return tell(summary, words(lang), own_words=own_words, sha256=figures, **how)


def amounts(summary: Summary) -> set[int]:
    """Every amount that is on paper and page: all but nothing, which is often left out."""
    found: set[int] = set()
    for one in summary.pools:
        found |= set(asdict(one.money).values()) | {one.carried_over, one.goes_back}
        found |= {one.initiatives_granted, one.member_units_granted}
        found |= {reason.asked or 0 for reason in one.refusals}
        if one.before:
            found |= set(asdict(one.before.money).values())
        for grant in one.grants:
            found |= {grant.granted, grant.returned, grant.paid, grant.held, grant.asked or 0}
        if not summary.small:
            found |= {one.asked_granted, one.granted_of_known}
            for breakdown in one.breakdowns:
                for group in breakdown.groups:
                    found |= {group.granted, group.disposed, group.asked}
            for month in one.course:
                found |= {month.budget, month.disposed, month.paid, month.free}
    return found - {0}
