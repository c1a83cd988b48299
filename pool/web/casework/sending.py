"""What a press of a form's button would send, shown before it is pressed: found by carrying it out
and taking it back (:mod:`pool.cases.rehearsal`), read as its recipient will read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import request
from markupsafe import Markup
from sqlmodel import Session
from werkzeug.wrappers import Response

import pool.outbox as outbox
from pool.cases import access, letters, messages
from pool.cases.commands import Result
from pool.cases.house import House
from pool.cases.rehearsal import Rehearsal, rehearsing
from pool.cases.view import CaseView
from pool.clock import local_day
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.models.outbox import Message
from pool.render.mail import Mail, body, mail
from pool.render.words import AUTHORITATIVE, Words, words
from pool.web import downloads
from pool.web.casework.preview import below
from pool.web.casework.wording import message_row
from pool.web.context import now, read
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Transition

PDF = "application/pdf"
TAKES_BACK = frozenset({"undo", "announce"})
"""Effects by which what waits to be sent goes or does not, where nothing else is sent."""
_WISH = re.compile(r"preview|pdf-(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Shown:
    """One message. ``mail`` is what is read, on paper too; ``letters`` those that go with it, by
    language; ``index`` names its PDF, None where there is none."""

    name: str
    to: str
    address: str
    when: str
    lang: str
    mail: Mail
    letters: tuple[tuple[str, Markup], ...]
    index: int | None


@dataclass(frozen=True, slots=True)
class Sending:
    """``others``: how many more go about cases that are not this reader's to see. ``taken_back``:
    name and recipient of what would not go after all."""

    messages: tuple[Shown, ...]
    others: int
    taken_back: tuple[tuple[str, str], ...]


def offered(view: CaseView, actor: Actor, transition: Transition | None = None) -> bool:
    """Whether there may be anything to show: of ``transition``, else of any writing to the
    applicant. Addresses stand in it, so it is for who may see them."""
    if not actor.roles & access.SEES_CONTACT or view.case.imported:
        return False
    return transition is None or bool(
        transition.letter or transition.notices or TAKES_BACK & frozenset(transition.effects)
    )


def wished() -> bool:
    """Whether the form was sent to see what it sends, or a PDF of it."""
    return _WISH.fullmatch(request.form.get("do", "")) is not None


class Trial:
    """A house in which nothing stays, and what was sent in it."""

    def __init__(self, view: CaseView, actor: Actor) -> None:
        self.view, self.actor = view, actor
        self.house: House
        self._found: Callable[[], Rehearsal]
        self.house, self._found = rehearsing(house())

    def shown(self, done: Result | None) -> Sending | Response | None:
        """What it would send, or the one PDF that was asked for; None where it was refused. A
        repeated command was carried out before and sends nothing more."""
        if done is None:
            return None
        found = self._found()
        asked = _WISH.fullmatch(request.form.get("do", ""))
        index = int(asked[1]) if asked and asked[1] else None
        if index is not None and index < len(found.messages):
            message = found.messages[index]
            if self._may_read(message) and _on_paper(message):
                return downloads.send(self._pdf(message), outbox.file_name(message), PDF)
        readable = [
            (number, one) for number, one in enumerate(found.messages) if self._may_read(one)
        ]
        return Sending(
            messages=tuple(_shown(number, one) for number, one in readable),
            others=len(found.messages) - len(readable),
            taken_back=tuple(
                (str(row["name"]), str(row["to"]))
                for one in found.taken_back
                if self._may_read(one)
                for row in (message_row(one, speak()),)
            ),
        )

    def _pdf(self, message: Message) -> bytes:
        if message.template == messages.FOR_ANOTHER:
            return outbox.letter_bytes(message, [message.to_name])
        return outbox.letter_bytes(message, letters.address_lines(self.view.applicant))

    def _may_read(self, message: Message) -> bool:
        """Of this case, or of one this very move makes; of another that stands, only where the
        reader may see it."""
        if not access.tells(self.actor.roles, message.template):
            return False
        if message.case_id is None or message.case_id == self.view.case.id:
            return True
        session: Session = read()
        other = session.get(Case, message.case_id)
        return other is None or access.may_see(session, house(), other, self.actor)


def _shown(index: int, message: Message) -> Shown:
    spoken = words(message.lang)
    row = message_row(message, speak())
    data = dict(message.data)
    if data.get("link"):
        path = data["link"].get("path")
        if message.to_email is None:
            data["link"] = None
        elif path:
            data["link"] = house().base_url + path
        else:
            data["link"] = spoken.t("(a personal link, made when the mail is sent)")
    langs: Sequence[str] = [message.lang]
    if message.lang != AUTHORITATIVE:
        langs = [message.lang, AUTHORITATIVE]
    return Shown(
        name=str(row["name"]),
        to=message.to_name,
        address=message.to_email or t("no e-mail: ring or print"),
        when=_when(message, now(), speak()),
        lang=message.lang,
        mail=mail(
            message.template, message.lang, data, legal=outbox.TEMPLATES[message.template].legal
        ),
        letters=tuple(
            (one, below(body(message.letter, one, data, folder="letters"), 3)) for one in langs
        )
        if message.letter
        else (),
        index=index if _on_paper(message) else None,
    )


def _on_paper(message: Message) -> bool:
    """A letter goes with it, or it is printed and posted itself; a colleague is rung."""
    return message.letter is not None or (
        message.state == "waiting" and messages.to_applicant(message)
    )


def _when(message: Message, moment: datetime, spoken: Words) -> str:
    if message.state == "draft":
        return t("Not now: it waits as a draft, to be read and sent")
    if message.state == "waiting":
        return t("It waits under “Tasks” to be told by telephone or printed")
    if message.state == "collected":
        return t("Collected in the recipient’s next digest")
    if message.next_try_at > moment:
        later = message.next_try_at
        if local_day(later) == local_day(moment):
            minutes = max(1, round((later - moment).total_seconds() / 60))
            return t("In %(minutes)s minutes", minutes=minutes)
        return spoken.moment(later)
    return t("At once")
