"""An earlier moment, the year's course, one transfer, and the plan, as their readers see them."""

from __future__ import annotations

import re
from datetime import date

import pytest

import pool.ledger as ledger
from pool.cases import recusal
from pool.db import Database
from pool.identity.actor import SYSTEM
from pool.models.ledger import Transfer
from pool.models.plan import PlanMove
from pool.plan import load, open_year
from tests.support import district
from tests.support.client import Page, words_of
from tests.support.house import World, make_world
from tests.web.conftest import Clock, MakeColleague
from tests.web.test_steering import counted, figures, grant, played

BOTH = pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
HERE = "/styring/urban-life/2026"
BEFORE = "?day=04.03.2026&axis=recorded"


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


def transfers(database: Database, book: str = "urban-life") -> list[Transfer]:
    with database.read() as session:
        found, n = [], 1
        while True:
            try:
                found.append(ledger.transfer_of(session, book, n))
            except ledger.UnknownTransfer:
                session.expunge_all()
                return found
            n += 1


def later(world: World, clock: Clock, **parts: float) -> None:
    world.now = clock.advance(**parts)


# -- as of


@BOTH
def test_a_past_day_is_what_was_said_that_day(
    world: World, clock: Clock, colleague: MakeColleague
) -> None:
    played(world)
    _, client = colleague("steering")
    then = {label: amount for label, (amount, _) in figures(client.look(HERE)).items()}
    later(world, clock, days=20)
    grant(world, title="Senere", amount="4.000")
    page = client.look(HERE + BEFORE)
    shown = figures(page)
    assert {label: amount for label, (amount, _) in shown.items()} == then
    assert figures(client.look(HERE))["Bevilget"][0] == "20.500 kr."
    assert "Pr. 4. marts 2026" in page.text
    assert "tidligere tidspunkt" in page.text
    assert page.link("Tilbage til, hvordan det er nu") == HERE
    for label, (amount, address) in shown.items():
        assert "day=04.03.2026" in address
        behind = client.look(address)
        assert behind.heading == f"{label}: {amount}"
        assert "tidligere tidspunkt" in behind.text
        assert "Senere" not in behind.text


def test_what_is_about_an_earlier_day_counts_on_its_own_axis(
    world: World, clock: Clock, colleague: MakeColleague
) -> None:
    told = grant(world, title="Gadefest")
    later(world, clock, days=30)
    world.do(told, "ole", "pay", reference="B-1", paid_on="2026-03-10")
    _, client = colleague("finance")
    recorded = figures(client.look(f"{HERE}?day=10.03.2026&axis=recorded"))
    effective = figures(client.look(f"{HERE}?day=10.03.2026&axis=effective"))
    assert (recorded["Udbetalt"][0], effective["Udbetalt"][0]) == ("0 kr.", "9.500 kr.")
    assert figures(client.look(f"{HERE}?day=09.03.2026&axis=effective"))["Udbetalt"][0] == "0 kr."


@pytest.mark.parametrize(
    ("typed", "said"),
    [("31.02.2026", "findes ikke"), ("i går", "dag"), ("05.03.2026", "ikke kommet endnu")],
)
def test_a_day_that_cannot_be_looked_at(
    world: World, colleague: MakeColleague, typed: str, said: str
) -> None:
    grant(world)
    _, client = colleague("steering")
    page = client.look(f"{HERE}?day={typed}&axis=effective")
    assert said.casefold() in " ".join(page.errors).casefold()
    assert page.field("day") == typed
    assert figures(page)["Bevilget"][0] == "9.500 kr.", "the present is shown"


def test_before_there_was_anything(world: World, clock: Clock, colleague: MakeColleague) -> None:
    _, client = colleague("steering")
    page = client.look(f"{HERE}?day=01.02.2026&axis=recorded")
    assert "Året var ikke i bøgerne dengang." in page.text
    assert {amount for amount, _ in figures(page).values()} == {"0 kr."}
    assert client.get("/styring/urban-life/2019?day=01.02.2026").status_code == 404
    assert client.get("/styring/urban-life/2019/status.pdf").status_code == 404


def test_an_undisclosed_decision_is_not_seen_by_looking_back(
    database: Database, clock: Clock, colleague: MakeColleague
) -> None:
    world = district.make_district(database, clock())
    here = f"/styring/{district.POOL}/2026"
    case_id = district.apply(world)
    district.to_decided(world, case_id)
    later(world, clock, days=3)
    world.do(case_id, "sofie", "announce-grant")
    _, client = colleague("secretariat")
    for axis in ("recorded", "effective"):
        past = figures(client.look(f"{here}?day=05.03.2026&axis={axis}"))
        now = figures(client.look(f"{here}?day=07.03.2026&axis={axis}"))
        assert now["Bevilget"][0] != "0 kr."
        assert (past["Bevilget"][0] == "0 kr.") == (axis == "recorded")


