"""Bringing cases in from a spreadsheet, as the secretariat does it in the browser."""

from __future__ import annotations

import csv
import io
from importlib.resources import files

import pytest
import xlsxwriter
from sqlmodel import col, func, select, update

import pool.identity as identity
from pool.cases import recusal
from pool.db import Database
from pool.imports import runs as engine
from pool.models.case import Case
from pool.models.schedule import Job
from pool.web.imports.run import PAGE
from tests.support.client import HostileClient, Page, words_of
from tests.support.house import World, make_world
from tests.web.conftest import Clock, MakeColleague

HEAD = "møde,projekt,ansøger,ansøgertype,søgt,bevilget,afgørelse,begrundelse"
GOOD = "2026-01,Gadefest,Naboerne,forening,6000,5000,bevilget,Resten er udstyr."
REFUSED = "2026-01-20,Koncert,privatperson,privatperson,,,afslag,Ikke åben for alle."
BAD = "2026-01,Uden grund,Naboerne,forening,,,afslag,"
NEIGHBOURS = (files("pool.demo") / "data" / "neighbour-pool-2017.csv").read_bytes()


@pytest.fixture
def world(database: Database, clock: Clock) -> World:
    return make_world(database, clock())


@pytest.fixture
def client(world: World, colleague: MakeColleague) -> HostileClient:
    return colleague("secretariat")[1]


def table(*lines: str) -> bytes:
    return "\n".join((HEAD, *lines)).encode()


def hand_in(client: HostileClient, body: bytes, name: str = "sager.csv", **typed: str) -> Page:
    """The page after a file was handed in."""
    given = {"pool": "urban-life", "year": "2026", "budget": "", "source": "Referater"} | typed
    answer = client.submit(
        client.look("/indlaes/"), {**given, "file": (io.BytesIO(body), name)}, button="Prøv filen"
    )
    return client.follow(answer) if answer.status_code == 303 else client.page(answer)


def tried(client: HostileClient, body: bytes, **typed: str) -> Page:
    """The dry run of a file whose columns are told by their headings."""
    page = hand_in(client, body, **typed)
    return client.follow(client.submit(page, button="Prøv"))


def brought_in(client: HostileClient, world: World, page: Page) -> Page:
    """The result, after the worker has been."""
    progress = client.follow(client.submit(page, button="Indlæs"))
    assert progress.heading == "Sagerne bliver indlæst"
    run_id = int(progress.url.rpartition("/")[2])
    while not engine.work(world.house, {"run": run_id}, world.now):
        pass
    return client.look(progress.url)


def figures(page: Page) -> dict[str, str]:
    found = {}
    for one in page.all("div"):
        term, value = one.find("dt"), one.find("dd/bdi")
        if term is not None and value is not None:
            found[words_of(term)] = words_of(value)
    return found


def cases(world: World) -> int:
    with world.house.database.read() as session:
        return session.exec(select(func.count()).select_from(Case)).one()


def test_a_pools_year_from_its_spreadsheet(world: World, client: HostileClient) -> None:
    page = hand_in(
        client, NEIGHBOURS, "naboer.csv", pool="bydelspulje", year="2017", budget="1.700.000"
    )
    assert page.heading == "Hvad er kolonnerne?"
    assert page.field("column0") == "meeting"
    assert "Fastelavn på Brønshøj Torv" in page.text
    dry = client.follow(client.submit(page, button="Prøv"))
    assert figures(dry) == {
        "Sager, der kan indlæses": "38",
        "Linjer, der ikke kan": "0",
        "Bevilget": "704.700 kr.",
        "Tilbage i puljen 2017": "995.300 kr.",
    }
    assert "Året 2017 bliver åbnet med 1.700.000 kr." in dry.text
    assert cases(world) == 0
    done = brought_in(client, world, dry)
    assert done.heading == "38 sager er indlæst"
    assert figures(done)["Bevilget"] == "704.700 kr."
    case = client.look(done.link("Bog om fremtidens folkebibliotek"))
    assert "Fra “Referater”, linje 12." in case.text
    assert "Ikke tilstrækkelig bydelsrelateret" in case.text
    again = tried(client, NEIGHBOURS, pool="bydelspulje", year="2017")
    assert figures(again)["Var der i forvejen"] == "38"
    assert not [one for one in again.all("button") if words_of(one).startswith("Indlæs 3")]
    assert cases(world) == 38


