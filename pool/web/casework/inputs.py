"""The fields of an action's page, from the inputs its transition asks for.

The shell only: what was typed is judged by ``workflows.inputs``, inside the use case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask_wtf.file import MultipleFileField
from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice

from pool import money
from pool.cases import waiting
from pool.cases.opening import opening
from pool.cases.view import CaseView
from pool.render.words import Words
from pool.web.casework.wording import ADVICE as ADVICE_WORDS
from pool.web.casework.wording import CHECK_RESULTS as RESULT_WORDS
from pool.web.casework.wording import GRANT_TYPES as GRANT_WORDS
from pool.web.casework.wording import HOW
from pool.web.context import now, read
from pool.web.forms import Form
from pool.web.house import house
from pool.web.language import t
from workflows import deficit
from workflows.definition import STAY, Definition, Option, Transition
from workflows.vocabulary import ADVICE, CHECK_RESULTS, GRANT_TYPES, MADE_WHERE

YES_NO = (("yes", "Yes"), ("no", "No"))

LABELS: Mapping[str, str] = {
    "advice": "What do you recommend?",
    "amount": "Amount granted",
    "reasons": "Reasons, as they will stand in the letter",
    "criterion": "The criterion that decided",
    "reason": "Why",
    "questions": "What do you need to know?",
    "answer": "The applicant’s answer",
    "due_on": "Answer wanted by",
    "facts": "What you have been told",
    "source": "Who told it",
    "reference": "Reference in the accounts",
    "paid_on": "Paid on",
    "failed_on": "Came back from the bank on",
    "payment": "Which payment came back?",
    "returned": "Amount that came back",
    "returned_on": "Came back on",
    "note": "Remark for the journal",
    "record-made_on": "When was it decided?",
    "record-made_where": "How was it decided?",
    "record-took_part": "Who took part?",
    "record-stayed_out": "Who stayed out, and why?",
    "report-held": "Was the activity held?",
    "report-participants": "How many took part?",
    "report-worked": "What worked, and what did not?",
    "report-safety": "What did it mean for safety?",
    "report-links": "Links to articles, posts or pictures",
    "report-spent": "How much was spent?",
    "report-income": "What came in besides the grant?",
    "by_post": "By post of the budget",
    "conditions": "On what conditions?",
    "grant_type": "How is it granted?",
    "advance": "Of it in advance",
    "early_start": "May it have begun already?",
    "unheard": "Why need the applicant not be heard?",
    "until": "Until when?",
    "promised_on": "New day for the answer",
    "to_pool": "To which pool?",
    "complaint": "What does the complaint say?",
    "received_on": "Received on",
    "result": "What came of it?",
    "findings": "What was found",
}

HELP: Mapping[str, str] = {
    "questions": "It is sent to the applicant as you write it. The promised day of the answer "
    "waits until the applicant has answered.",
    "answer": "Write what the applicant has said or written.",
    "facts": "It is sent to the applicant as you write it. Only what may count against the "
    "applicant, and what the applicant does not know already.",
    "source": "The applicant is told it too.",
    "reasons": "Name the criterion, the main considerations and the facts that decided.",
    "criterion": "It is counted in the year’s summary.",
    "reference": "The number of the voucher or the posting, so that the payment can be found.",
    "record-took_part": "Names, one on each line or with commas between them.",
    "record-stayed_out": "Whoever has an interest in the case takes no part. Leave it empty if "
    "nobody stayed out.",
    "report-participants": "Leave it empty only if the activity was not held.",
    "report-links": "One on each line.",
    "report-income": "Tickets, sales, contributions and other support. 0 if nothing came in.",
    "conditions": "They stand in the letter as you write them. Leave it empty if there are none.",
    "advance": "Only of a deficit guarantee, where one was agreed. The rest is paid after the "
    "accounts.",
    "unheard": "Only where it was not done after the decision (forvaltningsloven §19, stk. 2).",
    "promised_on": "Later than the day that was promised. A day off becomes the next working day.",
    "until": "The case goes on by itself that day, and the promised day of the answer waits.",
    "to_pool": "It keeps its day of receipt, its answers and files, and gets a number there.",
    "complaint": "Write what it says, or what was said.",
    "findings": "Needed where there are remarks. It is for the record; the applicant is not told "
    "by itself.",
}

OF_EFFECT: Mapping[str, Mapping[str, str]] = {
    "postpone": {"reason": "It is sent to the applicant as you write it."},
    "delay": {"reason": "It is sent to the applicant as you write it."},
    "forward": {"reason": "It is sent to the applicant as you write it."},
    "reopen": {"reason": "It is sent to the applicant as you write it."},
    "payment-failed": {
        "reason": "For the journal: what the bank said. The applicant is told that "
        "the payment did not arrive, and asked to look at where it is to go.",
        "failed_on": "Where the payment's year is closed, what came back is owed to the "
        "municipality, and as much is set aside of the present year, whose budget grows by it.",
    },
    "return-undone": {
        "reason": "For the journal: what was entered wrongly. The newest entry is taken back whole."
    },
    "undo": {"reason": "For the journal. The applicant has not been told of the decision."},
    "settle": {"reference": "Needed where something is to be paid."},
    "raise": {"amount": "What is granted in all from now on, what was paid already with it."},
    "lower": {"amount": "What is granted in all from now on, what was paid already with it."},
    "vouchers": {"note": "Where they were seen on paper: where they are kept."},
    "claim": {"reason": "It is sent to the applicant as you write it."},
    "return-report": {
        "reason": "What is to be mended. It is sent to the applicant as you write it."
    },
    "claim-unspent": {
        "amount": "What the report leaves; or another amount, where the vouchers do not bear it "
        "out.",
        "reasons": "It is sent to the applicant as you write it, with the day the money is due.",
    },
    "write-off": {
        "reason": "For the journal: what was tried, and why no more is. The applicant is told that "
        "the pool has closed the case without the money."
    },
}
"""What to know before filling in a field, where it differs by what is done."""

ADVISED: Mapping[str, tuple[str, str]] = {
    "reasons": (
        "Why do you recommend it?",
        "For the group. The decision gets reasons of its own, which go to the applicant.",
    ),
    "amount": (
        "Amount recommended",
        "Only for a part. In full is what was asked for.",
    ),
}
"""Fields whose label and help are others where something is recommended."""

KINDS: Mapping[str, str] = {
    "amount": "amount",
    "returned": "amount",
    "report-spent": "amount",
    "report-participants": "number",
    "due_on": "date",
    "paid_on": "date",
    "failed_on": "date",
    "returned_on": "date",
    "record-made_on": "date",
    "report-held": "yesno",
    "report-income": "amount",
    "advance": "amount",
    "early_start": "yesno",
    "until": "date",
    "promised_on": "date",
    "received_on": "date",
}
"""How the ``field`` macro shows a field, where its class does not say."""

LONG = (
    "reasons",
    "questions",
    "answer",
    "facts",
    "conditions",
    "complaint",
    "report-worked",
    "report-safety",
)
SHORT_LONG = (
    "findings", "reason", "note", "unheard", "record-took_part", "record-stayed_out",
    "report-links",
)  # fmt: skip
MAY_BE_EMPTY = (
    "criterion", "record-stayed_out", "report-participants", "report-safety", "report-links",
)  # fmt: skip

PARTS: Mapping[str, tuple[str, ...]] = {
    "record": ("made_on", "made_where", "took_part", "stayed_out"),
    "report": ("held", "participants", "worked", "safety", "links", "spent", "income"),
}


POSTS = "by_post"
"""The input whose fields are one for each post of the budget: ``by_post-food``."""
INSTALMENTS = "instalments"
"""The input whose fields are lines of an amount and a day: ``instalments-0-amount``."""
LINES = 6
"""Lines for instalments on a page."""


def names(transition: Transition) -> list[str]:
    """The fields of a transition's inputs, in order: ``record`` becomes its parts."""
    found: list[str] = []
    for wanted in transition.inputs:
        if wanted.name in PARTS:
            found += [f"{wanted.name}-{part}" for part in PARTS[wanted.name]]
            if "report-income" in found and "accounts" not in transition.effects:
                found.remove("report-income")
        elif wanted.name not in (POSTS, INSTALMENTS):
            found.append(wanted.name)
    if "advice" in found and "amount" in found:  # what is advised, how much, and then why
        found.remove("amount")
        found.insert(found.index("advice") + 1, "amount")
    return found


