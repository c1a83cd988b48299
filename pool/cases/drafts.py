"""An application before it is sent in: saved as typed from the first field on, resumed by its own
link, forgotten when its time is up.

Whoever holds the link's token may read and write the draft; the token is stored hashed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlmodel import Session, col

import pool.files as files
import pool.identity as identity
import pool.outbox as outbox
from pool.cases import letters, waiting
from pool.cases.errors import Invalid, NotFound, PoolClosed
from pool.cases.house import House
from pool.cases.opening import opening
from pool.clock import local_day
from pool.models.draft import Draft, DraftFile
from pool.models.files import StoredFile
from workflows import values
from workflows.definition import SHORT, START, SUGGESTION, Definition
from workflows.questions import AnswerFault, Checked, asked, check_answers

PURPOSE: Final = "draft"
MAX_FILES = 10


class TooManyFiles(Invalid):
    def __init__(self) -> None:
        super().__init__((AnswerFault("files", "too-many-files", {"most": MAX_FILES}),))


@dataclass(frozen=True, slots=True)
class Opened:
    """A draft and what belongs to it."""

    draft: Draft
    definition: Definition
    files: tuple[StoredFile, ...]

    @property
    def form(self) -> str:
        """``short``, ``full`` or ``suggestion``."""
        return self.draft.form

    @property
    def short(self) -> bool:
        return self.form == SHORT

    @property
    def steps(self) -> tuple[str, ...]:
        """Keys of the form's pages: the short form has one, and so has a suggestion."""
        if self.form in (SHORT, SUGGESTION):
            return (self.form,)
        return tuple(step.key for step in self.definition.steps)


VOLUNTARY: Final = frozenset({"contact_name", "email", "phone"})
"""What whoever makes a suggestion may keep to themselves."""
BEHALF: Final = ("behalf_email", "behalf_phone")
"""How the person is reached whom somebody else applies for."""


def that_count(form: str, faults: Iterable[AnswerFault]) -> tuple[AnswerFault, ...]:
    """The faults that keep ``form`` from being sent: a suggestion may come from nobody."""
    return tuple(
        fault
        for fault in faults
        if form != SUGGESTION or fault.key not in VOLUNTARY or not fault.code.startswith("required")
    )


def unnamed(definition: Definition, form: str, raw: Mapping[str, Any]) -> tuple[AnswerFault, ...]:
    """The fault of saying how somebody is reached and not who it is: the name decides whether
    the rest is asked at all, so what was typed would be dropped unseen."""
    question = definition.question("on_behalf_of")
    if question is None or not question.asked_in(form) or not values.blank(raw.get(question.key)):
        return ()
    if all(values.blank(raw.get(key)) for key in BEHALF):
        return ()
    return (AnswerFault(question.key, "required"),)


def _form(definition: Definition, amount: int) -> str:
    return "short" if amount <= definition.limits.short_form else "full"


def _checked_amount(definition: Definition, raw: Mapping[str, Any]) -> int:
    checked = check_answers(definition, raw, ["amount"])
    if checked.faults:
        raise Invalid(checked.faults)
    amount = checked.values.get("amount")
    if amount is None:
        raise Invalid((AnswerFault("amount", "required", {}),))
    return int(amount)


def start(
    house: House, pool: str, lang: str, raw: Mapping[str, Any], now: datetime
) -> tuple[int, str]:
    """Begin a draft from the first field (``amount``). Returns (draft id, raw link token).

    Raises :class:`PoolClosed`, :class:`Invalid` (field ``amount``), KeyError for no such pool.
    """
    definition = house.definitions.current(pool)
    amount = _checked_amount(definition, raw)

    def work(session: Session) -> tuple[int, str]:
        state = opening(session, pool, now, waits=waiting.states(definition))
        if state.closed is not None:
            raise PoolClosed(state.closed)
        draft = Draft(
            pool=pool,
            definition_version=definition.version,
            lang=lang,
            form=_form(definition, amount),
            raw=dict(raw),
            done=[START],
            created_at=now,
            saved_at=now,
            expires_at=now + timedelta(days=definition.limits.draft_days),
        )
        session.add(draft)
        session.flush()
        assert draft.id is not None
        token = identity.mint(
            session,
            PURPOSE,
            f"draft:{draft.id}",
            now=now,
            days=definition.limits.draft_days,
            once=False,
        )
        return draft.id, token

    return house.database.write(work)


