"""The letter of a decision that is announced later: a draft to read and edit, sent once."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlmodel import col, select

from pool import journal
from pool.cases import announcing, announcing_drafts
from pool.cases.announcing_drafts import DraftLetter
from pool.cases.bulk_firing import Order, fire_each
from pool.cases.errors import Invalid, NotFound, Refused, Stale
from pool.cases.view import case_view
from pool.db import Database
from pool.identity.actor import applicant
from pool.models.case import Case
from pool.models.outbox import Message
from pool.outbox import MessageStateError
from pool.render.mail import body
from tests.support.district import POOL, apply, make_district, to_decided
from tests.support.house import RECORD, World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"])
"""On both engines: ``test_announcing_races`` and ``test_district``."""

OWN = "Kære Lene. Gruppen var glad for jeres idé."
GOODBYE = "Held og lykke med dagen."


@pytest.fixture
def world(database: Database, now: datetime) -> World:
    return make_district(database, now)


def messages(world: World, case_id: int) -> list[Message]:
    """The case's decision letters, oldest first."""
    with world.database.read() as session:
        found = session.exec(
            select(Message)
            .where(Message.case_id == case_id, col(Message.letter).is_not(None))
            .order_by(col(Message.id))
        ).all()
        session.expunge_all()
        return list(found)


def states(world: World, case_id: int) -> list[str]:
    return [one.state for one in messages(world, case_id)]


def draft(world: World, case_id: int) -> DraftLetter:
    with world.database.read() as session:
        case = session.get_one(Case, case_id)
        definition = world.house.definitions.version(session, POOL, case.definition_version)
        message = announcing_drafts.draft_of(session, case_id)
        assert message is not None
        found = announcing_drafts.letter_of(session, definition, case, message, world.now)
        assert found is not None
        session.expunge_all()
        return found


def edit(world: World, case_id: int, opening: str, closing: str = "", **how: str) -> None:
    announcing.edit(
        world.house,
        how.get("id", world.new_id()),
        case_id,
        draft(world, case_id).message.id or 0,
        {"opening": {"da": opening}, "closing": {"da": closing}},
        world.actor("sofie", POOL),
        world.now,
        seen=how.get("seen"),
    )


def letter(message: Message) -> str:
    return str(body(message.template, "da", {**message.data, "link": None}, folder="letters"))


