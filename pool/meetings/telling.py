"""A meeting's papers as blocks: the agenda, and the minutes. Made of what one reader may see; the
numbers of the points are the same in everybody's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from pool.cases.house import House
from pool.meetings.agenda import UNDONE, Point
from pool.meetings.deciding import BEFORE, HELD_OVER
from pool.meetings.holding import Room, Stand
from pool.meetings.mails import shown_clock
from pool.models.case import Case
from pool.models.meetings import Attendance, Meeting
from pool.render.paper import Block, Column, Heading, Paper, Para, Table
from pool.render.words import AUTHORITATIVE, Words, words
from workflows.definition import Definition, Text, Transition

ADVICE = {"full": "Full grant", "part": "Part grant", "refused": "Refusal"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the papers are made of. ``ways`` are the actions taken, by point; ``states`` where they
    led to, in the colleagues' words."""

    definition: Definition
    room: Room
    ways: dict[int, Transition]
    states: dict[int, Text]
    following: Meeting | None
    """The next meeting that is planned."""


def gather(session: Session, house: House, room: Room, following: Meeting | None) -> Told:
    """With the words of the actions as each case's own definition has them."""
    ways, states = {}, {}
    for stand in room.stands:
        case, outcome = stand.case, stand.point.outcome
        if case is None or outcome is None:
            continue
        definition = house.definitions.version(session, case.pool, case.definition_version)
        way = definition.transition(outcome)
        if way is not None:
            ways[stand.point.id] = way
            states[stand.point.id] = definition.state(way.to).staff
    return Told(house.definitions.current(room.meeting.pool), room, ways, states, following)


def agenda(told: Told) -> Paper:
    """The agenda as it is sent."""
    w = words(AUTHORITATIVE)
    cases = [one for one in told.room.stands if one.point.item.kind == "case"]
    blocks: list[Block] = [_overview(told, w)]
    if cases:
        blocks.append(Heading("cases", 2, w.t("The applications")))
    for stand in cases:
        blocks += _case_before(stand, w)
    return _paper(told, w, w.t("Agenda"), blocks)


def minutes(told: Told) -> Paper:
    """The minutes as they are sent."""
    w = words(AUTHORITATIVE)
    blocks: list[Block] = [
        Heading("attendance", 2, w.t("Attendance")),
        *_attendance(told.room, w),
        Heading("points", 2, w.t("The points")),
    ]
    for stand in told.room.stands:
        blocks += _point_after(told, stand, w)
    if told.room.meeting.remarks:
        blocks += [
            Heading("remarks", 2, w.t("Remarks")),
            *_paragraphs("remarks", told.room.meeting.remarks),
        ]
    blocks.append(Heading("next", 2, w.t("Next meeting")))
    blocks.append(Para("next-day", _next(told.following, w)))
    return _paper(told, w, w.t("Minutes"), blocks)


def lines(points: Iterable[Point], lang: str) -> list[str]:
    """The agenda in a mail: a line a point."""
    w = words(lang)
    return [f"{one.item.position}. {_title(one, w)}" for one in points]


def when(meeting: Meeting, w: Words) -> str:
    """``18. marts 2026 kl. 17.00–19.00``."""
    clock = shown_clock(meeting.begins_at)
    if meeting.ends_at:
        clock += f"–{shown_clock(meeting.ends_at)}"
    return w.t("%(day)s at %(time)s", day=w.day(meeting.held_on), time=clock)


def _paper(told: Told, w: Words, title: str, blocks: Sequence[Block]) -> Paper:
    meeting = told.room.meeting
    where = f" · {meeting.place}" if meeting.place else ""
    version = ""
    if title == w.t("Agenda") and meeting.agenda_version > 1:
        version = " · " + w.t("version %(n)s", n=meeting.agenda_version)
    return Paper(
        title=f"{title} · {w.text(told.definition.name)}",
        subtitle=f"{when(meeting, w)}{where}{version}",
        lang=w.lang,
        dir=w.dir,
        blocks=tuple(blocks),
        stamp=(),
        small=False,
    )


def _title(point: Point, w: Words) -> str:
    case = point.case
    if case is None:
        return point.item.title
    name = f"{case.title} ({case.number})"
    if point.item.kind == "told":
        return w.t("For information: %(what)s", what=name)
    return name


def _overview(told: Told, w: Words) -> Table:
    rows = []
    for one in told.room.stands:
        case = one.case if one.point.item.kind == "case" else None
        rows.append(
            (
                f"{one.point.item.position}. {_title(one.point, w)}",
                one.point.applicant,
                case.asked if case is not None else None,
                _amount_advised(one) if case is not None else None,
            )
        )
    advised = any(one.recommended is not None for one in told.room.stands)
    columns = [
        Column("point", w.t("Point"), clip=300),
        Column("applicant", w.t("Applicant")),
        Column("asked", w.t("Asked for"), "money", unknown=""),
        *([Column("advised", w.t("Recommended"), "money", unknown="")] if advised else []),
    ]
    return Table(
        "agenda", w.t("The agenda"), tuple(columns), tuple(row[: len(columns)] for row in rows)
    )


def _amount_advised(stand: Stand) -> int | None:
    return stand.advised if stand.recommended is not None else None


