"""The sentences for faults of a definition: what is wrong, and what to do about it.

Percent signs are doubled, and names come in with ``%(name)s``.
"""

from __future__ import annotations

from collections.abc import Mapping

from workflows.wording_group import AGAIN, GROUP
from workflows.wording_messages import MESSAGES
from workflows.wording_procedure import ANNOUNCEMENT, MONEY, PROCEDURE

_SHAPE: Mapping[str, tuple[str, str]] = {
    "syntax": (
        "The file cannot be read as TOML: %(reason)s.",
        "Mend this line, or the one before it.",
    ),
    "key-too-long": (
        "%(key)s has %(length)s characters, and there is room for %(longest)s.",
        "Give it a shorter name.",
    ),
    "not-utf8": (
        "This line has letters that are not UTF-8.",
        "Save the file as UTF-8.",
    ),
    "unreadable": (
        "The file cannot be opened: %(reason)s.",
        "Check that it is there and may be read.",
    ),
    "no-folder": (
        "There is no such folder.",
        "Make it, or take PULJEN_DEFINITIONS_DIR away.",
    ),
    "duplicate-pool": (
        "Another file is about the pool %(key)s already.",
        "Give this one a key of its own.",
    ),
    "duplicate-prefix": (
        "The pool %(other)s numbers its cases with %(prefix)s already.",
        "Give this one a prefix of its own.",
    ),
    "unknown-key": (
        "%(key)s is not known here.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "missing-key": (
        "%(key)s is missing in %(where)s.",
        "Add a line with %(key)s = …",
    ),
    "not-text": (
        "%(key)s must be a text.",
        'Write it in quotes: "…".',
    ),
    "not-number": (
        "%(key)s must be a whole number.",
        "Write it in digits, without quotes.",
    ),
    "not-boolean": (
        "%(key)s must be true or false.",
        "Write true or false, without quotes.",
    ),
    "not-table": (
        "%(key)s must be a table.",
        "Write it as [%(key)s], or as { name = … }.",
    ),
    "not-list": (
        "%(key)s must be a list.",
        'Write it in brackets: ["…", "…"].',
    ),
    "not-answer": (
        "%(key)s must be an answer: an option, true or false.",
        "Write one of these, or several in brackets.",
    ),
    "empty": (
        "%(key)s is empty.",
        "Write something, or take the line away.",
    ),
    "out-of-range": (
        "%(key)s must be between %(least)s and %(most)s.",
        "Choose a number between the two.",
    ),
    "not-money": (
        "%(key)s is no amount: %(value)s.",
        'Write kroner as people do: "10.000 kr." or "10.000,50".',
    ),
    "unknown-value": (
        "%(key)s cannot be %(value)s.",
        "Choose one of these: %(nearest)s.",
    ),
    "duplicate": (
        "%(name)s stands twice in %(key)s.",
        "Take one of them away.",
    ),
    "bad-name": (
        "%(name)s cannot be a key.",
        "Use small letters a to z, digits, and - or _ between them.",
    ),
    "bad-prefix": (
        "%(value)s cannot begin a case number.",
        "Use one to four capital letters A to Z.",
    ),
    "missing-language": (
        "%(where)s has no text in the language %(language)s.",
        "Add a line that ends in .%(language)s = …",
    ),
    "unknown-language": (
        "The language %(language)s is not known.",
        "Use these: %(known)s.",
    ),
    "condition-shape": (
        "A condition needs exactly one of is, answered and above.",
        "Keep one of them.",
    ),
}

