"""Who stays out of a case does not read it in a summary: signed in, or by the link."""

from __future__ import annotations

import pytest
from sqlmodel import select

import pool.identity as identity
from pool.models.case import Recusal
from pool.models.summary import SummaryEdition
from tests.support.client import HostileClient
from tests.support.house import World
from tests.web.conftest import MakeColleague
from tests.web.test_summaries import LIST, ask, files, look, make, submitted, world
from tests.web.test_summaries_door import sent, settings

__all__ = ["settings", "world"]  # the fixtures


def test_who_stays_out_of_a_case_does_not_read_it_in_a_summary(
    world: World, colleague: MakeColleague, monkeypatch: pytest.MonkeyPatch
) -> None:
    theirs = world.apply(title="Søsterens kor", amount="7.000", contact_name="Søs Kor")
    world.do(theirs, "karim", "grant")
    number = submitted(world)
    files(world, number, monkeypatch, "csv")
    ask(world, number, question="Hvad fik Søsterens  kor?")
    person, client = colleague("member", name="Bror Medlem")
    before = client.look(f"{LIST}{number}")
    assert "Søsterens kor" in before.text
    assert client.get(f"{LIST}{number}/fil/da/csv").status_code == 200

    recuse(world, theirs, person.id or 0)
    page = client.look(f"{LIST}{number}")
    assert "Hvad fik En sag, du holder dig ude af?" in page.text
    assert "sterens" not in page.html
    assert world.case(theirs).number not in page.html
    assert "En sag, du holder dig ude af" in page.text
    assert "()" not in page.text
    assert "Gadefest" in page.text
    assert "16.500" in page.text, "the sums are as they were"
    assert "Filerne nævner en sag, du holder dig ude af" in page.text
    assert "sterens" not in client.look(f"{LIST}{number}?lang=en").html
    client.look(f"{LIST}{number}?lang=da")
    refused = client.look(f"{LIST}{number}/fil/da/csv", status=403)
    assert "Filerne nævner en sag" in refused.text
    assert "/fil/" not in page.html


def test_who_works_on_it_and_stays_out_sees_no_case_in_the_preview(
    world: World, colleague: MakeColleague
) -> None:
    theirs = world.apply(title="Søsterens kor", amount="7.000")
    world.do(theirs, "karim", "grant")
    number = make(world)
    person, client = colleague("chair", name="Fru Formand")
    recuse(world, theirs, person.id or 0)
    form = client.look(f"{LIST}{number}/ord")
    seen = client.submit(form, {"danish": "Godt år."}, button="Se")
    assert "sterens" not in seen.text
    assert "En sag, du holder dig ude af" in seen.text


def recuse(world: World, case_id: int, person_id: int) -> None:
    row = Recusal(case_id=case_id, person_id=person_id, ground="familie", declared_at=world.now)
    world.database.write(lambda session: session.add(row))


def test_who_comes_by_the_link_and_stays_out_reads_no_such_case(
    world: World, client: HostileClient
) -> None:
    theirs = world.apply(title="Søsterens kor", amount="7.000")
    world.do(theirs, "karim", "grant")
    number, paths = sent(world)
    anne = world.database.write(
        lambda session: (
            identity.add_person(
                session, email="anne@kk.example", name="Anne Borg", now=world.now
            ).id
        )
    )
    assert "Søsterens kor" in client.look(paths["Birgit"]).text
    for name, person_id in (("Birgit", world.people["birgit"]), ("Anne Borg", anne)):
        recuse(world, theirs, person_id or 0)
        page = client.look(paths[name])
        assert "sterens" not in page.html, name
        assert "En sag, du holder dig ude af" in page.text
        assert "sterens" not in client.look(f"{paths[name]}/spoerg").html
        for form in ("pdf", "csv"):
            refused = client.look(f"{paths[name]}/fil/da/{form}", status=403)
            assert "Filerne nævner en sag, du holder dig ude af" in refused.text
    with world.database.read() as session:
        stored = session.exec(select(SummaryEdition)).one()
    assert "Søsterens kor" in stored.figures, "what is kept does not change"
    assert look(world, number).sha256 == stored.sha256
