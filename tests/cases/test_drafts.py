"""A draft: kept as typed, resumed, sent in once, forgotten when its time is up."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlmodel import col

import pool.files as files
import pool.identity as identity
from pool.cases import drafts, forgetting, submit
from pool.cases.commands import Submission
from pool.cases.errors import Invalid, NotFound, PoolClosed
from pool.db import Database
from pool.models.case import CaseFile
from pool.models.draft import Draft
from pool.models.files import StoredFile
from pool.models.outbox import Message
from tests.support.house import SHORT, World, make_world

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def sent(world: World, template: str) -> list[Message]:
    with world.database.read() as session:
        return list(
            session.execute(select(Message).where(col(Message.template) == template)).scalars()
        )


def test_the_amount_chooses_the_form_and_answers_survive_the_change(world: World) -> None:
    draft_id = world.draft()
    with world.database.read() as session:
        assert drafts.open_draft(session, world.house, draft_id, world.now).short
    drafts.complete_step(world.house, draft_id, "start", {"amount": "25.000"}, world.now)
    with world.database.read() as session:
        opened = drafts.open_draft(session, world.house, draft_id, world.now)
    assert not opened.short
    assert opened.draft.raw["title"] == SHORT["title"]


def test_invalid_typing_is_kept_and_the_step_is_not_done(world: World) -> None:
    draft_id = world.draft()
    checked = drafts.complete_step(
        world.house, draft_id, "short", {"starts_on": "engang til maj"}, world.now
    )
    assert [fault.key for fault in checked.faults] == ["starts_on"]
    with world.database.read() as session:
        draft = drafts.open_draft(session, world.house, draft_id, world.now).draft
    assert draft.raw["starts_on"] == "engang til maj"
    assert "short" not in draft.done


def test_an_incomplete_draft_is_not_sent_in(world: World) -> None:
    draft_id = world.draft(safety="", email="", phone="")
    with pytest.raises(Invalid) as invalid:
        submit.submit(world.house, Submission("s-1", draft_id), world.now)
    assert {fault.key for fault in invalid.value.faults} >= {"safety", "phone"}
    with world.database.read() as session:
        assert session.get_one(Draft, draft_id).case_id is None


def test_what_was_typed_is_gone_from_the_draft_once_the_case_has_it(world: World) -> None:
    draft_id = world.draft()
    result = submit.submit(world.house, Submission("s-1", draft_id), world.now)
    with world.database.read() as session:
        draft = session.get_one(Draft, draft_id)
    assert (draft.case_id, draft.raw) == (result.case_id, {})
    with world.database.read() as session, pytest.raises(NotFound):
        drafts.open_draft(session, world.house, draft_id, world.now)


def test_files_go_with_the_case_and_the_same_bytes_are_one_file(world: World) -> None:
    draft_id = world.draft()
    prepared = files.prepare("tilbud.pdf", PDF)
    drafts.attach(world.house, draft_id, [prepared, prepared], world.now)
    drafts.attach(world.house, draft_id, [prepared], world.now)
    case_id = submit.submit(world.house, Submission("s-1", draft_id), world.now).case_id
    with world.database.read() as session:
        found = session.execute(
            select(StoredFile)
            .join(CaseFile, col(CaseFile.file_id) == col(StoredFile.id))
            .where(col(CaseFile.case_id) == case_id)
        ).scalars()
        assert [one.sealed_at is not None for one in found] == [True]


def test_warned_once_then_forgotten_with_its_files_and_links(world: World) -> None:
    draft_id = world.draft()
    drafts.attach(world.house, draft_id, [files.prepare("a.pdf", PDF)], world.now)
    soon = world.now + timedelta(days=54)
    assert forgetting.sweep(world.house, soon) == (1, 0)
    assert forgetting.sweep(world.house, soon + timedelta(hours=1)) == (0, 0)
    assert len(sent(world, "draft-expiring")) == 1
    late = world.now + timedelta(days=61)
    assert forgetting.sweep(world.house, late) == (0, 1)
    with world.database.read() as session:
        assert session.get(Draft, draft_id) is None
        assert session.execute(select(func.count()).select_from(StoredFile)).scalar_one() == 0


def test_a_link_opens_the_draft_until_it_is_sent_in(world: World) -> None:
    draft_id, token = drafts.start(world.house, "urban-life", "da", {"amount": "900"}, world.now)
    with world.database.read() as session:
        seen = identity.peek(session, token, "draft", world.now)
    assert seen is not None
    assert seen.subject == f"draft:{draft_id}"
    drafts.save(world.house, draft_id, {**SHORT, "amount": "900"}, world.now)
    submit.submit(world.house, Submission("s-1", draft_id), world.now)
    with world.database.read() as session:
        assert identity.peek(session, token, "draft", world.now) is None


def test_a_closed_or_empty_pool_takes_no_draft(database: Database, now: datetime) -> None:
    world = make_world(database, now, budgets={"urban-life": 900})
    with pytest.raises(PoolClosed) as closed:
        world.draft("knowledge")
    assert closed.value.closed.code == "no-year"
    case_id = world.apply(amount="900")
    world.do(case_id, "karim", "grant")
    with pytest.raises(PoolClosed) as closed:
        world.draft()
    assert closed.value.closed.code == "empty"


def test_without_e_mail_the_receipt_waits_to_be_told(world: World) -> None:
    world.apply(email="", phone="20 00 00 00")
    (receipt,) = sent(world, "receipt")
    assert (receipt.channel, receipt.state) == ("print", "waiting")


def test_an_old_link_can_run_out_while_the_draft_is_kept(world: World) -> None:
    draft_id, token = drafts.start(world.house, "urban-life", "da", {"amount": "900"}, world.now)
    halfway = world.now + timedelta(days=40)
    drafts.save(world.house, draft_id, {"email": "lene@eksempel.example"}, halfway)
    late = world.now + timedelta(days=61)
    with world.database.read() as session:
        assert identity.peek(session, token, "draft", late) is None
        opened = drafts.open_draft(session, world.house, draft_id, late)
    assert opened.draft.raw["email"] == "lene@eksempel.example"
    assert drafts.renew_link(world.house, draft_id, late)
    assert len(sent(world, "draft-saved")) == 1


def test_a_forgotten_draft_was_not_sent(world: World) -> None:
    forgotten, kept = world.draft(), world.draft()
    submit.submit(world.house, Submission("s-1", kept), world.now)
    forgetting.sweep(world.house, world.now + timedelta(days=61))
    with world.database.read() as session:
        assert not drafts.was_sent(session, forgotten)
        assert drafts.was_sent(session, kept)
