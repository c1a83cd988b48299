"""What is asked for when an action is taken: from what was typed to values.

Values: amounts are øre, days are ``date``, ``record``, ``report`` and ``payee`` are dicts,
``instalments`` a list of dicts. An input that was
left out has no key. What the values must be *for the case at hand* is the guards' business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date, timedelta
from typing import Any

from workflows import inputs_money, values
from workflows.definition import Definition, Input
from workflows.facts import Facts
from workflows.inputs_money import Many
from workflows.questions import AnswerFault, Checked
from workflows.vocabulary import ADVICE, GRANT_TYPES, MADE_WHERE

Reader = Callable[[Any, date], Any]
PRECISIONS = ("day", "month")
"""How exactly the day of a decision is known; ``month``: its day is the month's last."""

LONGEST: Mapping[str, int] = {
    "reasons": 8000,
    "criterion": 60,
    "reason": 2000,
    "questions": 4000,
    "answer": 8000,
    "note": 2000,
    "reference": 60,
    "took_part": 2000,
    "stayed_out": 2000,
    "worked": 4000,
    "safety": 4000,
    "links": 2000,
    "facts": 8000,
    "source": 200,
    "to_pool": 40,
    "conditions": 4000,
    "complaint": 8000,
    "unheard": 2000,
    "findings": 4000,
}
"""Most characters of each text, for the fields of the page as well."""


def check_inputs(
    definition: Definition,
    action: str,
    raw: Mapping[str, Any],
    *,
    today: date,
    posts: Collection[str] = (),
    voted: bool = False,
) -> Checked:
    """Read the inputs of a transition out of ``raw`` (as typed, or values already).

    ``raw["record"]``, ``raw["report"]`` and ``raw["payee"]`` are mappings of their fields, and
    ``raw["instalments"]`` a list of rows; faults inside them have keys such as
    ``record.made_on`` and ``instalments.0.amount``. Where the pool has the accounts form,
    ``posts`` (``Facts.report_posts``) must each be in ``raw["report"]["accounts"]``, and ``spent``
    is their sum. What the transition does not ask for is passed over. ``voted``: a vote was held
    on them, and the days of the instalments were looked at when it was opened.
    Raises KeyError for an unknown action.
    """
    transition = definition.transition(action)
    if transition is None:
        raise KeyError(action)
    found: dict[str, Any] = {}
    faults: list[AnswerFault] = []
    for wanted in transition.inputs:
        given = raw.get(wanted.name)
        accounted = wanted.name == "report" and definition.has(inputs_money.ACCOUNTS)
        if values.blank(given):
            if not (wanted.required and (accounted or wanted.name == "payee")):
                faults.extend(_left_out(wanted))
                continue
            given = {}  # each field says what it lacks
        try:
            if accounted:
                found["report"] = _report_of_accounts(definition, given, today, posts)
                continue
            looked_at = voted and wanted.name == "instalments"
            value = READERS[wanted.name](given, date.min if looked_at else today)
            if wanted.name == "criterion":
                value = values.one_of(value, [o.key for o in definition.refusal_reasons])
            if wanted.name == "by_post":
                value = inputs_money.posts(definition, value, "by_post")
            found[wanted.name] = value
        except values.Bad as bad:
            faults.append(AnswerFault(wanted.name, bad.code, bad.params))
        except Many as many:
            faults.extend(many.faults)
    return Checked(found, tuple(faults))


RECORDED_LATE = timedelta(days=31)
"""So long before the application a decision may lie: what was urgent was agreed by telephone and
written down afterwards."""


def _sent_on(facts: Facts, payment: Any) -> date | None:
    """The day of the payment that failed: the one that is named, else the only one, or the newest
    there is."""
    if payment is None and len(facts.payments) == 1:
        (payment,) = facts.payments
    return facts.payments.get(payment, facts.last_paid_on)


def days_in_order(facts: Facts, inputs: Mapping[str, Any]) -> tuple[AnswerFault, ...]:
    """Faults of days that cannot be: a decision long before the application, a payment before
    the decision, a revocation before it, money back before it was paid. ``inputs`` are values."""
    least: list[tuple[str, Any, date | None]] = [
        ("paid_on", inputs.get("paid_on"), facts.decided_on),
        ("returned_on", inputs.get("returned_on"), facts.paid_on),
        ("failed_on", inputs.get("failed_on"), _sent_on(facts, inputs.get("payment"))),
    ]
    made_on = (inputs.get("record") or {}).get("made_on")
    if facts.decided:  # what the group decides of a decision comes after it
        least.append(("record.made_on", made_on, facts.decided_on))
    elif facts.received_on is not None:
        least.append(("record.made_on", made_on, facts.received_on - RECORDED_LATE))
    if facts.received_on is not None:
        least.append(("received_on", inputs.get("received_on"), facts.received_on))
    return tuple(
        AnswerFault(key, "date-before", {"day": first})
        for key, given, first in least
        if isinstance(given, date) and first is not None and given < first
    )


def _left_out(wanted: Input) -> list[AnswerFault]:
    if not wanted.required:
        return []
    fields = REQUIRED_FIELDS.get(wanted.name)
    if fields:
        return [_missing(wanted.name, name) for name in fields]
    return [_missing(wanted.name)]


def _missing(*path: str) -> AnswerFault:
    if path[-1] in CHOSEN:
        return AnswerFault(".".join(path), "required-choice")
    return AnswerFault(".".join(path), "required")


def _lines(name: str) -> Reader:
    return lambda raw, _today: values.lines(raw, LONGEST[name])


def _line(name: str) -> Reader:
    return lambda raw, _today: values.line(raw, LONGEST[name])


def _amount(raw: Any, _today: date) -> int:
    return values.amount(raw)