def rows(name: str) -> int:
    """Lines of a text field when it is opened."""
    return 6 if name in LONG else 3


def optional(transition: Transition, name: str) -> bool:
    """Whether the field may be left empty. Parts of an optional record are needed together. Which
    payment it was is asked only where it must be said."""
    if name == "payment":
        return False
    wanted = transition.input(name.split("-", 1)[0])
    return name in MAY_BE_EMPTY or (wanted is not None and not wanted.required)


def choices(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """Choices as WTForms takes them, from values and words."""
    return [SelectChoice(value, words) for value, words in pairs]


def _option_choices(options: Iterable[Option], words: Words) -> list[SelectChoice]:
    return choices((option.key, words.text(option.label)) for option in options)


def help_of(transition: Transition, name: str) -> str | None:
    """What to know before filling in a field of a transition's page; English, to be translated."""
    if "recommend" in transition.effects and name in ADVISED:
        return ADVISED[name][1]
    if name == "questions" and transition.to == STAY:  # about a report: no answer is promised
        return "It is sent to the applicant as you write it."
    for effect in transition.effects:
        if name in OF_EFFECT.get(effect, ()):
            return OF_EFFECT[effect][name]
    if "reply" in transition.effects and name == "answer":
        return "It is sent to whoever made the suggestion, as you write it."
    return HELP.get(name)


def _field(name: str, definition: Definition, words: Words, *, advised: bool) -> Any:
    label = ADVISED[name][0] if advised and name in ADVISED else LABELS.get(name, name)
    if name in LONG or name in SHORT_LONG:
        return TextAreaField(label)
    if name == "record-made_where":
        pairs = [(key, t(HOW[key])) for key in MADE_WHERE]
        return RadioField(label, choices=choices(pairs), validate_choice=False)
    if name == "advice":
        pairs = [(key, t(ADVICE_WORDS[key])) for key in ADVICE]
        return RadioField(label, choices=choices(pairs), validate_choice=False)
    if name.startswith(f"{POSTS}-"):
        key = name.removeprefix(f"{POSTS}-")
        post = next(one for one in definition.budget_posts if one.key == key)
        return StringField(words.text(post.label))
    if name == "grant_type":
        pairs = [(key, t(GRANT_WORDS[key])) for key in GRANT_TYPES]
        return RadioField(label, choices=choices(pairs), validate_choice=False)
    if name == "result":
        pairs = [(key, t(RESULT_WORDS[key])) for key in CHECK_RESULTS]
        return RadioField(label, choices=choices(pairs), validate_choice=False)
    if name == "to_pool":
        return RadioField(label, choices=choices(_pools(definition, words)), validate_choice=False)
    if name in ("report-held", "early_start"):
        pairs = [(key, t(text)) for key, text in YES_NO]
        return RadioField(label, choices=choices(pairs), validate_choice=False)
    if name == "criterion":
        offered = [
            *choices([("", t("None of them"))]),
            *_option_choices(definition.refusal_reasons, words),
        ]
        return SelectField(label, choices=offered, validate_choice=False)
    return StringField(label)


def _pools(definition: Definition, words: Words) -> list[tuple[str, str]]:
    """The house's other pools that take applications now."""
    return [
        (other.key, words.text(other.name))
        for other in house().definitions.all()
        if other.key != definition.key
        and opening(read(), other.key, now(), waits=waiting.states(other)).closed is None
    ]


def form_class(
    wanted: Collection[str],
    definition: Definition,
    words: Words,
    *,
    files: str | None = None,
    more: Mapping[str, Any] | None = None,
) -> type[Form]:
    """A form with the fields ``wanted``, the version the page was made from, ``more`` fields by
    name, and, where ``files`` is their label, files."""
    advised = "advice" in wanted
    fields: dict[str, Any] = {
        name: _field(name, definition, words, advised=advised) for name in wanted
    }
    fields |= more or {}
    fields["state_version"] = HiddenField()
    if files:
        fields["files"] = MultipleFileField(files)
    return type("ActionForm", (Form,), fields)


def defaults(wanted: Collection[str], view: CaseView, today: date) -> dict[str, str]:
    """What stands in the fields when the page is opened."""
    days = {
        "due_on": today + timedelta(days=view.definition.answer_days),
        "paid_on": today,
        "failed_on": today,
        "returned_on": today,
        "record-made_on": today,
        "received_on": today,
    }
    found = {name: f"{day:%d.%m.%Y}" for name, day in days.items() if name in wanted}
    facts = view.facts
    used = deficit.used(facts)
    if "grant_type" in wanted:
        found["grant_type"] = GRANT_TYPES[0]
    if "early_start" in wanted:
        found["early_start"] = "no"
    if "returned" in wanted and (used is not None or "repay" in view.due):
        owed = facts.paid - facts.returned - (used or 0)
        if owed > 0:
            found["returned"] = money.show(owed, unit=False)
    found["state_version"] = str(view.case.state_version)
    return found