def test_the_original_file_can_be_had_again(client: HostileClient) -> None:
    body = table(GOOD)
    page = tried(client, body)
    answer = client.get(page.link("Den oprindelige fil"))
    assert answer.get_data() == body
    assert 'filename="sager.csv"' in answer.headers["Content-Disposition"]


def test_good_lines_stand_and_bad_ones_say_why(world: World, client: HostileClient) -> None:
    done = brought_in(client, world, tried(client, table(GOOD, BAD, REFUSED)))
    assert done.heading == "2 sager er indlæst"
    assert "1 linje kan ikke indlæses" in done.text
    assert "Begrundelsen mangler." in done.text
    answer = client.get(done.link("Hent problemerne"))
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Linje", "Kolonne", "Hvad der står", "Hvorfor ikke"]
    assert rows[1][:3] == ["3", "begrundelse", "–"]
    assert len(rows) == 2


def test_what_a_file_says_is_no_formula_in_ours(client: HostileClient) -> None:
    page = tried(client, table("2026-01,Fest,Naboerne,=1+1,,100,bevilget,"))
    body = client.get(page.link("Hent problemerne")).get_data().decode("utf-8-sig")
    assert ";'=1+1;" in body
    assert ";=1+1" not in body


def test_a_changed_amount_is_a_conflict_and_changes_nothing(
    world: World, client: HostileClient
) -> None:
    brought_in(client, world, tried(client, table(GOOD)))
    page = tried(client, table(GOOD.replace(",5000,", ",4000,"), REFUSED))
    assert "1 linje siger noget andet end den sag, der blev indlæst før." in page.text
    assert "5.000 kr." in page.text
    assert "4.000 kr." in page.text
    brought_in(client, world, page)
    with world.house.database.read() as session:
        granted = session.exec(select(Case.granted).order_by(col(Case.id))).all()
    assert list(granted) == [500_000, 0]


def test_what_was_typed_is_kept(client: HostileClient) -> None:
    page = hand_in(client, table(GOOD), year="sytten", budget="10.00", source="Avisen")
    assert page.errors == [
        "Fil: Vælg filen igen",
        "Budgetår: Skriv det år, pengene hører til, for eksempel 2017",
        "Årets budget: Skriv et beløb i kroner, for eksempel 8.500.",
    ]
    assert [page.field(name) for name in ("year", "budget", "source")] == [
        "sytten",
        "10.00",
        "Avisen",
    ]
    answer = client.submit(client.look("/indlaes/"), {"year": "2026"}, button="Prøv filen")
    assert answer.status_code == 422
    errors = client.page(answer).errors
    assert "Fil: Vælg en fil" in errors
    assert any("hvor oplysningerne kommer fra" in one for one in errors)


@pytest.mark.parametrize(
    ("body", "typed", "said"),
    [
        (b"", {}, "Filen er tom."),
        (b"%PDF-1.4\n\x00\x01", {}, "vi tager imod XLSX, ODS og CSV"),
        (table(GOOD), {"year": "2019"}, "2019"),
    ],
)
def test_a_file_that_is_not_taken(
    client: HostileClient, world: World, body: bytes, typed: dict[str, str], said: str
) -> None:
    page = hand_in(client, body, **typed)
    assert page.heading == "Indlæs sager"
    assert any(said in one for one in page.errors), page.errors
    with world.house.database.read() as session:
        assert engine.runs(session, "urban-life") == []


def test_pressing_twice_does_it_once(world: World, client: HostileClient) -> None:
    first, second = (hand_in(client, table(GOOD)) for _ in range(2))
    assert first.url == second.url
    dry = client.follow(client.submit(first, button="Prøv"))
    for _ in range(2):
        assert client.submit(dry, button="Indlæs").status_code == 303
    with world.house.database.read() as session:
        jobs = session.exec(select(Job).where(col(Job.kind) == engine.ERRAND)).all()
    assert len(jobs) == 1


