"""An edition's files, made by the worker in an errand: two languages, four forms. Each is kept
as a document of its words' version, so that what was read once can be read again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

import pool.outbox as outbox
from pool import schedule
from pool.cases.house import House
from pool.db import wake
from pool.identity.actor import Actor
from pool.models.outbox import Document
from pool.models.schedule import Job
from pool.models.summary import FORMATS, LANGUAGES, SummaryEdition, SummaryFile
from pool.summary import files
from pool.summary.editions_errors import NoSuchEdition, NotForYou
from pool.summary.editions_people import may_manage

ERRAND = "summary-files"
SLICE = timedelta(seconds=20)
"""A slice of the errand begins nothing new after this."""

FORMS = tuple((lang, form) for form in FORMATS for lang in LANGUAGES)


def locked(session: Session, edition_id: int) -> SummaryEdition:
    """The edition, locked to the end of the unit. Raises :class:`NoSuchEdition`."""
    found = session.get(
        SummaryEdition, edition_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if found is None:
        raise NoSuchEdition(str(edition_id))
    return found


def start(session: Session, edition: SummaryEdition, now: datetime) -> None:
    """Have the files of the edition's present words made, in the caller's unit of work. Those of
    a draft's earlier words stay to be had until then."""
    if edition.files_version == edition.version:
        return
    edition.wanted, edition.made = len(FORMS), len(_there(session, edition))
    session.add(edition)
    schedule.ensure(
        session,
        _job(edition),
        now,
        ERRAND,
        {"edition": edition.id, "version": edition.version},
    )
    wake(session, "default")


def remake(house: House, edition_id: int, actor: Actor, now: datetime) -> None:
    """Have the files of the present words made, by somebody's wish. Raises
    :class:`NoSuchEdition`, :class:`NotForYou`."""

    def work(session: Session) -> None:
        edition = locked(session, edition_id)
        if not may_manage(session, actor, edition.pools):
            raise NotForYou(str(edition_id))
        start(session, edition, now)
        schedule.revive(session, _job(edition), now)

    house.database.write(work)


def work(house: House, payload: Mapping[str, Any], now: datetime) -> bool:
    """A slice of the errand: whether all files are there. A file is made outside any unit of
    work and kept in one, so two workers and a stop at any point do no harm."""
    until = monotonic() + SLICE.total_seconds()
    while True:
        with house.database.read() as session:
            edition = session.get(SummaryEdition, payload["edition"])
            if edition is None or edition.version != payload["version"]:
                return True  # the words have moved on; their files have an errand of their own
            there = _there(session, edition)
        missing = [one for one in FORMS if one not in there]
        if not missing:
            house.database.write(lambda session: _finished(session, payload))
            return True
        if monotonic() >= until:
            return False
        keep(house, edition, *missing[0], now)


def keep(house: House, edition: SummaryEdition, lang: str, form: str, now: datetime) -> None:
    """Make one file of the edition as it was read, and keep it; once."""
    made = files.make(edition, lang, form)

    def store(session: Session) -> None:
        row = locked(session, edition.id or 0)
        if (lang, form) in _there(session, edition):
            return
        document = outbox.store(
            session,
            name=made.name,
            media_type=made.media_type,
            body=made.body,
            now=now,
            case_id=None,
        )
        session.add(
            SummaryFile(
                edition_id=row.id or 0,
                words_version=edition.version,
                lang=lang,
                format=form,
                document_id=document.id or 0,
            )
        )
        session.flush()
        if row.version == edition.version:
            row.made = len(_there(session, row))
            session.add(row)

    house.database.write(store)


def to_be_had(edition: SummaryEdition) -> bool:
    """Whether there are files to show. What is submitted is read as it was submitted, or not
    yet: files of an earlier draft are nobody's then."""
    return edition.state == "draft" or edition.files_version == edition.version


def document(session: Session, edition: SummaryEdition, lang: str, form: str) -> Document | None:
    """A file of the edition: of a draft, of the newest words all of whose files are made; of a
    submitted one, of the words as submitted alone."""
    if not to_be_had(edition):
        return None
    return session.exec(
        select(Document)
        .join(SummaryFile, col(SummaryFile.document_id) == col(Document.id))
        .where(
            col(SummaryFile.edition_id) == edition.id,
            col(SummaryFile.words_version) == edition.files_version,
            col(SummaryFile.lang) == lang,
            col(SummaryFile.format) == form,
        )
    ).one_or_none()


def sizes(session: Session, edition: SummaryEdition) -> dict[tuple[str, str], int]:
    """Bytes by language and form of the files that can be had."""
    if not to_be_had(edition):
        return {}
    rows = session.exec(
        select(SummaryFile.lang, SummaryFile.format, func.length(col(Document.body)))
        .join(Document, col(SummaryFile.document_id) == col(Document.id))
        .where(
            col(SummaryFile.edition_id) == edition.id,
            col(SummaryFile.words_version) == edition.files_version,
        )
    )
    return {(lang, form): size for lang, form, size in rows}


def _there(session: Session, edition: SummaryEdition) -> set[tuple[str, str]]:
    rows = session.exec(
        select(SummaryFile.lang, SummaryFile.format).where(
            col(SummaryFile.edition_id) == edition.id,
            col(SummaryFile.words_version) == edition.version,
        )
    )
    return set(rows)


def _finished(session: Session, payload: Mapping[str, Any]) -> None:
    edition = locked(session, payload["edition"])
    if edition.version == payload["version"]:
        edition.made = edition.wanted = len(FORMS)
        edition.files_version = edition.version
        session.add(edition)


def in_trouble(session: Session, edition: SummaryEdition) -> bool:
    """Whether making the files of the present words has gone wrong and was not made good yet."""
    found = session.exec(select(Job).where(col(Job.key) == _job(edition))).one_or_none()
    return found is not None and found.done_at is None and found.last_error is not None


def _job(edition: SummaryEdition) -> str:
    return f"{ERRAND}:{edition.id}:{edition.version}"