@BOTH
def test_however_many_transfers_it_asks_as_often(
    world: World, colleague: MakeColleague, database: Database
) -> None:
    _, client = colleague("auditor")
    paths = (
        HERE + BEFORE,
        f"{HERE}/free{BEFORE}",
        f"{HERE}/status.pdf",
        "/styring/?day=04.03.2026",
        "/styring/urban-life/transaktion/2",
    )

    def asked() -> list[int]:
        found = []
        for path in paths:
            with counted(database) as statements:
                assert client.get(path).status_code == 200
            found.append(len(statements))
        return found

    grant(world, amount="1.000")
    few = asked()
    for _ in range(12):
        grant(world, amount="1.000")
    assert asked() == few


# -- all pools and the plan


def test_all_pools_with_sums(world: World, colleague: MakeColleague) -> None:
    grant(world)
    _, client = colleague("steering")
    page = client.look("/styring/")
    table = page.all("table")[0]
    rows = {
        words_of(row.find("th")): [words_of(one) for one in row.findall("td")]
        for row in table.iter("tr")
        if row.find("td") is not None
    }
    budgets = [row[0] for name, row in rows.items() if name != "I alt"]
    assert rows["I alt"][0] == money(sum(map(ore, budgets)))
    assert rows["I alt"][2] == "9.500 kr."
    past = client.look("/styring/?year=2026&day=03.03.2026&axis=recorded")
    assert "Pr. 3. marts 2026" in past.text
    assert "9.500 kr." not in words_of(past.all("table")[0])


def ore(shown: str) -> int:
    return int(re.sub(r"[^\d−]", "", shown.replace("kr.", "")).replace("−", "-")) * 100


def money(amount: int) -> str:
    return f"{amount // 100:,}".replace(",", ".") + " kr."


PLAN = (
    b"no,activity,focus_areas,y2026,note\n"
    b"1,Haven,byliv,1000,\n2,Stien,byliv,500,\n3,Byliv,byliv,96000,\n"
)
BESIDE = b"""
source = "Planen"
[sums]
2026 = "97.500"
[pools]
"3" = "urban-life"
"""


def test_the_plan_in_the_same_words(
    world: World, clock: Clock, colleague: MakeColleague, database: Database
) -> None:
    load(world.house, PLAN, pools_beside(), actor=SYSTEM, now=world.now)
    grant(world)
    _, client = colleague("steering")
    page = client.look("/styring/plan/2026/status")
    assert shown_line(page, "3. Byliv")[-3:] == ["9.500 kr.", "0 kr.", "86.500 kr."]
    assert shown_line(page, "1. Haven") == ["1.000 kr.", "–", "1.000 kr.", "–", "–", "–"]
    assert shown_line(page, "Summen")[0] == "97.500 kr."
    later(world, clock, days=10)
    move = PlanMove(
        year=2026, edition=1, from_line=1, to_line=2, amount=30_000, decided_on=date(2026, 3, 12),
        decided_by="ØKF", steering="Hørt", reason="x", command_id="m",
        recorded_at=world.now, recorded_by="ØKF",
    )  # fmt: skip
    database.write(lambda session: session.add(move))
    page = client.look("/styring/plan/2026/status")
    assert shown_line(page, "1. Haven")[:3] == ["1.000 kr.", "−300 kr.", "700 kr."]
    assert shown_line(page, "2. Stien")[:3] == ["500 kr.", "300 kr.", "800 kr."]
    past = client.look("/styring/plan/2026/status?day=11.03.2026&axis=effective")
    assert shown_line(past, "1. Haven")[:3] == ["1.000 kr.", "–", "1.000 kr."]
    before = client.look("/styring/plan/2026/status?day=01.03.2026&axis=recorded")
    assert "ikke lagt ind dengang" in before.text
    assert client.get("/styring/plan/2019/status").status_code == 404
    _, half = colleague("steering", pool="knowledge", name="Kun Viden")
    assert shown_line(half.look("/styring/plan/2026/status"), "3. Byliv")[-3:] == ["–"] * 3


def pools_beside() -> bytes:
    return BESIDE


def shown_line(page: Page, name: str) -> list[str]:
    for row in page.all("tr"):
        if row.find("th") is not None and words_of(row.find("th")) == name:
            return [words_of(one) for one in row.findall("td")]
    raise AssertionError(f"no line {name!r} in {page.text}")


# -- one transfer


def test_a_transfer_leads_to_case_decision_person_and_letter(
    world: World, colleague: MakeColleague, database: Database
) -> None:
    cases = played(world)
    number = world.case(cases["told"]).number
    rows = {one.kind: one for one in transfers(database) if one.case_id == cases["told"]}
    _, client = colleague("secretariat")
    page = client.look(f"/styring/urban-life/transaktion/{rows['hold'].n}")
    assert page.heading == f"Postering nr. {rows['hold'].n}: 9.500 kr."
    for said in (
        "Bevilget", "Rest til disposition", "Bevilget, ikke udbetalt endnu", "04.03.2026",
        "4. marts 2026 kl. 11.15", "Karim", "formand", rows["hold"].hash, rows["hold"].prev_hash,
    ):  # fmt: skip
        assert said.casefold() in page.text.casefold(), said
    assert page.link("Gadefest").endswith(number)
    assert page.link("9.500 kr. bevilget").endswith("#decision")
    letter = client.get(page.link("(PDF)"))
    assert letter.data.startswith(b"%PDF")
    back = client.look(f"/styring/urban-life/transaktion/{rows['return'].n}")
    assert f"Det er tilbageløb af: nr. {rows['post'].n}, Udbetalt" in back.text
    assert client.look(back.link(f"nr. {rows['post'].n}")).text.count("Heraf kom tilbage") == 1
    assert f"nr. {rows['return'].n}" in client.look(
        f"/styring/urban-life/transaktion/{rows['post'].n}"
    ).text  # fmt: skip


