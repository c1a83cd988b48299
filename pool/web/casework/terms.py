"""On what terms money is granted, as fields of the page where it is decided; and the case's own
facts as sentences to begin the reasons with. Each only where the pool's rules ask for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlmodel import col
from wtforms import Field, SelectField, StringField

from pool import money
from pool.cases.letters_terms import Terms
from pool.cases.view import CaseView
from pool.models.ledger import Account
from pool.render.words import Words, words
from pool.web.apply.shown import in_words
from pool.web.casework import inputs
from pool.web.context import read
from pool.web.forms import Form
from pool.web.language import speak, t
from workflows import values
from workflows.definition import Transition

INSERT = "insert-"
"""What a button's value begins with that puts a sentence into the reasons."""
FIELDS = ("earmark", "conditions", "grant_type", "advance", "early_start")


def names(view: CaseView, offered: Sequence[Transition]) -> list[str]:
    """The fields that say on what terms. An early start is asked of only where it is acute."""
    found = [name for name in FIELDS if any(one.input(name) for one in offered)]
    if not view.case.urgent and "early_start" in found:
        found.remove("early_start")
    if "earmark" in found and not view.facts.earmarks:
        found.remove("earmark")
    if any(one.input(inputs.POSTS) for one in offered):
        found += [f"{inputs.POSTS}-{key}" for key in asked_by_post(view)]
    if any(one.input(inputs.INSTALMENTS) for one in offered):
        found += [f"{inputs.INSTALMENTS}-{line}-{part}" for line, part in _LINES]
    return found


_LINES = [(line, part) for line in range(inputs.LINES) for part in ("amount", "due_on")]


def own_fields(view: CaseView, names: Collection[str]) -> dict[str, Field]:
    """Those of ``names`` that are made of what the case's year has, or line by line."""
    found: dict[str, Any] = {}
    if "earmark" in names:
        pairs = [("", t("Out of what is free"))]
        pairs += [
            (str(one.id), t("%(purpose)s: %(left)s left", purpose=one.label,
                            left=speak().money(one.balance)))
            for one in _earmarks(view)
        ]  # fmt: skip
        found["earmark"] = SelectField(
            "Out of which money?", choices=inputs.choices(pairs), validate_choice=False
        )
    for line, part in _LINES:
        name = f"{inputs.INSTALMENTS}-{line}-{part}"
        if name in names:
            found[name] = StringField(
                t("Amount of instalment %(n)s, kr.", n=line + 1)
                if part == "amount"
                else t("Instalment %(n)s is paid from, day.month.year", n=line + 1)
            )
    return found


def _earmarks(view: CaseView) -> list[Account]:
    rows = read().execute(
        select(Account)
        .where(col(Account.id).in_(list(view.facts.earmarks)))
        .order_by(col(Account.id))
    )
    return list(rows.scalars())


def asked_by_post(view: CaseView) -> dict[str, int]:
    """What the application's budget asks for by post, øre, in the pool's order; every post of the
    pool where the application has no budget by post."""
    asked: Counter[str] = Counter()
    for question, value in view.answers:
        if question.type == "budget":
            for row in value:
                asked[row["post"]] += row["amount"]
    posts = [post.key for post in view.definition.budget_posts]
    return {key: asked[key] for key in posts if asked[key] or not asked}


def posts(view: CaseView, form: Form) -> list[dict[str, Any]]:
    """Lines of the table: what each post is called, what was asked for, and its field."""
    labels = {post.key: post.label for post in view.definition.budget_posts}
    return [
        {
            "label": speak().text(labels[key]),
            "asked": asked,
            "field": form[f"{inputs.POSTS}-{key}"],
        }
        for key, asked in asked_by_post(view).items()
        if f"{inputs.POSTS}-{key}" in form
    ]


def fill_amount(form: Form, raw: dict[str, Any]) -> None:
    """Where amounts were typed by post and none in all, the amount is their sum."""
    typed = raw.get(inputs.POSTS)
    if not typed or str(raw.get("amount") or "").strip():
        return
    try:
        total = sum(values.amount(one) for one in typed.values() if not values.blank(one))
    except values.Bad:
        return  # told beside its own field
    raw["amount"] = form["amount"].data = money.show(total, unit=False)


