"""What an applicant is told of the case: where it is, what happens now, what is to be done.

Only what is theirs to know: no journal, no colleague's note, no figure of the pool.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for

from pool.cases import forwarding, instalments
from pool.cases.effects_payments import current
from pool.cases.view import CaseView
from pool.models.case import Case, Decision
from pool.web.applicant.claims import asked_back, claimed, owed, waived
from pool.web.apply.shown import in_words
from pool.web.apply.uploads import size_in_words
from pool.web.context import read, today
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import START, SUGGESTION

_THEIRS = frozenset({"application", "answer", "report", "hearing", "voucher", "invoice"})
"""Why files are in the case that the applicant handed in."""


def decision(view: CaseView) -> Decision | None:
    """The decision in force, once it is announced."""
    found = view.decision
    return found if found is not None and found.announced_at is not None else None


def may(view: CaseView, action: str) -> bool:
    """Whether the applicant can do this now."""
    explained = view.explained(action)
    return explained is not None and explained.allowed


def report_action(view: CaseView) -> str:
    """How the report is sent in from the state the case is in: of a deficit guarantee the accounts
    go with it."""
    moves = (
        move.key
        for move in view.definition.leaving(view.case.state)
        if {"report", "accounts"} & set(move.effects)
        and "applicant" in move.who
        and may(view, move.key)
    )
    return next(moves, "report")


def may_tell_payee(view: CaseView) -> bool:
    """Whether the applicant can say where the money is to go: until nothing more is to be paid."""
    return bool(view.money.held) and may(view, "payee")


def asks_payee(view: CaseView) -> bool:
    """Whether that is what is waited for."""
    if not may_tell_payee(view):
        return False
    if view.facts.payee_known:  # only looked up where payments wait for it
        return False
    return current(read(), view.case.id or 0) is None


def may_report(view: CaseView) -> bool:
    """Whether the applicant can send the report now."""
    return may(view, report_action(view))


def answer_action(view: CaseView) -> str:
    """What answers the question that is open: of a report it is another than of an application."""
    moves = (
        move.key
        for move in view.definition.leaving(view.case.state)
        if "answer" in move.effects and may(view, move.key)
    )
    return next(moves, "answer")


def next_sentences(view: CaseView) -> list[str]:
    """What happens now, in the order it matters."""
    say: list[str] = []
    case, money = view.case, view.money
    if may(view, answer_action(view)):
        due = view.enquiry.due_on if view.enquiry else None
        if due:
            say.append(t("We have asked you something. Please answer by %(day)s.", day=_day(due)))
        else:
            say.append(t("We have asked you something, and wait for your answer."))
        if view.report is None:
            say.append(t("When we have it, we go on with your application."))
    elif may(view, "hearing-answer"):
        due = view.due.get("hearing")
        if due:
            say.append(
                t("You can comment on what others have told us, until %(day)s.", day=_day(due))
            )
        say.append(t("Nothing is decided before that, unless you answer earlier."))
    elif view.state.clock == "running" and case.promised_on:
        say.append(t("You have an answer by %(day)s.", day=_day(case.promised_on)))
        say.append(t("If you have not heard from us by then, ring us."))
    made = decision(view)
    if made is not None and made.grant_type == "deficit" and money.held:
        say.append(t("It is a deficit guarantee: we pay the deficit when we have your accounts."))
    elif made is not None and money.held and asks_payee(view):
        if money.paid:
            say.append(t("Another %(amount)s is to be paid to you.", amount=_kr(money.held)))
    elif made is not None and money.held:
        say.append(_coming(view))
    if asks_payee(view):
        say.append(t("Before we can pay, we must know where the money is to go."))
    if claimed(view):
        say += owed(view, may_report=may_report(view))
    elif may_report(view):
        due = view.due.get("report")
        if due:
            say.append(
                t("When it is over, tell us briefly how it went: by %(day)s.", day=_day(due))
            )
        else:
            say.append(t("When it is over, tell us briefly how it went."))
    if view.report is not None and not view.state.final:
        if due := view.due.get("vouchers"):
            say.append(
                t(
                    "Your accounts were drawn by lot to be looked into. Please send us the "
                    "vouchers by %(day)s.",
                    day=_day(due),
                )
            )
        say.append(t("We read your report, and write to you when the case is closed."))
        say += asked_back(view)
    if view.state.final:
        if (sent_to := _forwarded(view)) is not None:
            return [*say, sent_to]
        if made is not None and made.outcome == "refused":
            say.append(t("The letter says why, and what you can do if you disagree."))
        if view.case.kind == SUGGESTION:
            say.append(t("You need do nothing more."))
        else:
            say.append(t("You need do nothing more. You are welcome to apply again."))
    return say


def _kr(amount: int) -> str:
    return speak().money(amount)


def _coming(view: CaseView) -> str:
    """What is paid next of what is held."""
    held, part = view.money.held, None
    if view.definition.has(instalments.FEATURE):
        parts = instalments.parts(read(), view.case.id or 0)
        part = next(iter(instalments.unpaid(parts)), None)
    if part is not None and part.due_on > today():
        return t(
            "The next part of the money, %(amount)s, is paid from %(day)s on.",
            amount=_kr(part.left),
            day=_day(part.due_on),
        )
    if view.money.paid:
        return t(
            "Another %(amount)s is on its way to you. We tell you when it is paid.",
            amount=_kr(part.left if part is not None else held),
        )
    return t("We are about to pay you the money, and tell you when it is done.")


def went_on_as(view: CaseView) -> Case | None:
    """The case in another pool that this one was sent on as."""
    if not view.state.final:
        return None
    if not any("forward" in move.effects for move in view.definition.transitions):
        return None
    return forwarding.successor(read(), view.case.id or 0)


def _forwarded(view: CaseView) -> str | None:
    """Where the application is now, if it was sent on to another pool."""
    new = went_on_as(view)
    if new is None:
        return None
    target = house().definitions.version(read(), new.pool, new.definition_version)
    return t(
        "Your application is now with %(pool)s and has the number %(number)s there. Everything "
        "you told us went along, and your link works there too.",
        pool=speak().text(target.name),
        number=new.number,
    )


def _day(day: Any) -> str:
    return speak().day(day)


def grant_rows(view: CaseView) -> list[tuple[str, str]]:
    """The money, as far as it is settled."""
    rows = []
    if view.case.asked is not None:
        rows.append((t("You asked for"), speak().money(view.case.asked)))
    made = decision(view)
    if made is not None:
        guarantee = made.grant_type == "deficit"
        label = t("You were guaranteed at most") if guarantee else t("You were granted")
        rows.append((label, speak().money(made.amount)))
        monthly = made.made_precision == "month"
        day = speak().month(made.made_on) if monthly else speak().day(made.made_on)
        rows.append((t("Decided on"), day))
    for payment in view.payments:
        rows.append(
            (
                t("Did not arrive") if payment.failed_on else t("Paid out"),
                t(
                    "%(amount)s on %(day)s",
                    amount=speak().money(payment.amount),
                    day=speak().day(payment.paid_on),
                ),
            )
        )
    if view.report is not None:
        rows.append((t("Spent"), speak().money(view.report.spent)))
        if view.report.income is not None:
            rows.append((t("What came in"), speak().money(view.report.income)))
    if view.money.returned:
        rows.append((t("Paid back"), speak().money(view.money.returned)))
    if let_go := waived(view):
        rows.append((t("You may keep"), speak().money(let_go)))
    return rows


def events(view: CaseView) -> list[dict[str, Any]]:
    """The case's way, the newest first."""
    received = t("We received your application")
    if view.case.kind == SUGGESTION:
        received = t("We received your suggestion")
    found = [_event(received, view.case.received_at)]
    found += [
        _event(t("We answered you"), event.recorded_at, "ok", (event.personal or {}).get("answer"))
        for event in view.journal
        if event.kind == "case.answer-suggestion"
    ]
    for enquiry in view.enquiries:
        found.append(_event(t("We asked you something"), enquiry.asked_at, "wait"))
        if enquiry.answered_at is not None:
            found.append(_event(t("You answered"), enquiry.answered_at))
    for one in view.decisions:
        if one.announced_at is not None:
            said = {
                "full": t("The working group granted all of it"),
                "part": t("The working group granted a part"),
                "granted": t("The working group gave support"),
                "refused": t("The working group refused the application"),
            }[one.outcome]
            before = view.changed(one)
            if before is not None:
                more = one.amount > before.amount
                amount = speak().money(one.amount)
                said = (
                    t("The grant was raised to %(amount)s", amount=amount)
                    if more
                    else t("The grant was lowered to %(amount)s", amount=amount)
                )
            found.append(
                _event(said, one.announced_at, "stop" if one.outcome == "refused" else "ok")
            )
        end = view.end(one)
        if end is not None and end.how != "changed":  # the one that changed it says so
            said = (
                t("The grant was taken back")
                if end.how == "revoked"
                else t("We took the case up again")
            )
            found.append(_event(said, end.ended_at, "stop" if end.how == "revoked" else "wait"))
    for payment in view.payments:
        found.append(_event(t("The money was paid out"), payment.recorded_at, "paid"))
        if payment.failed_at is not None:
            found.append(_event(t("The payment did not arrive"), payment.failed_at, "stop"))
    if view.report is not None:
        found.append(_event(t("We received your report"), view.report.received_at))
    made = decision(view)
    if view.case.closed_at is not None and not (made and made.outcome == "refused"):
        found.append(_event(speak().text(view.state.applicant), view.case.closed_at, "done"))
    return sorted(found, key=lambda event: event["at"])[::-1]


