"""Random lives of cases, by the pure rules alone: whatever people try, in whatever order, the case
is in a known state, its money adds up, and what is refused has a reason in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pool.clock import COPENHAGEN
from tests.workflows.cases import RECORD, TODAY, facts
from workflows import wording
from workflows.calendar import working_days_between
from workflows.deficit import used
from workflows.definition import Definition
from workflows.explain import actions, explain
from workflows.facts import Facts, Who
from workflows.loading import load_all
from workflows.planning import Plan, opening_plan, plan

ROLES = ["applicant", "secretariat", "member", "chair", "finance", "auditor", "system"]
ASKED = 800_000
POOLS = load_all()


@dataclass(frozen=True)
class Step:
    """Something tried. Where ``follow``, the ``pick``-th of what is offered to anybody; otherwise
    the ``pick``-th action by people with ``roles``, offered or not."""

    follow: bool
    pick: int
    roles: frozenset[str]
    amount: int
    recorded: bool
    days: int


STEPS = st.lists(
    st.builds(
        Step,
        follow=st.sampled_from([True, True, True, False]),
        pick=st.integers(0, 999),
        roles=st.frozensets(st.sampled_from(ROLES), min_size=1, max_size=2),
        amount=st.integers(0, 900_000) | st.sampled_from([0, ASKED - 1, ASKED, ASKED + 1]),
        recorded=st.sampled_from([True, True, False]),
        days=st.integers(0, 20),
    ),
    min_size=1,
    max_size=25,
)


def tried(definition: Definition, known: Facts, step: Step) -> tuple[str, Who]:
    """The action and the person of a step."""
    offered = [
        (explanation.action, role)
        for role in ROLES
        for explanation in actions(definition, known, person(role))
        if explanation.allowed
    ]
    if step.follow and offered:
        action, role = offered[step.pick % len(offered)]
        return action, person(role)
    keys = [transition.key for transition in definition.transitions]
    return keys[step.pick % len(keys)], person(*step.roles)


def person(*roles: str) -> Who:
    return Who(None if roles == ("applicant",) else 7, frozenset(roles))


def inputs(action: str, amount: int, recorded: bool, known: Facts) -> dict[str, Any]:
    record = {"record": {**RECORD, "made_on": known.today}} if recorded else {}
    kind: dict[str, Any] = {}
    if amount % 3 == 0:
        kind = {"grant_type": "deficit", **({"advance": amount // 2} if amount % 2 else {})}
    if amount % 5 == 0 and not kind:
        whole = ASKED if action == "grant" else amount
        halves = (whole // 2, whole - whole // 2)
        kind = {"instalments": [{"amount": half, "due_on": known.today} for half in halves]}
    unheard = {"unheard": "kendt"} if amount % 3 else {}
    ahead = known.today + timedelta(days=amount % 20)
    typed: dict[str, dict[str, Any]] = {
        "ask": {"questions": "?", "due_on": ahead},
        "hear": {"facts": "lejet ud", "source": "fsb", "due_on": ahead},
        "hearing-answer": {"answer": "nej"},
        "hearing-stop": {"reason": "en fejl"},
        "delay": {"reason": "mange sager", "promised_on": ahead},
        "postpone": {"reason": "et tilbud mangler", "until": ahead},
        "forward": {"to_pool": ("knowledge", "nowhere")[amount % 2], "reason": "viden"},
        "undo": {"reason": "tastefejl"},
        "reopen": {"reason": "nyt"},
        "revoke": {
            "reasons": "fordi" if amount % 2 else "",
            "unheard": "kendt" if amount % 5 else "",
            **record,
        },
        "lapse-advance": {"reason": "intet regnskab"},
        "complaint": {"complaint": "uenig", "received_on": known.today},
        "pay-advance": {"reference": "B2", "paid_on": known.today},
        "accounts": {"report": {"held": True, "worked": "", "spent": amount, "income": 100_000}},
        "settle": {"reference": "B3", "paid_on": known.today} if recorded else {},
        "answer": {"answer": "!"},
        "recommend": {
            "advice": ("full", "part", "refused")[amount % 3],
            "reasons": "fordi",
            **({"amount": amount} if amount % 2 else {}),
        },
        "grant": {**record, **kind},
        "grant-part": {"amount": amount, "reasons": "fordi", **record, **kind},
        "refuse": {"reasons": "fordi" if amount % 2 else "", **record},
        "pay": {"reference": "B1", "paid_on": known.today},
        "report": {"report": {"held": True, "worked": "", "spent": amount}},
        "return": {"returned": amount // 3, "returned_on": known.today},
        "lapse": {"reason": "tavshed"},
        "payee": {"payee": {"way": "applicant"}},
        "raise": {"amount": known.granted + amount, "reasons": "fordi", **record},
        "lower": {"amount": amount, "reasons": "fordi", **unheard, **record},
        "stop-rest": {"reasons": "fordi", **unheard, **record},
        "payment-failed": {"reason": "lukket konto", "failed_on": known.today},
        "stop-rest-late": {"reasons": "fordi", **unheard, **record},
        "payment-failed-late": {"reason": "lukket konto", "failed_on": known.today},
        "settlement-failed": {"reason": "lukket konto", "failed_on": known.today},
        "pay-again": {"reference": "B5", "paid_on": known.today},
        "return-undone": {"reason": "en anden sags penge"},
        "pay-instalment": {"reference": "B4", "paid_on": known.today},
        "ask-report": {"questions": "?", "due_on": ahead},
        "answer-report": {"answer": "!"},
        "lapse-unreported": {"reason": "tavshed"},
        "return-report": {"reason": "et nul for meget"},
        "return-accounts": {"reason": "et nul for meget"},
        "return-accounts-advance": {"reason": "et nul for meget"},
        "claim-unspent": {"reasons": "teltet", **({"amount": amount} if amount % 2 else {})},
        "write-off": {"reason": "foreningen er opløst"},
        "spot-check": {"result": ("good", "remarks")[amount % 2], "findings": ""},
    }
    return typed.get(action, {})


def after(
    known: Facts,
    planned: Plan,
    given_inputs: dict[str, Any],
    payments: list[tuple[int, int]] | None = None,
    returns: list[int] | None = None,
) -> Facts:
    """The facts once the plan's effects have been carried out, as a ledger would have them.
    ``payments``: the amount of each that stands, and how many instalments it was of."""
    payments = [] if payments is None else payments
    returns = [] if returns is None else returns
    changes: dict[str, Any] = {"state": planned.to_state}
    for effect in planned.effects:
        amount = planned.amount or 0
        match effect:
            case "ask":
                changes["open_questions"] = known.open_questions + 1
            case "answer":
                changes["open_questions"] = 0
            case "recommend":
                changes["recommended"] = True
            case "decide":
                changes |= {
                    "decided": True, "announced": planned.letter == "decision",
                    "letter_unsent": known.today.day % 2 == 0,
                    "grant_type": given_inputs.get("grant_type", "fixed"),
                    "advance": given_inputs.get("advance"),
                }  # fmt: skip
            case "announce":
                changes["announced"] = True
            case "undo" | "reopen" | "revoke":
                changes |= {
                    "held": 0, "free": known.free + known.held, "granted": 0, "decided": False,
                    "announced": False, "letter_unsent": False, "grant_type": "fixed",
                    "advance": None, "report_received": False, "spent": None, "income": None,
                    "instalments_left": 0, "spot_check": "",
                }  # fmt: skip
            case "hear":
                changes |= {"open_hearings": 1, "hearing_unended": True}
            case "hearing-answer" | "hearing-stop":
                changes |= {"open_hearings": 0, "hearing_unended": False}
            case "pay-advance":
                changes |= {"held": known.held - amount, "paid": known.paid + amount}
                payments.append((amount, 0))
            case "payee":
                changes["payee_known"] = True
            case "raise" | "lower" | "stop-rest":
                now = given_inputs.get("amount", known.granted - known.held)
                more = now - known.granted
                changes |= {
                    "granted": now, "held": known.held + more, "free": known.free - more,
                    "letter_unsent": False,
                }  # fmt: skip
                if effect == "stop-rest":
                    changes["instalments_left"] = 0
            case "post-instalment":
                share = known.held // known.instalments_left
                changes |= {
                    "held": known.held - share, "paid": known.paid + share,
                    "instalments_left": known.instalments_left - 1,
                }  # fmt: skip
                payments.append((share, 1))
            case "payment-failed":
                back, parts = payments.pop()
                changes |= {
                    "held": known.held + back, "paid": known.paid - back,
                    "instalments_left": known.instalments_left + parts,
                }  # fmt: skip
            case "draw":
                changes["spot_check"] = "drawn" if known.today.day % 2 else ""
            case "spot-check":
                changes["spot_check"] = "checked"
            case "accounts":
                told = given_inputs["report"]
                changes |= {
                    "report_received": True, "spent": told["spent"], "income": told["income"],
                }  # fmt: skip
            case "settle":
                if amount:
                    payments.append((amount, 0))
                changes |= {
                    "held": 0, "paid": known.paid + amount,
                    "free": known.free + known.held - amount,
                }  # fmt: skip
            case "hold":
                changes |= {
                    "held": known.held + amount, "free": known.free - amount, "granted": amount,
                    "instalments_left": len(given_inputs.get("instalments", ())),
                }  # fmt: skip
            case "void" | "claim-advance":
                changes |= {"held": 0, "free": known.free + known.held, "instalments_left": 0}
            case "post":
                changes |= {"held": 0, "paid": known.paid + amount, "instalments_left": 0}
                payments.append((amount, known.instalments_left))
            case "report":
                changes |= {
                    "report_received": True, "spent": given_inputs["report"]["spent"], "claim": 0,
                }  # fmt: skip
            case "return-report":
                changes |= {"report_received": False, "spent": None, "income": None, "claim": 0}
            case "claim-unspent":
                changes["claim"] = amount
            case "write-off":
                changes["claim"] = known.paid - known.returned  # told from what is closed as usual
            case "return-undone":
                back = returns.pop()
                changes |= {"returned": known.returned - back, "free": known.free - back}
            case "return":
                returns.append(amount)
                changes |= {
                    "returned": known.returned + amount, "free": known.free + amount,
                    "claim": max(known.claim - amount, 0),
                }  # fmt: skip
    promised = [c.due_at for c in planned.deadlines if c.kind == "promise" and c.due_at]
    if promised:
        changes["promised_on"] = promised[0].astimezone(COPENHAGEN).date()
    changes["paused_on"] = known.today if planned.clock == "paused" else None
    return replace(known, **changes)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(POOLS)), STEPS, st.sampled_from([0, 300_000, 900_000]))
def test_whatever_people_try(pool: str, steps: list[Step], free: int) -> None:
    definition = POOLS[pool]
    known = facts(asked=ASKED, free=free)
    total = known.free
    payments: list[tuple[int, int]] = []
    returns: list[int] = []
    for step in steps:
        known = replace(
            known,
            today=known.today + timedelta(days=step.days),
            by_list=step.recorded,
            payment_standing=bool(payments) and not known.returned,
            # (of a closed case it may show that money is out after all)
            return_standing=bool(returns) and known.free >= returns[-1] and known.state != "closed",
            reminders=step.days // 8,
            next_year_open=step.days % 2 == 0,
            heard_since=step.days % 3 == 0,
        )
        if step.days > 15:
            known = replace(known, open_hearings=0)  # its day has passed
        action, actor = tried(definition, known, step)
        now = datetime.combine(known.today, time(12), COPENHAGEN).astimezone(UTC)
        given_inputs = inputs(action, step.amount, step.recorded, known)
        button = explain(definition, known, action, actor)
        whole = explain(definition, known, action, actor, given_inputs)
        assert (
            action not in {e.action for e in actions(definition, known, actor) if e.allowed}
            or button.allowed
        )
        if not button.allowed:
            assert not whole.allowed, "what may not be shown may not be done"
        for obstacle in whole.obstacles:
            for lang in ("da", "en"):
                text, params = wording.obstacle(definition, obstacle, lang)
                assert text % params
            assert set(obstacle.removable_by) <= set(definition.roles)
        if not whole.allowed:
            continue
        planned = plan(definition, known, action, given_inputs, now)
        assert all(c.due_at is None or c.due_at > now for c in planned.deadlines)
        known = after(known, planned, given_inputs, payments, returns)
        assert sum(amount for amount, _ in payments) == known.paid or known.spent is not None
        consistent(definition, known, total)


def consistent(definition: Definition, known: Facts, total: int) -> None:
    state = definition.state(known.state)
    assert known.free >= 0
    assert 0 <= known.returned <= known.paid
    assert known.free + known.held + known.paid - known.returned == total
    assert state.undisclosed == (known.decided and not known.announced) or state.final
    assert known.recommended or not (known.decided and definition.has("recommendation"))
    assert (state.money == "held") == (known.held > 0)
    assert state.money != "paid" or known.paid > 0
    assert known.paid == 0 or state.money == "paid" or not state.undisclosed
    assert not known.decided or state.start is False
    assert known.held + known.paid <= known.granted or known.held == 0
    assert known.instalments_left == 0 or known.held > 0
    waiting = known.open_questions > 0 or state.key in ("postponed", "waiting")
    assert waiting or state.clock != "paused"
    assert known.open_questions == 0 or not known.decided or state.key in (
        "accounted", "reported",
    )  # fmt: skip
    if state.final:
        assert known.held == 0
        left = {effect for move in definition.leaving(state.key) for effect in move.effects}
        assert left <= {"undo", "reopen", "complain", "void", "return", "return-undone"}
    if known.state == "closed":
        written_off = known.claim > 0
        assert known.spent is not None or known.paid == known.returned or written_off
        assert known.spot_check != "drawn"
        assert known.paid - known.returned <= (used(known) or 0) or written_off


@pytest.mark.parametrize("pool", sorted(POOLS))
def test_from_everywhere_somebody_can_do_something(pools: dict[str, Definition], pool: str) -> None:
    """No state leaves a usual case without anybody who could move it on."""
    definition = pools[pool]
    for state in definition.states:
        if state.final:
            continue
        offered = {
            e.action
            for role in definition.roles
            for e in actions(definition, facts(state.key), Who(3, frozenset({role})))
            if e.allowed
        }
        assert offered - {"return"}, state.key


@settings(deadline=None)
@given(st.integers(0, 60), st.integers(0, 30), st.integers(0, 30))
def test_pauses_never_shorten_what_is_left_of_the_promise(
    until_asked: int, first: int, second: int
) -> None:
    urban = POOLS["urban-life"]

    def at(day: Any) -> datetime:
        return datetime.combine(day, time(12), COPENHAGEN).astimezone(UTC)

    known = facts(received_on=TODAY, promised_on=None, paused_on=None)
    opened = opening_plan(urban, known, at(TODAY))
    known = after(known, opened, {})
    assert known.promised_on is not None
    day = TODAY + timedelta(days=until_asked)
    for pause in (first, second):
        known = replace(known, today=day)
        left = working_days_between(day, known.promised_on)  # type: ignore[arg-type]
        asking = {"questions": "?", "due_on": day + timedelta(days=40)}
        known = after(known, plan(urban, known, "ask", asking, at(day)), asking)
        day += timedelta(days=pause)
        known = replace(known, today=day)
        known = after(known, plan(urban, known, "answer", {"answer": "!"}, at(day)), {})
        assert known.promised_on is not None
        if left:
            assert working_days_between(day, known.promised_on) == left