def test_a_transfer_is_opened_from_its_figure(world: World, colleague: MakeColleague) -> None:
    grant(world)
    _, client = colleague("steering")
    page = client.look(client.look(f"{HERE}/granted").link("nr. "))
    assert page.heading.startswith("Postering nr.")
    opened = client.look("/styring/urban-life/transaktion/1")
    assert "Der, hvor puljens penge kommer fra" in opened.text
    assert client.get("/styring/urban-life/transaktion/99").status_code == 404
    assert client.get("/styring/findes-ikke/transaktion/1").status_code == 404


def test_what_was_reversed_and_by_what(
    world: World, colleague: MakeColleague, database: Database
) -> None:
    told = grant(world)
    hold = transfers(database)[-1]
    database.write(
        lambda s: ledger.reverse(
            s, transfer_id=hold.id or 0, command_id="r", actor="person:1", now=world.now
        )
    )
    _, client = colleague("auditor")
    page = client.look(f"/styring/urban-life/transaktion/{hold.n + 1}")
    assert f"Den tager tilbage: nr. {hold.n}, Bevilget" in page.text
    assert page.link("Gadefest ved hjørnet").endswith(world.case(told).number)
    assert f"Taget tilbage af: nr. {hold.n + 1}" in client.look(page.link(f"nr. {hold.n},")).text


def test_the_command_s_other_lines(world: World, colleague: MakeColleague) -> None:
    """A carry-over is one command in two years of one book."""
    open_year(
        world.house, pool="urban-life", year=2027, budget=100_000, source="test",
        command_id="next", actor=SYSTEM, now=world.now,
    )  # fmt: skip

    def move(session: object) -> None:
        how = {"command_id": "carry", "actor": "system", "now": world.now}
        old = ledger.get_year(session, "urban-life", 2026).id or 0  # type: ignore[arg-type]
        new = ledger.get_year(session, "urban-life", 2027).id or 0  # type: ignore[arg-type]
        ledger.relinquish(session, year_id=old, amount=7_00, **how)  # type: ignore[arg-type]
        ledger.appropriate(session, year_id=new, amount=7_00, line=2, **how)  # type: ignore[arg-type]

    world.database.write(move)
    _, client = colleague("finance")
    page = client.look("/styring/urban-life/transaktion/3")
    assert "Budget taget tilbage" in page.text
    assert client.look(page.link("Budget givet til puljen")).heading == "Postering nr. 4: 7 kr."


def test_who_stays_out_gets_the_amount_alone(
    world: World, colleague: MakeColleague, database: Database
) -> None:
    told = grant(world, title="Gadefest")
    n = len(transfers(database))
    person, client = colleague("member")
    path = f"/styring/urban-life/transaktion/{n}"
    assert "Gadefest" in client.look(path).text
    recusal.settle(
        world.house, world.new_id(), told, person.id or 0, "Nabo",
        world.actor("karim"), world.now,
    )  # fmt: skip
    page = client.look(path)
    assert "holder dig ude af" in page.text
    assert "9.500 kr." in page.text
    assert "Gadefest" not in page.text
    assert world.case(told).number not in page.text
    assert "(PDF)" not in page.text


def test_what_is_not_announced_is_not_found(
    database: Database, clock: Clock, colleague: MakeColleague
) -> None:
    world = district.make_district(database, clock())
    case_id = district.apply(world)
    district.to_decided(world, case_id)
    n = transfers(database, district.POOL)[-1].n
    path = f"/styring/{district.POOL}/transaktion/{n}"
    _, inside = colleague("secretariat")
    assert "Ikke meddelt endnu" in inside.look(path).text
    for role in ("steering", "communications", "finance"):
        _, client = colleague(role)
        assert client.get(path).status_code == 404, role


def test_an_applicant_is_never_named_in_a_transfer(
    world: World, colleague: MakeColleague, database: Database
) -> None:
    played(world)
    last = len(transfers(database))
    for role in ("secretariat", "steering"):
        _, client = colleague(role)
        for n in range(1, last + 1):
            text = client.look(f"/styring/urban-life/transaktion/{n}").text
            assert "Lene" not in text
            assert "Bruun" not in text
    _, other = colleague("steering", pool="knowledge", name="Kun Viden")
    assert other.get("/styring/urban-life/transaktion/1").status_code == 403