def _day(raw: Any, _today: date) -> date:
    return values.day(raw)


def _past_day(raw: Any, today: date) -> date:
    """A day something was done on: not one that has yet to come."""
    day = values.day(raw)
    if day > today:
        raise values.Bad("date-ahead")
    return day


def _yes_no(raw: Any, _today: date) -> bool:
    return values.yes_no(raw)


def _advice(raw: Any, _today: date) -> str:
    return values.one_of(raw, ADVICE)


def _made_where(raw: Any, _today: date) -> str:
    return values.one_of(raw, MADE_WHERE)


def _participants(raw: Any, _today: date) -> int:
    return values.whole(raw, 0, 1_000_000)


def _grant_type(raw: Any, _today: date) -> str:
    return values.one_of(raw, GRANT_TYPES)


def _case(raw: Any, _today: date) -> int:
    try:
        return values.whole(raw, 1)
    except values.Bad as bad:
        raise values.Bad("case") from bad


def _evidence(raw: Any, _today: date) -> list[int | str]:
    """Numbers or digests of the files that show how it was decided."""
    if not isinstance(raw, (list, tuple)):
        raise values.Bad("files")
    return [entry for entry in raw if not values.blank(entry)]


RECORD: Mapping[str, Reader] = {
    "made_on": _past_day,
    "made_where": _made_where,
    "took_part": _lines("took_part"),
    "stayed_out": _lines("stayed_out"),
    "evidence": _evidence,
    "precision": lambda raw, _today: values.one_of(raw, PRECISIONS),
}
"""``precision`` is told by an import alone: of some decisions only the month is known."""
REPORT: Mapping[str, Reader] = {
    "held": _yes_no,
    "participants": _participants,
    "worked": _lines("worked"),
    "safety": _lines("safety"),
    "links": _lines("links"),
    "spent": _amount,
    "income": _amount,
}
REQUIRED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "record": ("made_on", "made_where", "took_part"),
    "report": ("held", "worked", "spent"),
}
"""Fields without which the input is none. ``participants`` besides, where it was held."""


CHOSEN = frozenset(
    {"advice", "criterion", "made_where", "held", "to_pool", "grant_type", "earmark", "result"}
)
"""What is chosen, not written."""


def _fields(name: str, raw: Any, today: date, readers: Mapping[str, Reader]) -> dict[str, Any]:
    found, faults = _read(name, raw, today, readers)
    if faults:
        raise Many(faults)
    return found


def _read(
    name: str, raw: Any, today: date, readers: Mapping[str, Reader]
) -> tuple[dict[str, Any], list[AnswerFault]]:
    if not isinstance(raw, Mapping):
        raise values.Bad("unreadable")
    found: dict[str, Any] = {}
    faults: list[AnswerFault] = []
    for field, read in readers.items():
        given = raw.get(field)
        if values.blank(given):
            if field in REQUIRED_FIELDS[name]:
                faults.append(_missing(name, field))
            continue
        try:
            found[field] = read(given, today)
        except values.Bad as bad:
            faults.append(AnswerFault(f"{name}.{field}", bad.code, bad.params))
    if name == "report" and found.get("held") and values.blank(raw.get("participants")):
        faults.append(AnswerFault("report.participants", "required"))
    return found, faults


def _record(raw: Any, today: date) -> dict[str, Any]:
    return _fields("record", raw, today, RECORD)


def _report(raw: Any, today: date) -> dict[str, Any]:
    return _fields("report", raw, today, REPORT)


def _report_of_accounts(
    definition: Definition, raw: Any, today: date, needed: Collection[str]
) -> dict[str, Any]:
    """The report whose sum spent is that of its accounts by post; of another pool's records,
    which have no posts, the plain one."""
    if not needed and isinstance(raw, Mapping) and values.blank(raw.get("accounts")):
        return _report(raw, today)
    readers = {name: read for name, read in REPORT.items() if name != "spent"}
    found, faults = _read("report", raw, today, readers)
    try:
        accounts = inputs_money.posts(
            definition, raw.get("accounts"), "report.accounts", needed=needed, zeros=True
        )
        found |= {"accounts": accounts, "spent": sum(accounts.values())}
    except values.Bad as bad:
        faults.append(AnswerFault("report.accounts", bad.code, bad.params))
    except Many as many:
        faults.extend(many.faults)
    if faults:
        raise Many(faults)
    return found


READERS: Mapping[str, Reader] = {
    "advice": _advice,
    "amount": _amount,
    "reasons": _lines("reasons"),
    "criterion": _line("criterion"),
    "reason": _lines("reason"),
    "questions": _lines("questions"),
    "answer": _lines("answer"),
    "due_on": _day,
    "reference": _line("reference"),
    "paid_on": _past_day,
    "record": _record,
    "report": _report,
    "returned": _amount,
    "returned_on": _past_day,
    "facts": _lines("facts"),
    "source": _line("source"),
    "to_pool": _line("to_pool"),
    "conditions": _lines("conditions"),
    "by_post": inputs_money.by_post,
    "grant_type": _grant_type,
    "advance": _amount,
    "early_start": _yes_no,
    "unheard": _lines("unheard"),
    "until": _day,
    "promised_on": _day,
    "complaint": _lines("complaint"),
    "received_on": _past_day,
    "becomes": _case,
    "payee": inputs_money.who_is_paid,
    "failed_on": _past_day,
    "payment": inputs_money.payment,
    "earmark": inputs_money.earmark,
    "instalments": inputs_money.instalments,
    "result": inputs_money.result,
    "findings": _lines("findings"),
    "note": _lines("note"),
}
"""How each input of ``vocabulary.INPUTS`` is read."""