def test_columns_are_chosen_by_hand(client: HostileClient) -> None:
    body = b"a,b,c,d,e,f,g\n" + GOOD.replace("6000,", "").encode()
    page = hand_in(client, body)
    assert page.heading == "Hvad er kolonnerne?"
    wrong = client.submit(page, {"column0": "title", "column1": "title"}, button="Prøv")
    assert wrong.status_code == 422
    assert client.page(wrong).errors[0].startswith("b: Det er allerede kolonnen “a”")
    assert client.page(wrong).field("column0") == "title"
    keys = ("meeting", "title", "applicant", "applicant_type", "granted", "decision", "reason")
    chosen = {f"column{place}": key for place, key in enumerate(keys)}
    lacking = client.page(client.submit(page, {**chosen, "column5": ""}, button="Prøv"))
    assert lacking.errors == ["Vælg, hvilke kolonner det er: Afgørelse"]
    dry = client.follow(client.submit(page, chosen, button="Prøv"))
    assert figures(dry)["Sager, der kan indlæses"] == "1"


def test_without_its_columns_the_way_leads_to_them(client: HostileClient) -> None:
    page = hand_in(client, b"a,b\n1,2\n")
    run = page.url.removesuffix("/kolonner")
    answer = client.get(run)
    assert answer.headers["Location"] == page.url


def test_another_sheet_of_a_workbook(client: HostileClient) -> None:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    for name, lines in (("Andet", (HEAD, BAD)), ("Sager", (HEAD, GOOD))):
        sheet = book.add_worksheet(name)
        for place, line in enumerate(lines):
            sheet.write_row(place, 0, line.split(","))
    book.close()
    page = hand_in(client, file.getvalue(), "sager.xlsx")
    assert "Uden grund" in page.text
    page = client.follow(client.submit(page, {"sheet": "Sager"}, button="Vis dette ark"))
    assert "Gadefest" in page.text
    dry = client.follow(client.submit(page, button="Prøv"))
    assert figures(dry)["Sager, der kan indlæses"] == "1"


def test_dropped(world: World, client: HostileClient) -> None:
    page = tried(client, table(GOOD))
    back = client.follow(client.submit(page, button="Indlæs den ikke"))
    assert "Ikke indlæst" in back.text
    assert client.get(f"{page.url}/fil").status_code == 404
    assert "erase" not in back.text
    assert "slettet" in client.look(page.url).text
    assert cases(world) == 0
    late = client.submit(page, button="Indlæs 1")
    assert late.status_code == 422


def test_many_lines_are_paged(client: HostileClient) -> None:
    lines = [
        GOOD.replace("Gadefest", f"Nr. {n} fest").replace("5000", "10") for n in range(PAGE + 2)
    ]
    page = tried(client, table(*lines))
    assert f"{PAGE + 2} sager, der kan indlæses" in page.text
    assert "Nr. 1 fest" in page.text
    second = client.look(page.link("2"))
    assert f"Nr. {PAGE + 1} fest" in second.text
    assert "Nr. 1 fest" not in second.text


def test_in_ones_own_pools_only(
    world: World, client: HostileClient, colleague: MakeColleague
) -> None:
    page = tried(client, table(GOOD))
    _, other = colleague("secretariat", pool="knowledge", name="Kim Anden")
    assert other.get(page.url).status_code == 404
    assert other.get(f"{page.url}/fil").status_code == 404
    start = other.look("/indlaes/")
    assert "sager.csv" not in start.text
    forged = other.submit(
        start,
        {
            "pool": "urban-life", "year": "2026", "source": "x",
            "file": (io.BytesIO(table(GOOD)), "x.csv"),
        },
        button="Prøv filen",
    )  # fmt: skip
    assert forged.status_code == 422


