"""Finding a case by its words, and putting lists into Danish order, alike on both engines.

What is searched for stands normalised in one column, ``Case.search``, written whenever what it is
made of changes: three layers with a line break between them, so that one ``LIKE`` per word keeps
to what a reader may read (forvaltningsloven §27)::

    answers and their renderings \\n number, title, applicant, place \\n how to reach them

It is personal text: whoever erases a case's text calls :func:`forget`.
"""

from __future__ import annotations

import re
import time
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from functools import lru_cache, partial
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import defer
from sqlmodel import Session, col

from pool import schedule
from pool.cases import access
from pool.cases.house import House
from pool.db import wake
from pool.models.base import known
from pool.models.case import Answer, Applicant, Case
from pool.models.casework import Rendering
from pool.models.definition import DefinitionVersion
from workflows.definition import LANGUAGES, Definition, Question
from workflows.loading import parse_text

ERRAND = "search"
"""The errand that fills the column of cases from before there was one."""

MOST_WORDS = 8
"""Of what somebody types; more narrow nothing further that a person would miss."""
SLICE = 200
_SECONDS = 15.0
_LAYER = "\n"
_DANISH = LANGUAGES[0]
_IN_BASE = frozenset({"title", "contact_name", "organisation", "cvr", "place", "on_behalf_of"})
_CONTACT = frozenset({"email", "phone", "address", "behalf_email", "behalf_phone"})
_WORDLESS = frozenset({"amount", "number", "yesno", "date", "files"})

_FOLDED = str.maketrans(
    {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "œ": "oe", "å": "aa"}
    | dict.fromkeys("’‘´`", "'")
    | dict.fromkeys("‐‑‒–—−", "-")
)
_GONE = frozenset({"Mn", "Me", "Cc", "Cf", "Cs", "Co", "Cn"})
"""Categories of signs that are not searched for: accents apart from their letter, signs nobody
sees, and what a database does not take."""

_KEY_PLAIN = str.maketrans(dict.fromkeys("{|}", " "))
_KEY_LETTERS = str.maketrans(
    {"æ": "{", "ä": "{", "ø": "|", "ö": "|", "œ": "|", "å": "}"}
    | {"ü": "y", "ð": "d", "đ": "d", "ł": "l", "þ": "th"}
)
"""``{|}`` are the bytes after ``z``."""
_KEY_PARTS = re.compile(r"\d+|(?:[^\W\d_]|[{|}])+")


WITHOUT: Any = defer(cast("Any", Case.search), raiseload=True)
"""The option of a query for cases whose search text is not wanted: it is as long as all the
answers together."""


def normalised(text: str) -> str:
    """``text`` such that parts of it can be compared: without capitals and accents, æ as ae, ø as
    oe, å as aa, white space single. Doing it twice changes nothing."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).casefold()
    single = " ".join(folded.split())
    if single.isascii() and single.isprintable():
        return single
    return "".join(sign for sign in single if unicodedata.category(sign) not in _GONE)


def order_key(text: str) -> str:
    """A key whose bytes are in the Danish order: æ, ø, å last, aa as å, ä as æ, ö as ø, ü as y,
    capitals and accents alike, numbers by their value, other signs as a space."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("aa", "å")
    lettered = folded.translate(_KEY_PLAIN).translate(_KEY_LETTERS)
    parted = unicodedata.normalize("NFKD", lettered)
    plain = "".join(sign for sign in parted if unicodedata.category(sign) != "Mn")
    return " ".join(_key_part(part) for part in _KEY_PARTS.findall(plain))


def _key_part(part: str) -> str:
    if not part[0].isdigit():
        return part
    digits = str(int(part[:99]))
    return f"0{len(digits):02}{digits}"


def write(
    case: Case,
    applicant: Applicant,
    definition: Definition | None,
    answers: Mapping[str, Any],
    renderings: Mapping[str, str] | None = None,
) -> None:
    """Write the columns of ``case`` from what it is made of. ``answers`` by question;
    ``renderings`` are their Danish renderings, that of the title under ``title``: like the rest
    they are for who reads what was answered. Asks nothing of the database."""
    rendered = renderings or {}
    place = definition.place_in_words(case.place) if definition else None
    base = (
        *(case.number, case.title),
        *(applicant.name, applicant.organisation, applicant.cvr),
        *(applicant.for_name, case.proposer),
        place[_DANISH] if place else case.place,
    )
    phones = [one for one in (applicant.phone, applicant.for_phone) if one]
    contact = (
        *(applicant.email, applicant.for_email, applicant.address),
        *(spelt for phone in phones for spelt in (phone, "".join(phone.split()))),
    )
    layers = ([*_words(definition, answers), *rendered.values()], base, contact)
    case.search = _LAYER.join(
        normalised(" ".join(part for part in layer if part)) for layer in layers
    )
    case.title_key = order_key(case.title)
    case.applicant_key = order_key(applicant.shown)


def _words(definition: Definition | None, answers: Mapping[str, Any]) -> Iterator[str]:
    """What was written, and the labels of what was chosen."""
    posts = (
        {post.key: post.label[_DANISH] for post in definition.budget_posts} if definition else {}
    )
    for key, value in answers.items():
        if key in _IN_BASE or key in _CONTACT:
            continue
        question = definition.question(key) if definition else None
        if question is not None and question.type in _WORDLESS:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, str):
                yield _label(definition, question, key, one)
            elif isinstance(one, dict):
                yield f"{posts.get(one.get('post', ''), '')} {one.get('text', '')}"


