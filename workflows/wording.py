"""The sentence for every code: obstacles, faulty answers, and faults of a definition.

Texts are English, the catalogues' source (``templates/catalogues/<language>/workflows.po``), with
``%(name)s`` for what differs. :func:`obstacle` and :func:`answer` give the text and its
parameters made into words of a language, ready for ``Words.t(text, **params)``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from pool import money
from workflows import dates
from workflows.vocabulary import INPUT_NAMES, ROLE_NAMES, ROLE_SUBJECTS
from workflows.wording_faults import FAULTS
from workflows.wording_money import MONEY_ANSWERS, MONEY_OBSTACLES

if TYPE_CHECKING:
    from workflows.definition import Definition, Text
    from workflows.guards import Obstacle
    from workflows.questions import AnswerFault

Sentence = tuple[str, dict[str, str]]
"""An English text and its parameters, as words."""

OBSTACLES: Mapping[str, str] = {
    "unknown-action": "There is no such action: %(action)s.",
    "wrong-state": "The case is “%(state)s”. This is done when it is “%(states)s”.",
    "wrong-role": "This is done by %(roles)s.",
    "input-missing": "Something is missing: %(input)s.",
    "recused": (
        "You have an interest in this case and take no part in it. Somebody else must do this."
    ),
    "hearing-open": (
        "The applicant has been asked to comment on information from others. The decision waits "
        "for the answer, or for the day it is due."
    ),
    "no-reasons": (
        "Reasons are missing. A refusal or a part of what was asked for must say which criterion "
        "and which facts decided."
    ),
    "incomplete": "The application is not complete: required answers are missing.",
    "year-missing": "No budget has been opened for %(year)s.",
    "year-closing": "The books of %(year)s are being closed and take no new grants.",
    "year-closed": "The books of %(year)s are closed.",
    "decided": "The application has been decided already.",
    "question-open": "The applicant has been asked a question and has not answered yet.",
    "question-none": "There is no open question to answer.",
    "not-recommended": "No recommendation to the group has been made.",
    "no-amount-advised": "Write the amount you recommend.",
    "refusal-of-an-amount": "Who recommends a refusal recommends no amount. Leave it empty.",
    "undecided": "The application has not been decided yet.",
    "announced": "The decision has been announced already.",
    "nothing-asked": "The application does not say how much money it asks for.",
    "no-amount": "Write the amount to grant.",
    "not-in-full": (
        "%(amount)s is not the %(asked)s that was asked for. Grant a part instead, with reasons."
    ),
    "more-than-asked": "%(amount)s is more than the %(asked)s that was asked for.",
    "not-a-part": (
        "A part must be less than the %(asked)s that was asked for. Grant in full instead."
    ),
    "pool-empty": "There is no money left in the pool.",
    "not-enough": "%(amount)s is more than the %(free)s that is left in the pool.",
    "not-by-group": "The group decides. Write how it decided: when, where, and who took part.",
    "no-evidence": "Attach what shows the group's decision, such as the mail or the minutes.",
    "not-held": "No money is set aside for this case.",
    "still-held": "%(amount)s is still set aside for this case.",
    "not-paid": "Nothing has been paid out in this case.",
    "already-paid": "%(paid)s has been paid out.",
    "same-person": "You entered the decision, so somebody else must release the payment.",
    "no-reference": "Write the payment's number in the accounts.",
    "due-passed": "The day must lie ahead: %(day)s does not.",
    "report-already": "The report has been received already.",
    "report-missing": "The report has not been received.",
    "nothing-out": "Nothing is outstanding: all that was paid has come back.",
    "nothing-returned": "Write an amount above 0 kr.",
    "more-than-paid": "%(returned)s is more than the %(out)s that is paid and has not come back.",
    "unspent": "%(owed)s was not spent and has not come back.",
    "hearing-going-on": (
        "The applicant is being heard: wait for the answer, or for the day it is due."
    ),
    "hearing-none": "No hearing of the applicant is going on.",
    "checklist-open": "Points of the checklist have not been judged yet.",
    "no-other-pool": "There is no other pool to send the case to.",
    "unknown-pool": "Choose the pool to send the case to.",
    "letter-gone": (
        "The letter of the decision has left. Take the case up again instead of undoing it."
    ),
    "letter-resting": "The letter of the decision has not left yet: undo the decision instead.",
    "not-heard": (
        "The applicant has not been heard since the decision. Hear the applicant first, or write "
        "why that need not be done."
    ),
    "early-start-not-acute": (
        "Only an acute case may be allowed to have begun before the decision. This one is not "
        "marked as urgent."
    ),
    "posts-total": "The posts add up to %(total)s, but %(amount)s is granted.",
    "promised-not-later": (
        "The new day must be later than today and than %(day)s: %(given)s is not."
    ),
    "until-passed": "The day must lie ahead: %(day)s does not.",
    "vote-failed": "The group voted and did not carry it, or too few voted. Open a new vote, or "
    "take the case at a meeting. If it cannot wait, the chair can decide alone.",
    "at-meeting": "The case stands on the meeting that is open now. It is decided there.",
    "vote-open": "The group is voting on this case. Wait for the result, or stop the vote.",
    "advance-of-fixed": "Only a deficit guarantee can have an advance.",
    "advance-too-large": "The advance must be less than the %(amount)s that is granted.",
    "no-advance": "No advance was agreed.",
    "no-deficit": "The accounts show no deficit and nothing was paid: let the grant lapse.",
    "still-out": "%(out)s of what was paid has not come back.",
    "grant-is-guarantee": "This is a deficit guarantee: it is paid after the accounts.",
    "grant-is-fixed": "This is a fixed sum, not a deficit guarantee.",
    **MONEY_OBSTACLES,
}

REMOVABLE = "It can be changed by %(roles)s."
IRREMOVABLE = "Nobody can change that."

ANSWERS: Mapping[str, str] = {
    "required": "Fill in this field.",
    "required-choice": "Choose one of the possibilities.",
    "too-long": "Write at most %(longest)s characters. There are %(length)s now.",
    "unreadable": "What was sent could not be read. Please try again.",
    "yesno": "Choose yes or no.",
    "option": "Choose one of the possibilities.",
    "date-shape": "Write the date as day, month, year, for example 18.10.2024.",
    "date-no-year": "Write the year too, for example 18.10.2024.",
    "date-none": "There is no such day in the calendar.",
    "date-far": "The year must be between 2000 and 2099.",
    "date-ahead": "The day lies ahead. Write the day it was done.",
    "date-before": "The day must not lie before %(day)s.",
    "money-empty": "Write an amount in kroner, for example 8.500.",
    "money-shape": "Write an amount in kroner, for example 8.500 or 8.500,50.",
    "money-english": (
        "Write a comma before the øre and a full stop between the thousands, for example 8.500,50."
    ),
    "money-negative": "The amount cannot be below 0 kr.",
    "money-too-large": "The amount is too large.",
    "amount-too-small": "The amount must be %(least_amount)s or more.",
    "amount-too-large": "The amount can be %(most_amount)s or less.",
    "number": "Write a whole number, for example 40.",
    "number-too-small": "The number must be at least %(least)s.",
    "number-too-large": "The number can be at most %(most)s.",
    "email": "Write an e-mail address such as name@example.dk.",
    "phone": "Write a telephone number of eight digits, or one that begins with + and the country.",
    "cvr": "Write the CVR number's eight digits.",
    "cvr-check": "There is no such CVR number. Check the digits.",
    "postcode": "Write a Danish postcode of four digits.",
    "files": "The files could not be read. Please attach them again.",
    "too-many-files": "Attach at most %(most)s files.",
    "too-many-rows": "Write at most %(most)s lines.",
    "ends-before-start": "The end lies before the beginning.",
    "longer-than-year": "A grant is for one year at most. Choose an earlier end.",
    "over-short-form": "The short application is for %(most_amount)s or less.",
    "budget-total": (
        "The lines add up to %(total)s, but %(asked)s is what you ask for. They must be the same."
    ),
    "case": "There is no such case.",
    "unforeseen": "Unforeseen costs can be at most %(percent)s %% of the other lines.",
    **MONEY_ANSWERS,
}

_MONEY = frozenset(
    {
        "amount", "asked", "free", "paid", "returned", "out", "owed", "total",
        "least_amount", "most_amount", "advance", "granted",
    }
)  # fmt: skip
_OR = {"da": "eller", "en": "or"}


def obstacle(definition: Definition, found: Obstacle, lang: str) -> Sentence:
    """Why not. For the applicant's own page too: state names are the staff's."""
    return OBSTACLES[found.code], _words(found.params, lang, definition)


def remover(found: Obstacle, lang: str) -> Sentence:
    """Who could change it."""
    if not found.removable_by:
        return IRREMOVABLE, {}
    return REMOVABLE, {"roles": roles(found.removable_by, lang)}


def answer(fault: AnswerFault, lang: str) -> Sentence:
    """What is wrong with a field."""
    return ANSWERS[fault.code], _words(fault.params, lang, None)


def roles(keys: Iterable[str], lang: str) -> str:
    """``the secretariat or the chair of the working group``."""
    return _either([_text(ROLE_SUBJECTS[key], lang) for key in keys], lang)


def role(key: str, lang: str) -> str:
    """A role as a label: ``secretariat``."""
    return _text(ROLE_NAMES[key], lang)


def _either(names: list[str], lang: str) -> str:
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} {_OR.get(lang, _OR['da'])} {names[-1]}"


def _words(params: Mapping[str, Any], lang: str, definition: Definition | None) -> dict[str, str]:
    return {name: _word(name, value, lang, definition) for name, value in params.items()}


def _word(name: str, value: Any, lang: str, definition: Definition | None) -> str:
    if isinstance(value, date):
        return dates.show(value, lang)
    if name in _MONEY:
        return money.show(int(value))
    if name == "roles":
        return roles(value, lang)
    if name == "input":
        return _text(INPUT_NAMES[value], lang)
    if name in ("state", "states") and definition is not None:
        keys = [value] if isinstance(value, str) else list(value)
        return _either([_text(definition.state(key).staff, lang) for key in keys], lang)
    return str(value)


def _text(text: Text, lang: str) -> str:
    return text.get(lang) or text["da"]


__all__ = [
    "ANSWERS", "FAULTS", "IRREMOVABLE", "OBSTACLES", "REMOVABLE", "Sentence",
    "answer", "obstacle", "remover", "role", "roles",
]  # fmt: skip