def test_the_way_in_is_for_who_may(world: World, colleague: MakeColleague) -> None:
    for role, page, there in (
        ("secretariat", "/sager/", True),
        ("secretariat", "/opgaver", True),
        ("finance", "/sager/", False),
        ("member", "/sager/", False),
        ("admin", "/drift", False),
    ):
        _, client = colleague(role, name=f"Kim {role}{page.strip('/')}")
        assert ("Indlæs sager fra et regneark" in client.look(page).text) is there, role


@pytest.mark.parametrize("role", ["finance", "admin", "chair"])
def test_only_the_secretariat_sees_what_an_import_shows(
    client: HostileClient, colleague: MakeColleague, role: str
) -> None:
    url = tried(client, table(GOOD)).url
    _, other = colleague(role)
    for address in ("/indlaes/", url, f"{url}/kolonner", f"{url}/fil", f"{url}/problemer.csv"):
        assert other.get(address).status_code == 403


def test_a_case_one_stays_out_of_is_a_line_and_no_more(
    world: World, client: HostileClient, colleague: MakeColleague
) -> None:
    first = brought_in(client, world, tried(client, table(GOOD, REFUSED)))
    again = tried(client, table(GOOD.replace(",5000,", ",4000,"), REFUSED))
    person, out = colleague("secretariat", name="Kim Søster")
    with world.house.database.read() as session:
        case = session.exec(select(Case).where(Case.title == "Gadefest")).one()
        actor = identity.actor(session, person, "urban-life")
    assert case.id is not None
    recusal.declare(world.house, case.id, "Min søster", actor, world.now)
    said = "En sag, du holder dig ude af"
    for seen, state, secrets in (
        (first, "indlæst", ("Gadefest", "Naboerne", case.number)),
        (again, "afviger fra det, der er der", ("4.000\u00a0kr.", "bevilget", case.number)),
    ):
        page = out.look(seen.url)
        assert said in page.text
        assert state in page.text
        assert "Koncert" in out.look(first.url).text
        for secret in secrets:
            assert secret in client.look(seen.url).html
            assert secret not in page.html
        assert "Den oprindelige fil" not in page.text
        answer = out.get(f"{seen.url}/fil")
        assert answer.status_code == 403
        assert "du holder dig ude af" in out.page(answer).text
        assert client.get(f"{seen.url}/fil").status_code == 200
    body = out.get(f"{again.url}/problemer.csv").get_data().decode("utf-8-sig")
    assert body.splitlines()[1:] == [f"2;–;–;{said}: afviger fra det, der er der"]
    columns = out.look(f"{again.url}/kolonner").text
    assert "Koncert" in columns
    assert "Gadefest" not in columns
    assert "Den oprindelige fil" not in out.look("/indlaes/").text


def test_an_import_that_stands_still_says_so_and_goes_on(
    world: World, client: HostileClient, colleague: MakeColleague
) -> None:
    progress = client.follow(client.submit(tried(client, table(GOOD, BAD)), button="Indlæs"))
    world.house.database.write(
        lambda s: s.exec(update(Job).values(failed_at=world.now, last_error="no disk"))
    )
    _, other = colleague("secretariat", name="Kim Kollega")
    page = other.look(progress.url)
    assert page.heading == "Indlæsningen er gået i stå"
    assert "http-equiv" not in page.html
    assert "1 af 2 linjer er behandlet." in page.text
    assert other.follow(other.submit(page, button="Fortsæt")).heading == "Sagerne bliver indlæst"
    assert engine.work(world.house, {"run": int(page.url.rpartition("/")[2])}, world.now)
    done = other.look(page.url)
    assert done.heading == "1 sag er indlæst"
    assert "Begyndt af Kim Secretariat" in done.text.replace("Begyndt afKim", "Begyndt af Kim")


def test_how_long_a_file_is_kept_is_told(client: HostileClient) -> None:
    assert "bliver slettet efter 30 dage." in client.look("/indlaes/").text


def test_progress_asks_for_itself_where_there_are_no_scripts(
    world: World, client: HostileClient
) -> None:
    page = client.follow(client.submit(tried(client, table(GOOD, BAD)), button="Indlæs"))
    assert '<noscript><meta http-equiv="refresh"' in page.html
    assert "1 af 2 linjer er behandlet." in page.text