def _case_before(stand: Stand, w: Words) -> Iterator[Block]:
    case = stand.case
    assert case is not None
    key = f"point-{stand.point.id}"
    yield Heading(key, 3, f"{stand.point.item.position}. {_title(stand.point, w)}")
    yield Para(f"{key}-who", _who(stand, case, w))
    if stand.recommended is not None:
        advice = w.t(ADVICE[stand.recommended.advice])
        if stand.recommended.amount:
            advice += f", {w.money(stand.recommended.amount)}"
        yield Para(f"{key}-advice", w.t("Recommended: %(advice)s", advice=advice))
        yield from _paragraphs(f"{key}-why", stand.recommended.reasons, own=True)


def _who(stand: Stand, case: Case, w: Words) -> str:
    told = [w.t("Applicant: %(name)s.", name=stand.point.applicant)]
    if case.urgent:
        told.append(w.t("It is urgent."))
    if case.asked is not None:
        told.append(w.t("Asked for: %(amount)s", amount=w.money(case.asked)))
    return " ".join(told)


def _attendance(room: Room, w: Words) -> Iterator[Block]:
    there = [one for one in room.people if one.present]
    away = [one for one in room.people if not one.present]
    nobody = w.t("nobody")
    yield Para("there", w.t("Present: %(names)s.", names=_names(there) or nobody))
    yield Para("away", w.t("Not present: %(names)s.", names=_names(away) or nobody))
    count = room.count
    numbers = {"present": count.present, "entitled": count.entitled, "needed": count.needed}
    yield Para(
        "quorum",
        w.t(
            "%(present)s of %(entitled)s members were present, and %(needed)s were needed: the "
            "meeting was quorate.",
            **numbers,
        )
        if count.enough
        else w.t(
            "%(present)s of %(entitled)s members were present, and %(needed)s were needed: the "
            "meeting was not quorate.",
            **numbers,
        ),
    )


def _names(people: Sequence[Attendance]) -> str:
    return ", ".join(
        f"{one.name} ({one.organisation})" if one.organisation else one.name for one in people
    )


def _point_after(told: Told, stand: Stand, w: Words) -> Iterator[Block]:
    item, case = stand.point.item, stand.case
    key = f"point-{stand.point.id}"
    yield Heading(key, 3, f"{item.position}. {_title(stand.point, w)}")
    if case is not None:
        yield Para(f"{key}-who", _who(stand, case, w))
    if case is not None and item.kind == "case":
        yield from _outcome(told, stand, key, w)
    elif stand.decision is not None and item.kind == "told":
        yield Para(f"{key}-made", _made(stand, w))
    yield from _paragraphs(f"{key}-note", item.note)


def _made(stand: Stand, w: Words) -> str:
    made = stand.decision
    assert made is not None
    outcome = w.t({"refused": "Refusal", "part": "Part grant"}.get(made.outcome, "Full grant"))
    if made.amount:
        outcome += f", {w.money(made.amount)}"
    return w.t("Decided %(day)s: %(outcome)s", day=w.day(made.made_on), outcome=outcome)


def _outcome(told: Told, stand: Stand, key: str, w: Words) -> Iterator[Block]:
    item, how = stand.point.item, stand.point.outcome
    made = stand.decision if item.decision_id is not None else None
    if made is not None and made.id != item.decision_id:
        made = None  # it has been decided anew since
    way = told.ways.get(stand.point.id)
    if how == HELD_OVER:
        yield Para(f"{key}-over", w.t("Held over to a later meeting."))
    elif how == UNDONE:
        yield Para(f"{key}-undone", w.t("The decision was undone before anybody was told."))
    elif how == BEFORE:
        yield Para(f"{key}-before", w.t("Decided before the meeting."))
        if made is not None:
            yield Para(f"{key}-made", _made(stand, w))
    elif way is not None and way.outcome is not None:
        said = w.t(ADVICE[way.outcome])
        if made is not None and made.amount:
            said += f", {w.money(made.amount)}"
        yield Para(f"{key}-made", w.t("Decision: %(decision)s", decision=said))
        if made is not None:
            yield from _grounds(made.reasons, made.conditions, made.stayed_out, key, w)
            if made.meeting_id is None:
                yield Para(
                    f"{key}-alone",
                    w.t("Decided by the chair, since too few could take part. Why:"),
                )
            elif stand.count is not None and stand.stayed_out:
                yield Para(f"{key}-took", w.t("Took part: %(names)s.", names=made.took_part))
    elif way is not None:
        yield Para(f"{key}-left", f"{w.text(told.states[stand.point.id])}.")


def _grounds(reasons: str, conditions: str, stayed_out: str, key: str, w: Words) -> Iterator[Block]:
    if conditions:
        yield Para(f"{key}-conditions", w.t("On condition: %(what)s", what=conditions))
    yield from _paragraphs(f"{key}-reasons", reasons, own=True)
    if stayed_out:
        yield Para(f"{key}-out", w.t("Stayed out of the case: %(names)s.", names=stayed_out))


def _next(following: Meeting | None, w: Words) -> str:
    if following is None:
        return w.t("No meeting is planned yet.")
    where = f", {following.place}" if following.place else ""
    return f"{when(following, w)}{where}"


def _paragraphs(key: str, text: str, *, own: bool = False) -> Iterator[Block]:
    parts = [" ".join(part.split()) for part in text.split("\n\n") if part.strip()]
    for number, part in enumerate(parts, start=1):
        yield Para(f"{key}-{number}", part, own=own)
