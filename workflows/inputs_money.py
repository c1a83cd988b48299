"""Inputs about money that have fields of their own: instalments, accounts by post, who is paid."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from workflows import payee, values
from workflows.definition import Definition
from workflows.questions import AnswerFault
from workflows.vocabulary import CHECK_RESULTS

ACCOUNTS = "accounts-form"
"""The feature by which a report has accounts instead of one sum."""

MOST_INSTALMENTS = 24


class Many(Exception):
    """Faults of the fields inside one input."""

    def __init__(self, faults: list[AnswerFault]) -> None:
        super().__init__()
        self.faults = faults


def by_post(raw: Any, _today: date) -> dict[str, Any]:
    """What was typed at each post; read with the pool's posts by :func:`posts`."""
    if not isinstance(raw, Mapping):
        raise values.Bad("unreadable")
    return {str(key): value for key, value in raw.items() if not values.blank(value)}


def posts(
    definition: Definition,
    raw: Any,
    name: str,
    *,
    needed: Collection[str] = (),
    zeros: bool = False,
) -> dict[str, int]:
    """Øre by post, in the file's order. ``needed``: posts that must be there; ``zeros``: a post
    of nothing is kept. Raises :class:`Many` with keys such as ``<name>.food``."""
    typed = by_post(raw if raw is not None else {}, date.min)
    known = [post.key for post in definition.budget_posts]
    found: dict[str, int] = {}
    faults = [AnswerFault(f"{name}.{key}", "option") for key in typed if key not in known]
    for key in known:
        if key not in typed:
            if key in needed:
                faults.append(AnswerFault(f"{name}.{key}", "required"))
            continue
        try:
            amount = values.amount(typed[key])
        except values.Bad as bad:
            faults.append(AnswerFault(f"{name}.{key}", bad.code, bad.params))
            continue
        if amount or zeros:
            found[key] = amount
    if faults:
        raise Many(faults)
    return found


def instalments(raw: Any, today: date) -> list[dict[str, Any]]:
    """``[{"amount": øre, "due_on": date}, …]`` in the order of their days. Rows in which nothing
    was typed are passed over; a day before ``today`` is a fault; faults have keys such as
    ``instalments.0.amount``, by the row's place as typed."""
    if not isinstance(raw, (list, tuple)):
        raise values.Bad("unreadable")
    found: list[dict[str, Any]] = []
    faults: list[AnswerFault] = []
    for place, row in enumerate(raw):
        if values.blank(row):
            continue
        if not isinstance(row, Mapping):
            raise values.Bad("unreadable")
        part: dict[str, Any] = {}
        for field in ("amount", "due_on"):
            key, given = f"instalments.{place}.{field}", row.get(field)
            try:
                if values.blank(given):
                    faults.append(AnswerFault(key, "required"))
                elif field == "amount":
                    part[field] = values.amount(given, least=1)
                elif (day := values.day(given)) < today:
                    faults.append(AnswerFault(key, "date-before", {"day": today}))
                else:
                    part[field] = day
            except values.Bad as bad:
                faults.append(AnswerFault(key, bad.code, bad.params))
        found.append(part)
    if faults:
        raise Many(faults)
    if len(found) > MOST_INSTALMENTS:
        raise values.Bad("too-many-rows", most=MOST_INSTALMENTS)
    return sorted(found, key=lambda part: part["due_on"])


def who_is_paid(raw: Any, today: date) -> dict[str, Any]:
    """See ``payee.check``."""
    try:
        return payee.check(raw, today)
    except payee.Refused as refused:
        raise Many(list(refused.faults)) from refused


def earmark(raw: Any, _today: date) -> int:
    """The id of the earmark's account."""
    try:
        return values.whole(raw, 1)
    except values.Bad as bad:
        raise values.Bad("option") from bad


def payment(raw: Any, _today: date) -> int:
    """The id of a payment."""
    return earmark(raw, _today)


def result(raw: Any, _today: date) -> str:
    return values.one_of(raw, CHECK_RESULTS)