def test_a_decision_makes_a_draft_and_its_announcement_sends_that_one(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    [made] = messages(world, case_id)
    assert (made.state, made.template, made.to_name) == ("draft", "decision-full", "Lene Bruun")
    edit(world, case_id, OWN, GOODBYE)
    world.do(case_id, "karim", "announce-grant")
    [sent] = messages(world, case_id)
    assert (sent.id, sent.state, sent.event) == (made.id, "queued", made.event)
    assert sent.date == world.now
    text = letter(sent)
    assert OWN in text
    assert text.index("klage") < text.index(GOODBYE)
    assert "besluttede" not in text.partition("<dl>")[0], "own words stand in its place"
    assert "Bevilget" in text


def test_what_the_law_demands_comes_from_the_decision_whatever_is_written(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id, "refuse")
    edit(world, case_id, "Nej tak.", "Hilsen")
    world.do(case_id, "sofie", "announce-refusal")
    [sent] = messages(world, case_id)
    text = letter(sent)
    assert "Vi kan ikke støtte din aktivitet" in text
    assert "Kriteriet om lokal forankring er ikke opfyldt." in text
    assert "Ankestyrelsen" in text


def test_an_edit_is_in_the_record_with_name_and_words(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    edit(world, case_id, OWN)
    with world.database.read() as session:
        [event] = [
            one
            for one in journal.read(session, f"case:{case_id}")
            if one.kind == "case.letter-edited"
        ]
    assert (event.actor_name, event.data["parts"]) == ("Sofie", ["opening"])
    assert event.personal == {"opening": OWN}
    assert world.case(case_id).state_version == 4, "no form of a colleague is stale for it"


def test_the_made_text_again_is_no_own_text(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    made = draft(world, case_id).made["da"]
    assert made.startswith("Bydelspuljen besluttede") or "besluttede" in made
    edit(world, case_id, OWN)
    assert draft(world, case_id).own == {"opening": {"da": OWN}}
    edit(world, case_id, "  " + made.replace(" ", "  ", 1))
    assert draft(world, case_id).own == {}


def test_in_another_language_both_are_written_or_neither(world: World) -> None:
    case_id = apply(world, lang="en")
    to_decided(world, case_id)
    found = draft(world, case_id)
    assert set(found.made) == {"en", "da"}
    assert found.made["en"] != found.made["da"]
    with pytest.raises(Invalid) as wrong:
        announcing.edit(
            world.house, "e", case_id, found.message.id or 0,
            {"opening": {"en": "Dear Lene."}, "closing": {"en": "Good luck."}},
            world.actor("sofie", POOL), world.now,
        )  # fmt: skip
    assert [(f.key, f.code) for f in wrong.value.faults] == [("closing-da", "required")]
    announcing.edit(
        world.house, "f", case_id, found.message.id or 0,
        {"opening": {"en": "Dear Lene."}}, world.actor("sofie", POOL), world.now,
    )  # fmt: skip
    assert draft(world, case_id).own["opening"] == {"en": "Dear Lene.", "da": found.made["da"]}


def test_two_editors_the_second_is_told(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    seen = draft(world, case_id).seen
    edit(world, case_id, OWN, seen=seen)
    with pytest.raises(announcing_drafts.Edited):
        edit(world, case_id, "Noget andet.", seen=seen)
    assert draft(world, case_id).own["opening"]["da"] == OWN


def test_a_repeated_edit_is_one(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    edit(world, case_id, OWN, id="once")
    edit(world, case_id, OWN, id="once")
    with world.database.read() as session:
        kinds = [one.kind for one in journal.read(session, f"case:{case_id}")]
    assert kinds.count("case.letter-edited") == 1


def test_too_much_is_refused_and_strangers_are_not_let_in(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    with pytest.raises(Invalid):
        edit(world, case_id, "x" * 3001)
    for name in ("jens", "ole", "birgit", "rune"):
        with pytest.raises(NotFound):
            announcing.edit(
                world.house, world.new_id(), case_id, draft(world, case_id).message.id or 0,
                {"opening": {"da": "Hej"}}, world.actor(name, POOL), world.now,
            )  # fmt: skip
    assert draft(world, case_id).own == {}


def test_a_discarded_draft_is_kept_and_a_made_one_takes_its_place(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    edit(world, case_id, OWN)
    old = draft(world, case_id)
    with pytest.raises(Invalid):
        announcing.discard(
            world.house, "no", case_id, old.message.id or 0, " ", world.actor("karim", POOL),
            world.now,
        )  # fmt: skip
    announcing.discard(
        world.house, "yes", case_id, old.message.id or 0, "For familiært", 
        world.actor("karim", POOL), world.now,
    )  # fmt: skip
    assert states(world, case_id) == ["discarded", "draft"]
    first, second = messages(world, case_id)
    assert (first.reason, first.decided_by) == ("For familiært", "Karim")
    assert first.data["opening"] == {"da": OWN}, "it stays as it was"
    assert "opening" not in second.data
    with pytest.raises(MessageStateError):
        announcing.edit(
            world.house, "late", case_id, first.id or 0, {"opening": {"da": "Hej"}},
            world.actor("sofie", POOL), world.now,
        )  # fmt: skip
    world.do(case_id, "sofie", "announce-grant")
    assert states(world, case_id) == ["discarded", "queued"]


def test_withdrawn_meanwhile_the_draft_is_superseded(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    world.do(case_id, "applicant", "withdraw", reason="Vi er flyttet")
    assert states(world, case_id) == ["superseded"]


def test_a_changed_decision_supersedes_its_draft(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    edit(world, case_id, OWN)
    world.do(case_id, "karim", "undo", reason="Beløbet var forkert")
    assert states(world, case_id) == ["superseded"]
    to_decided(world, case_id, "refuse")
    assert states(world, case_id) == ["superseded", "draft"]
    assert draft(world, case_id).own == {}
    world.do(case_id, "sofie", "announce-refusal")
    assert states(world, case_id) == ["superseded", "queued"]


def test_who_may_not_know_of_drafts_is_shown_none(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)
    world.do(case_id, "karim", "undo", reason="Beløbet var forkert")
    to_decided(world, case_id)
    world.do(case_id, "sofie", "announce-grant")
    with world.database.read() as session:
        seen = {
            name: [
                one.state
                for one in case_view(
                    session, world.house, case_id, world.actor(name, POOL), world.now
                ).messages
                if one.letter
            ]
            for name in ("sofie", "karim", "ole", "maja", "birgit")
        }
        mine = case_view(session, world.house, case_id, applicant("Lene"), world.now)
        assert [one.state for one in mine.messages if one.letter] == ["queued"]
    assert seen == {
        "sofie": ["superseded", "queued"],
        "karim": ["superseded", "queued"],
        **{name: ["queued"] for name in ("ole", "maja", "birgit")},
    }


def test_a_corrected_address_is_where_the_letter_goes(world: World) -> None:
    case_id = apply(world)
    to_decided(world, case_id)

    def moved(session: object) -> None:
        from pool.cases.letters import applicant_of

        case = session.get_one(Case, case_id)  # type: ignore[attr-defined]
        applicant_of(session, case).email = None  # type: ignore[arg-type]

    world.database.write(moved)
    world.do(case_id, "sofie", "announce-grant")
    [sent] = messages(world, case_id)
    assert (sent.state, sent.channel, sent.to_email) == ("waiting", "print", None)


# -- many at once


def waiting(world: World, name: str = "sofie") -> list[int]:
    with world.database.read() as session:
        found = announcing.waiting(session, world.house, POOL, world.actor(name, POOL))
        return [one.case.id or 0 for one in found]


def test_what_waits_and_for_whom(world: World) -> None:
    ids = [apply(world, title=f"Sag {n}") for n in range(3)]
    to_decided(world, ids[0])
    to_decided(world, ids[1], "refuse")
    assert waiting(world) == waiting(world, "karim") == ids[:2]
    for name in ("jens", "ole", "birgit", "maja"):
        assert waiting(world, name) == []
    with world.database.read() as session:
        definitions = world.house.definitions.in_use(session)
        counted = {
            name: announcing.count_waiting(
                session, definitions, world.people[name], {POOL: world.actor(name, POOL).roles}
            )
            for name in ("sofie", "jens")
        }
    assert counted == {"sofie": {POOL: 2}, "jens": {}}


def test_announced_together_each_in_its_own_unit_and_again_the_same(world: World) -> None:
    ids = [apply(world, title=f"Sag {n}") for n in range(4)]
    for case_id in ids[:3]:
        to_decided(world, case_id)
    orders = [Order(one, "announce-grant", world.case(one).state_version) for one in ids]
    world.do(ids[1], "applicant", "withdraw", reason="Nej")
    actor = world.actor("sofie", POOL)
    first = fire_each(world.house, "act", orders, actor, world.now)
    assert [type(one.error) for one in first] == [type(None), Stale, type(None), Refused]
    again = fire_each(world.house, "act", orders, actor, world.now)
    assert [one.result and one.result.repeated for one in again] == [True, None, True, None]
    assert [states(world, one) for one in ids] == [["queued"], ["superseded"], ["queued"], []]
    assert waiting(world) == []


def test_stopped_half_way_it_goes_on_from_there(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [apply(world, title=f"Sag {n}") for n in range(3)]
    for case_id in ids:
        to_decided(world, case_id)
    orders = [Order(one, "announce-grant", world.case(one).state_version) for one in ids]
    from pool.cases import bulk_firing

    real, seen = vars(bulk_firing)["fire"], list[object]()

    def dies(*given: object) -> object:
        seen.append(given)
        if len(seen) == 2:
            raise KeyboardInterrupt
        return real(*given)

    monkeypatch.setattr(bulk_firing, "fire", dies)
    with pytest.raises(KeyboardInterrupt):
        fire_each(world.house, "act", orders, world.actor("sofie", POOL), world.now)
    assert [world.case(one).state for one in ids] == ["granted", "decided-yes", "decided-yes"]
    monkeypatch.setattr(bulk_firing, "fire", real)
    done = fire_each(world.house, "act", orders, world.actor("sofie", POOL), world.now)
    assert [one.result and one.result.repeated for one in done] == [True, False, False]
    assert [len(messages(world, one)) for one in ids] == [1, 1, 1]


def test_a_light_pool_has_no_drafts(world: World) -> None:
    case_id = world.apply()
    world.do(case_id, "sofie", "grant", record=dict(RECORD))
    assert states(world, case_id) == ["queued"], "a light pool's letter goes at once"