_NAMES: Mapping[str, tuple[str, str]] = {
    "unknown-role": ("There is no role called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-guard": ("There is no guard called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-effect": ("There is no effect called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-letter": ("There is no letter called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-notice": ("There is no notice called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-input": ("There is no input called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-deadline": (
        "There is no due date called %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "unknown-feature": ("There is no feature called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "unknown-state": ("There is no state called %(name)s.", "Perhaps you meant: %(nearest)s."),
    "role-not-in-pool": (
        "The pool has no role called %(name)s.",
        "Add it to roles in [pool], or take it away here.",
    ),
    "key-reserved": (
        "No pool can be called %(name)s: the name has a meaning of its own.",
        "Give it another key.",
    ),
    "feature-off": (
        "%(name)s belongs to the feature %(feature)s, which is off.",
        "Write %(feature)s = true in [features], or take %(name)s away.",
    ),
    "input-twice": (
        "%(name)s is both required and optional.",
        "Keep it in one of the two lists.",
    ),
    "clock-deadline": (
        "%(name)s follows from what happens to the case and cannot be set or cancelled.",
        "Take it away here; of promise, write clock in the states instead.",
    ),
}

_FORM: Mapping[str, tuple[str, str]] = {
    "list-empty": ("%(name)s is empty.", "Write at least one."),
    "bad-email": ("%(value)s is no e-mail address.", "Write it as name@example.dk."),
    "bad-phone": ("%(value)s is no telephone number.", "Write eight digits."),
    "limits-order": (
        "The short form goes further than the largest amount that may be asked for.",
        "Let short_form be no more than max_amount.",
    ),
    "step-reserved": (
        "A step cannot be called %(name)s: the word has a meaning of its own.",
        "Give it another key.",
    ),
    "step-empty": (
        "No question of the full form is on the step %(name)s.",
        "Put a question on it, or take the step away.",
    ),
    "unknown-step": (
        "The question %(question)s is on a step that is not there: %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "group-empty": (
        "No question is in the group %(name)s.",
        "Put questions in it, or take the group away.",
    ),
    "group-split": (
        "The questions of the group %(name)s are not together.",
        "Put them after each other, on one step and in the same forms.",
    ),
    "unknown-group": (
        "The question %(question)s is in a group that is not there: %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "help-missing": (
        "The question %(question)s has no help.",
        "Write a sentence of help (forvaltningsloven §7).",
    ),
    "no-form": (
        "The question %(question)s is in no form.",
        'Write forms = ["short"], ["full"], ["suggestion"], or several of them.',
    ),
    "options-missing": (
        "The question %(question)s has nothing to choose between.",
        "Give it at least two options.",
    ),
    "options-needless": (
        "The question %(question)s has options, but it is of the type %(type)s.",
        "Take the options away, or make it a choice.",
    ),
    "budget-posts-missing": (
        "The question %(question)s is a budget, but the pool has no posts for it.",
        "Write [budget_posts].",
    ),
    "length-needless": (
        "The question %(question)s has a max_length, but it is of the type %(type)s.",
        "Take max_length away.",
    ),
    "bound-needless": (
        "The question %(question)s has a %(key)s, but it is of the type %(type)s.",
        "Take %(key)s away.",
    ),
    "bounds-order": (
        "In the question %(question)s the smallest value is above the largest.",
        "Change minimum or maximum.",
    ),
    "start-conditional": (
        "The question %(question)s is asked before the form is chosen.",
        "Let it be in both forms and without asked_when, or put it on another step.",
    ),
    "condition-unknown-question": (
        "The question %(question)s depends on one that is not there: %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "condition-later": (
        "The question %(question)s depends on %(name)s, which is not asked before it.",
        "Put %(name)s first.",
    ),
    "condition-other-form": (
        "The question %(question)s is in the %(form)s form and depends on %(name)s, which is not.",
        "Put both in the same forms.",
    ),
    "condition-type": (
        "The condition of %(question)s does not fit %(name)s, which is of the type %(type)s.",
        "Use true or false for yesno, an option for a choice, above for an amount.",
    ),
    "condition-unknown-option": (
        "The question %(other)s has no option called %(name)s, so %(question)s is never asked.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "reserved-type": (
        "The question %(question)s has a meaning of its own and cannot be of this type.",
        "Choose one of these: %(types)s.",
    ),
    "reserved-missing": (
        "The question %(question)s must be in both forms.",
        'Write it, with forms = ["short", "full"].',
    ),
    "reserved-optional": (
        "The question %(question)s must always be answered.",
        "Write required = true, and no asked_when.",
    ),
    "budget-missing": (
        "The %(form)s form does not ask what the money is for.",
        "Add a question of the type budget, or one called budget_line.",
    ),
    "amount-not-first": (
        "How much is asked for decides which form is shown.",
        'Write step = "start" and required = true.',
    ),
    "unknown-kind": (
        "There is no kind of applicant called %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "unknown-result": (
        "The pool lists no result called %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "recognise-shape": (
        "“%(name)s” would never be recognised.",
        "Write it in lower case, with single blanks between the words.",
    ),
    "recognise-twice": (
        "“%(name)s” tells the reason %(other)s already.",
        "Keep it in one of the two.",
    ),
    "deliverable-unknown-question": (
        "The deliverable looks at a question that is not there: %(name)s.",
        "Perhaps you meant: %(nearest)s.",
    ),
    "deliverable-unknown-answer": (
        "The question %(other)s cannot be answered with %(name)s, so the deliverable never came.",
        "Choose one of these: %(nearest)s.",
    ),
    "email-required": (
        "Nobody may be kept out for want of an e-mail address.",
        "Take required and required_when away from email.",
    ),
    "no-way-to-reach": (
        "An applicant could be impossible to reach.",
        'Write required_when = { question = "email", answered = false } at phone.',
    ),
    "short-form-long": (
        "The short form has %(count)s questions; %(most)s are the most.",
        'Take "short" away from one of them, or group what belongs together.',
    ),
}

FAULTS: Mapping[str, tuple[str, str]] = {
    **_SHAPE,
    **_NAMES,
    **_FORM,
    **PROCEDURE,
    **ANNOUNCEMENT,
    **MONEY,
    **MESSAGES,
    **GROUP,
    **AGAIN,
}
"""Code → (what is wrong, what to do)."""
