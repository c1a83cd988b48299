"""The page of one case: what is known, what can be done, what has happened."""

from __future__ import annotations

from typing import Any

from flask import render_template, url_for

from pool.cases import access, rendering
from pool.cases.messages import ROLE
from pool.cases.notes import MAY_NOTE
from pool.cases.view import Attached, CaseView
from pool.identity.actor import Actor
from pool.imports.origin import origin
from pool.models.case import Decision
from pool.render.words import Words
from pool.web.access import staff
from pool.web.apply.shown import in_words
from pool.web.apply.uploads import size_in_words
from pool.web.casework import inbox, panel_rendering, panels, wording
from pool.web.casework.deciding import GROUP
from pool.web.casework.room import READERS, blueprint, find
from pool.web.casework.side import MAY_RECUSE
from pool.web.context import read, today
from pool.web.language import speak, t
from workflows.definition import SHORT, SUGGESTION, Transition

CONTACT = (
    "contact_name", "organisation", "applicant_kind", "cvr", "email", "phone", "address",
    "on_behalf_of", "behalf_email", "behalf_phone",
)  # fmt: skip
"""Questions whose answers stand under the applicant."""
UNSAID = frozenset({"question-none", "hearing-none", "hearing-going-on"})
"""Reasons why not that go without saying: nobody misses what answers a question or ends a hearing
where none is, and that one is going on stands on top of the page."""
BACK = frozenset({"undo", "reopen", "revoke"}) | frozenset(
    {
        *("raise", "lower", "stop-rest", "payment-failed", "carry-over", "return-report"),
        *("write-off", "return-undone"),
    }
)
"""Effects that take back or change what was decided or paid: never what a page asks for first."""
BESIDES = frozenset({"hear", "complain", "vouchers"})
"""Effects of what is done now and then, or mostly by the applicant, after what brings the case
on."""
ON_TOP = ("title", "amount")
"""Questions whose answers stand at the head of the page."""


@blueprint.get("/sager/<number>")
@staff(*READERS)
def case(number: str) -> str:
    view, actor = find(number)
    words = speak()
    sees_contact = bool(actor.roles & access.SEES_CONTACT)
    page = render_template(
        "pages/casework/case.html",
        view=view,
        actions=offered(view, actor),
        may_note=bool(actor.roles & MAY_NOTE),
        may_recuse=bool(actor.roles & MAY_RECUSE) and not view.state.final,
        may_resend=ROLE in actor.roles,
        sees_contact=sees_contact,
        reads=lambda text: access.reads(actor.roles, text),
        figures=figures(view),
        origin=origin(read(), view.case.id or 0) if view.case.imported else None,
        parts=application(view, words),
        renderings=rendering.shown(read(), view, actor),
        render_at=panel_rendering.below(view, actor),
        applicant=applicant_rows(view, words, sees_contact=sees_contact),
        files=files_by_place(view, actor),
        events=[
            wording.event_entry(event, view.definition, words, actor.roles)
            for event in reversed(view.journal)
        ],
        messages=[
            wording.message_row(message, words, address=sees_contact)
            for message in reversed(view.messages)
        ],
        how=wording.HOW,
        posts=lambda decision: granted_by_post(view, decision, words),
        advice=wording.ADVICE,
        panels=panels.shown(view, actor),
        links=panels.links(view, actor),
        due=wording.due_days(view.due, today(), paused=view.case.clock == "paused"),
    )
    inbox.note_seen(view, actor)
    return page