def _label(definition: Definition | None, question: Question | None, key: str, value: str) -> str:
    option = question.option(value) if question else None
    if option is None and key == "results" and definition:  # an import's tags
        option = next((one for one in definition.results if one.key == value), None)
    return option.label[_DANISH] if option else value


def refresh(session: Session, case: Case) -> None:
    """Write the columns of a (locked) case anew after its applicant, answers or renderings have
    changed."""
    session.flush()
    _fill(session, [case])


def forget(case: Case) -> None:
    """Leave nothing of a case to be found by but its number: its text is erased."""
    case.search = _LAYER.join(("", normalised(case.number), ""))
    case.title_key = case.applicant_key = ""


def _fill(session: Session, cases: Collection[Case]) -> None:
    """Four queries, and one for each definition not met before."""
    ids = [known(case.id) for case in cases]
    applicants = {
        one.id: one
        for one in session.execute(
            select(Applicant).where(col(Applicant.id).in_([case.applicant_id for case in cases]))
        ).scalars()
    }
    answers: dict[int, dict[str, Any]] = {}
    for case_id, question, value in session.execute(
        select(col(Answer.case_id), col(Answer.question), col(Answer.value))
        .where(col(Answer.case_id).in_(ids))
        .order_by(col(Answer.case_id), col(Answer.position))
    ):
        answers.setdefault(case_id, {})[question] = value
    renderings: dict[int, dict[str, str]] = {}
    for case_id, question, rendered in session.execute(
        select(col(Rendering.case_id), col(Rendering.question), col(Rendering.text))
        .where(col(Rendering.case_id).in_(ids))
        .order_by(col(Rendering.case_id), col(Rendering.question))
    ):
        renderings.setdefault(case_id, {})[question] = rendered
    definitions = _definitions(session, {(one.pool, one.definition_version) for one in cases})
    for case in cases:
        write(
            case,
            applicants[case.applicant_id],
            definitions.get((case.pool, case.definition_version)),
            answers.get(known(case.id), {}),
            renderings.get(known(case.id)),
        )
        session.add(case)
    session.flush()


def _definitions(
    session: Session, wanted: Collection[tuple[str, int]]
) -> dict[tuple[str, int], Definition]:
    """As they are kept with the cases, each read once in the life of a process."""
    kept = session.execute(
        select(
            col(DefinitionVersion.pool),
            col(DefinitionVersion.version),
            col(DefinitionVersion.sha256),
        ).where(col(DefinitionVersion.pool).in_({pool for pool, _ in wanted}))
    )
    found = {}
    for pool, version, sha256 in kept:
        if (pool, version) in wanted:
            if (definition := _read.get(sha256)) is None:
                row = session.get_one(DefinitionVersion, (pool, version))
                definition = _read[sha256] = parse_text(row.source, f"{pool} v{version}")
            found[pool, version] = definition
    return found


_read: dict[str, Definition] = {}
"""By the hash of their text."""


@lru_cache(maxsize=256)
def words_of(typed: str) -> tuple[str, ...]:
    """The words of a search, normalised, each once."""
    return tuple(dict.fromkeys(normalised(typed).split()))[:MOST_WORDS]


def matches(typed: str, roles: Mapping[str, frozenset[str]]) -> ColumnElement[bool]:
    """Cases in which every word typed stands somewhere, as part of a word, in what somebody with
    these ``roles`` (by pool) may read. Which cases they may see is not asked here."""
    pools: dict[tuple[str, str], list[str]] = {}
    for pool, held in roles.items():
        if held:
            before = "%" if access.reads(held, "answer") else f"%{_LAYER}%"
            after = "%" if held & access.SEES_CONTACT else f"%{_LAYER}%"
            pools.setdefault((before, after), []).append(pool)
    words = words_of(typed)
    ways = [
        (keys, [_like(f"{before}{_escaped(word)}{after}") for word in words])
        for (before, after), keys in pools.items()
    ]
    if len(ways) == 1:
        return and_(*ways[0][1])
    return or_(false(), *(and_(col(Case.pool).in_(keys), *likes) for keys, likes in ways))


def _like(pattern: str) -> ColumnElement[bool]:
    return col(Case.search).like(pattern, escape="\\")


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def has_words(typed: str) -> bool:
    """Whether there is anything to look for in what was typed."""
    return bool(words_of(typed))


def fill(house: House, *, seconds: float = _SECONDS) -> bool:
    """Write the columns of cases that have none yet, slice by slice, each in its own unit; True
    when none is left. Safe to run twice at once and to stop anywhere."""
    began, after = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        reached = house.database.write(partial(_slice, after=after))
        if reached is None:
            return True
        after = reached
    return False


def _slice(session: Session, after: int) -> int | None:
    """Fill some cases of an id above ``after``; the last one's, None when there are no more."""
    found = session.execute(
        select(Case)
        .where(col(Case.search) == "", col(Case.id) > after)
        .order_by(col(Case.id))
        .limit(SLICE)
        .with_for_update(key_share=True)
    )
    cases = found.scalars().all()
    _fill(session, cases)
    return cases[-1].id if len(cases) == SLICE else None


def work(house: House, _payload: Mapping[str, Any], _now: datetime) -> bool:
    """The errand's slice."""
    return fill(house)


def ask(session: Session, now: datetime) -> bool:
    """Have the worker fill what is not filled, where there is such a case."""
    if session.execute(select(col(Case.id)).where(col(Case.search) == "").limit(1)).first() is None:
        return False
    schedule.ensure(session, f"{ERRAND}:{now:%Y%m%dT%H%M%S}", now, ERRAND)
    wake(session, "default")
    return True