def open_draft(session: Session, house: House, draft_id: int, now: datetime) -> Opened:
    """Raises :class:`NotFound` for a draft that is gone, sent in or past its time."""
    draft = session.get(Draft, draft_id, populate_existing=True)
    if draft is None or draft.case_id is not None or draft.expires_at <= now:
        raise NotFound(f"draft {draft_id}")
    return Opened(
        draft=draft,
        definition=house.definitions.version(session, draft.pool, draft.definition_version),
        files=tuple(
            session.execute(
                select(StoredFile)
                .join(DraftFile, col(DraftFile.file_id) == col(StoredFile.id))
                .where(col(DraftFile.draft_id) == draft_id)
                .order_by(col(DraftFile.id))
            ).scalars()
        ),
    )


def was_sent(session: Session, draft_id: int) -> bool:
    """Whether the draft became a case; one that was forgotten, or never was, did not."""
    draft = session.get(Draft, draft_id)
    return draft is not None and draft.case_id is not None


def locked(session: Session, draft_id: int) -> Draft:
    """The draft, its row locked for this unit. Raises :class:`NotFound` for one gone or sent in."""
    draft: Draft | None = session.execute(
        select(Draft)
        .where(col(Draft.id) == draft_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one_or_none()
    if draft is None or draft.case_id is not None:
        raise NotFound(f"draft {draft_id}")
    return draft


def _touched(draft: Draft, definition: Definition, now: datetime) -> None:
    """Somebody is at it: kept for the whole time from now on. A link keeps its own shorter life,
    so an old one can run out while the draft has not; the page then offers a new one."""
    draft.saved_at = now
    draft.expires_at = now + timedelta(days=definition.limits.draft_days)
    draft.warned_at = None


def save(
    house: House, draft_id: int, raw: Mapping[str, Any], now: datetime, *, lang: str | None = None
) -> None:
    """Keep what was typed, valid or not; only fields of the definition are kept."""

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        definition = house.definitions.version(session, draft.pool, draft.definition_version)
        known = {key: value for key, value in raw.items() if definition.question(key)}
        draft.raw = {**draft.raw, **known}
        if lang:
            draft.lang = lang
        _touched(draft, definition, now)
        session.add(draft)

    house.database.write(work)


def complete_step(
    house: House, draft_id: int, step: str, raw: Mapping[str, Any], now: datetime
) -> Checked:
    """Keep ``raw`` and check the step's answers; the step is done when nothing is at fault.

    A changed amount may change the form: the answers stay.
    """

    def work(session: Session) -> Checked:
        draft = locked(session, draft_id)
        definition = house.definitions.version(session, draft.pool, draft.definition_version)
        known = {key: value for key, value in raw.items() if definition.question(key)}
        merged = {**draft.raw, **known}
        draft.raw = merged
        _touched(draft, definition, now)
        if step == START:
            checked = check_answers(definition, merged, ["amount"])
            amount = checked.values.get("amount")
            if not checked.faults and amount is not None:
                draft.form = _form(definition, int(amount))
        else:
            readable = check_answers(
                definition, merged, [question.key for question in definition.questions]
            ).values
            keys = [
                question.key
                for question in asked(definition, readable, form=draft.form, step=step)
                if question.type != "files"
            ]
            checked = check_answers(definition, merged, keys)
            more = unnamed(definition, draft.form, merged) if "on_behalf_of" in keys else ()
            checked = Checked(checked.values, that_count(draft.form, (*checked.faults, *more)))
        done = [key for key in draft.done if key != step]
        draft.done = done if checked.faults else [*done, step]
        session.add(draft)
        return checked

    return house.database.write(work)


def attach(house: House, draft_id: int, prepared: Sequence[files.Prepared], now: datetime) -> None:
    """Add files, already checked and stripped by ``files.prepare``. The same bytes twice are
    one file. Raises :class:`TooManyFiles`."""

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        have = session.execute(
            select(col(StoredFile.sha256))
            .join(DraftFile, col(DraftFile.file_id) == col(StoredFile.id))
            .where(col(DraftFile.draft_id) == draft_id)
        ).scalars()
        known = set(have)
        for one in prepared:
            if one.sha256 in known:
                continue
            if len(known) >= MAX_FILES:
                raise TooManyFiles
            known.add(one.sha256)
            stored = files.store(session, one, now)
            assert stored.id is not None
            session.add(DraftFile(draft_id=draft_id, file_id=stored.id))
        draft.saved_at = now
        session.add(draft)

    house.database.write(work)


def detach(house: House, draft_id: int, file_id: int, now: datetime) -> None:
    """Take a file out of the draft and forget it. A file of another draft is not touched."""

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        link = session.execute(
            select(DraftFile).where(
                col(DraftFile.draft_id) == draft_id, col(DraftFile.file_id) == file_id
            )
        ).scalar_one_or_none()
        if link is None:
            return
        session.delete(link)
        session.flush()
        files.delete(session, file_id)
        draft.saved_at = now
        session.add(draft)

    house.database.write(work)


def mail_link(house: House, draft_id: int, email: str, now: datetime) -> None:
    """Mail the draft's link to ``email``, which is kept as the draft's own address.

    Raises :class:`Invalid` (field ``email``)."""

    def work(session: Session) -> None:
        draft = locked(session, draft_id)
        definition = house.definitions.version(session, draft.pool, draft.definition_version)
        checked = check_answers(definition, {"email": email}, ["email"])
        if checked.faults or not checked.values.get("email"):
            raise Invalid(checked.faults or (AnswerFault("email", "required", {}),))
        address = str(checked.values["email"])
        draft.raw = {**draft.raw, "email": address}
        session.add(draft)
        put_link(session, definition, draft, address, "draft-saved", now)

    house.database.write(work)


def renew_link(house: House, draft_id: int, now: datetime) -> bool:
    """A draft's link has expired, the draft has not: mail a new one to the address in it.

    Returns whether there was an address to mail to; the page says the same either way."""

    def work(session: Session) -> bool:
        try:
            draft = locked(session, draft_id)
        except NotFound:
            return False
        email = draft.raw.get("email")
        if draft.expires_at <= now or not isinstance(email, str) or not email:
            return False
        definition = house.definitions.version(session, draft.pool, draft.definition_version)
        if check_answers(definition, {"email": email}, ["email"]).faults:
            return False
        put_link(session, definition, draft, email, "draft-saved", now)
        return True

    return house.database.write(work)


def put_link(
    session: Session,
    definition: Definition,
    draft: Draft,
    email: str,
    template: str,
    now: datetime,
) -> None:
    """Queue a mail with the draft's link, made when it is sent."""
    if not definition.sends(template):
        return
    data = letters.pool_data(definition) | {
        "link": {"purpose": PURPOSE, "subject": f"draft:{draft.id}"},
        "until": local_day(draft.expires_at).isoformat(),
    }
    if template == "draft-expiring":
        title = draft.raw.get("title")
        data["title"] = title if isinstance(title, str) and title else None
    outbox.put(
        session,
        event=f"draft:{draft.id}:{template}:{now:%Y%m%dT%H%M}",
        template=template,
        to=outbox.Recipient(
            name=str(draft.raw.get("contact_name") or ""),
            email=email,
            lang=draft.lang,
            person_id=None,
        ),
        case_id=None,
        pool=draft.pool,
        data=data,
        now=now,
    )