def _event(
    title: str, at: datetime, tone: str = "plain", text: str | None = None
) -> dict[str, Any]:
    return {"title": title, "at": at, "tone": tone, "text": text}


def application(view: CaseView) -> list[dict[str, Any]]:
    """What was sent in, part by part."""
    parts: dict[str, list[dict[str, Any]]] = {}
    for question, value in view.answers:
        parts.setdefault(question.step, []).append(
            {
                "label": speak().text(question.label),
                "value": in_words(view.definition, question, value, speak()),
            }
        )
    titles = {START: t("The amount"), SUGGESTION: t("The suggestion")} | {
        step.key: speak().text(step.title) for step in view.definition.steps
    }
    return [
        {"title": titles.get(step, step), "rows": parts[step]} for step in titles if step in parts
    ]


def files(view: CaseView, *purposes: str) -> list[dict[str, Any]]:
    """The files the applicant handed in; only those for some ``purposes``, where any are named."""
    return [
        {
            "name": one.file.name,
            "size": size_in_words(one.file.size),
            "href": url_for("applicant.file", number=view.case.number, file_id=one.file.id),
        }
        for one in view.files
        if one.purpose in (purposes or _THEIRS)
    ]


def own_file_ids(view: CaseView) -> frozenset[int]:
    """Files the applicant may fetch."""
    return frozenset(one.file.id or 0 for one in view.files if one.purpose in _THEIRS)