def of_values(given: Mapping[str, Any]) -> Terms:
    """The terms as checked, for the preview."""
    return Terms(
        conditions=str(given.get("conditions") or ""),
        by_post=given.get(inputs.POSTS) or None,
        guarantee=given.get("grant_type") == "deficit",
        advance=given.get("advance"),
        early_start=bool(given.get("early_start")),
        instalments=[
            (part["amount"], part["due_on"]) for part in given.get(inputs.INSTALMENTS) or ()
        ],
    )


def acute(view: CaseView) -> list[tuple[str, str]]:
    """What is acute, where and when, in the applicant's words."""
    asked = view.definition.question("urgent")
    if asked is None or not view.case.urgent:
        return []
    return [
        (speak().text(question.label), str(in_words(view.definition, question, value, speak())))
        for question, value in view.answers
        if (question.step, question.group) == (asked.step, asked.group)
        and question.type in ("text", "long")
        and value
    ]


def facts(view: CaseView) -> list[dict[str, str]]:
    """What is known of the case as sentences in the letter's language, to be put into the
    reasons: they name the facts that decided (forvaltningsloven §24)."""
    spoken = words(view.case.lang)
    case = view.case
    given = {question.key: value for question, value in view.answers}
    found: list[tuple[str, str]] = []
    if case.asked:
        text = spoken.t("You have applied for %(amount)s.", amount=spoken.money(case.asked))
        found.append(("Amount applied for", text))
    if (many := given.get("participants")) is not None:
        text = spoken.t("%(number)s people are expected to take part.", number=many)
        found.append(("Participants", text))
    place = view.definition.place_in_words(case.place)
    if place:
        text = spoken.t("The activity takes place here: %(place)s.", place=spoken.text(place))
        found.append(("Place", text))
    if case.starts_on:
        found.append(("Dates", _dates(spoken, case.starts_on, case.ends_on)))
    for question, value in view.answers:
        if question.type == "budget" and value:
            found.append(("Budget", _budget(view, spoken, value)))
    return [
        {"key": f"fact{place}", "label": label, "text": _one_stop(text)}
        for place, (label, text) in enumerate(found)
    ]


def _one_stop(sentence: str) -> str:
    """A sentence that ends with an amount has the full stop of “kr.” already."""
    return sentence[:-1] if sentence.endswith("..") else sentence


def _dates(spoken: Words, first: date, last: date | None) -> str:
    if last is None or last == first:
        return spoken.t("It takes place on %(day)s.", day=spoken.day(first))
    return spoken.t(
        "It takes place from %(first)s to %(last)s.", first=spoken.day(first), last=spoken.day(last)
    )


def _budget(view: CaseView, spoken: Words, rows: Sequence[Mapping[str, Any]]) -> str:
    labels = {post.key: post.label for post in view.definition.budget_posts}
    parts = ", ".join(
        f"{row['text'] or spoken.text(labels[row['post']])} {spoken.money(row['amount'])}"
        for row in rows
        if row["post"] in labels
    )
    return spoken.t("The budget says: %(lines)s.", lines=parts)


def insert(view: CaseView, form: Form, wish: str, phrases: Sequence[Mapping[str, str]]) -> None:
    """Put the sentence that a button named into the reasons, and its criterion where none is
    chosen: what the script does in the browser, for whoever has none."""
    key = wish.removeprefix(INSERT)
    chosen = next((one for one in phrases if one["key"] == key), None)
    if chosen is None or "reasons" not in form:
        return
    before = str(form["reasons"].data or "").rstrip()
    form["reasons"].data = f"{before}\n\n{chosen['text']}" if before else chosen["text"]
    known = any(option.key == key for option in view.definition.refusal_reasons)
    if known and "criterion" in form and not form["criterion"].data:
        form["criterion"].data = key