def offered(view: CaseView, actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """Actions for the page: ``open`` ones, deciding first, and what merely ends the case or takes
    a decision back last; the first stands out, unless it is a refusal;
    ``blocked``, the reader's own that cannot be done now; and those of ``others``."""
    words = speak()
    found: dict[str, list[dict[str, Any]]] = {"open": [], "blocked": [], "others": []}
    for explanation in view.actions:
        transition = view.definition.transition(explanation.action)
        if transition is None or "take-up" in transition.effects:
            continue  # a suggestion is taken up by entering the case it becomes (panel_origin)
        if any(obstacle.code in UNSAID for obstacle in explanation.obstacles):
            continue
        effects = frozenset(transition.effects)
        decides = transition.group == GROUP or bool({"announce", "reply"} & effects)
        target = transition.target(view.case.state)
        ends = view.definition.state(target).final
        besides = bool(BESIDES & effects) or ("ask" in effects and target == view.case.state)
        last = bool(BACK & effects) or (ends and not decides)
        mine = bool(actor.roles & frozenset(transition.who))
        place = "open" if explanation.allowed else "blocked" if mine else "others"
        found[place].append(
            {
                "label": words.text(transition.label),
                "href": _address(view, transition),
                "kind": "tertiary" if last else "secondary",
                "rank": 3 if last else 0 if decides else 2 if besides else 1,
                "refuses": transition.outcome == "refused",
                "obstacles": wording.hindrances(explanation, view.definition, words),
            }
        )
    found["open"].sort(key=lambda entry: entry["rank"])
    first = found["open"][0] if found["open"] else None
    if first is not None and first["kind"] == "secondary" and not first["refuses"]:
        first["kind"] = "primary"
    return found


def _address(view: CaseView, transition: Transition) -> str:
    if transition.group == GROUP:
        return url_for("casework.decide", number=view.case.number, valg=transition.key)
    return url_for("casework.act", number=view.case.number, action=transition.key)


def figures(view: CaseView) -> list[dict[str, Any]]:
    """The case's money, and what it leaves in the pool. Before a decision the figure to look at
    is what a yes would leave."""
    if view.case.kind == SUGGESTION:
        return []  # it asks for none
    asked, sums = view.case.asked, view.money
    left = {
        "label": t("Left in the pool %(year)s", year=view.case.year),
        "value": view.free,
    }
    found: list[dict[str, Any]] = [
        {"label": t("Asked for"), "value": asked if asked is not None else t("unknown")}
    ]
    if view.decision is None:
        found.append(left)
        if asked and not view.state.final:
            found.append(
                {
                    "label": t("Left after a yes to all of it"),
                    "value": view.left_after_yes,
                    "note": t("That is not enough.") if view.left_after_yes < 0 else None,
                    "main": True,
                }
            )
        return found
    found.append({"label": t("Granted"), "value": view.case.granted or 0, "main": True})
    for label, amount in (
        (t("Set aside"), sums.held),
        (t("Paid out"), sums.paid),
        (t("Spent"), view.facts.spent),
        (t("Came back"), sums.returned),
    ):
        if amount:
            found.append({"label": label, "value": amount})
    return [*found, left]


def application(view: CaseView, words: Words) -> list[dict[str, Any]]:
    """The answers, a part for each page of the form they were given on. A budget is a table.
    ``written``: in the applicant's own words, in whatever language."""
    titles = {step.key: words.text(step.title) for step in view.definition.steps}
    parts: dict[str, dict[str, Any]] = {}
    for question, value in view.answers:
        if question.key in (*CONTACT, *ON_TOP):
            continue
        key = "" if view.case.form in (SHORT, SUGGESTION) else question.step
        part = parts.setdefault(key, {"title": titles.get(key), "rows": [], "budgets": []})
        if question.type == "budget":
            part["budgets"].append(_budget(view, words.text(question.label), value, words))
        else:
            part["rows"].append(
                {
                    "key": question.key,
                    "label": words.text(question.label),
                    "value": in_words(view.definition, question, value, words),
                    "written": question.type in ("text", "long"),
                }
            )
    return list(parts.values())


def _budget(view: CaseView, label: str, rows: list[dict[str, Any]], words: Words) -> dict[str, Any]:
    posts = {post.key: words.text(post.label) for post in view.definition.budget_posts}
    return {
        "label": label,
        "rows": [
            {
                "post": posts.get(row["post"], row["post"]),
                "text": row["text"],
                "amount": row["amount"],
            }
            for row in rows
        ],
        "total": sum(row["amount"] for row in rows),
    }


def granted_by_post(view: CaseView, decision: Decision, words: Words) -> list[tuple[str, str]]:
    """What was granted of each post of the budget."""
    by_post = decision.by_post or {}
    return [
        (words.text(post.label), words.money(by_post[post.key]))
        for post in view.definition.budget_posts
        if by_post.get(post.key)
    ]


def applicant_rows(
    view: CaseView, words: Words, *, sees_contact: bool
) -> list[dict[str, str | None]]:
    """Who applies, and how to reach them: label, value and where a press on it leads."""
    whom = view.applicant
    kind = view.definition.question("applicant_kind")
    asked = kind is not None and view.case.kind == "application"
    option = kind.option(whom.kind) if kind is not None and asked else None
    rows: list[tuple[str, str | None, str | None]] = [
        (t("Name"), whom.name, None),
        (t("Organisation"), whom.organisation, None),
        (t("Applies as"), words.text(option.label) if option else None, None),
        (t("CVR number"), whom.cvr, None),
        (t("Applies for"), whom.for_name, None),
    ]
    if sees_contact:
        rows += [
            (t("Telephone"), whom.phone, f"tel:{(whom.phone or '').replace(' ', '')}"),
            (t("E-mail"), whom.email, f"mailto:{whom.email}"),
            (t("Address"), whom.address, None),
            (
                t("Their telephone number"),
                whom.for_phone,
                f"tel:{(whom.for_phone or '').replace(' ', '')}",
            ),
            (t("Their e-mail"), whom.for_email, f"mailto:{whom.for_email}"),
        ]
    return [{"label": label, "value": value, "href": href} for label, value, href in rows if value]


def files_by_place(
    view: CaseView, actor: Actor
) -> dict[tuple[str, int | None], list[dict[str, Any]]]:
    """Files by their purpose and the question or decision they came with."""
    found: dict[tuple[str, int | None], list[dict[str, Any]]] = {}
    for one in view.files:
        if not access.opens(actor.roles, one.purpose):
            continue
        place = (one.purpose, one.enquiry_id or one.decision_id)
        found.setdefault(place, []).append(_file(view, one))
    return found


def _file(view: CaseView, attached: Attached) -> dict[str, Any]:
    address = url_for("casework.attachment", number=view.case.number, file_id=attached.file.id)
    size = size_in_words(attached.file.size)
    return {"name": attached.file.name, "size": size, "href": address}
