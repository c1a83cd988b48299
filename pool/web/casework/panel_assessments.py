"""The working group's assessments, on a case's page, and the page to give one's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, StringField, TextAreaField

from pool import money
from pool.cases import access, assessments
from pool.cases.assessments import Assess
from pool.cases.errors import CommandReused, Invalid, NotFound
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.models.casework import Assessment
from pool.render.words import Words
from pool.web.access import staff
from pool.web.casework.doing import sent_before
from pool.web.casework.inputs import choices
from pool.web.casework.panels import Link, Panel
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Criterion


def data(view: CaseView, actor: Actor) -> Mapping[str, Any] | None:
    """What this reader may see of them; None without the feature, and for who is none of the
    group's."""
    definition, case_id = view.definition, view.case.id or 0
    if not definition.has(assessments.FEATURE) or not access.reads(actor.roles, "assessment"):
        return None
    given = assessments.visible(read(), definition, case_id, actor)
    may_give = assessments.may_give(definition, view.case, actor)
    if not given and not may_give and not assessments.count(read(), case_id):
        return None
    words = speak()
    hidden = assessments.is_hidden(read(), definition, case_id, actor)
    return {
        "count": assessments.count(read(), case_id),
        "hidden": hidden,
        "summary": None if hidden or not given else _summary(view, given, words),
        "given": [_one(view, one, words) for one in given],
        "may_give": may_give,
        "own": any(one.person_id == actor.person_id for one in given),
    }


def _summary(view: CaseView, given: tuple[Assessment, ...], words: Words) -> Mapping[str, Any]:
    found = assessments.summary(view.definition, given)
    lines = []
    for line in found.lines:
        if line.criterion.type == "yesno":
            value = t("%(yes)s of %(n)s say yes", yes=line.yes, n=line.count)
        elif line.average is None:
            value = "–"
        else:
            value = t("%(average)s of %(most)s on average, from %(least)s to %(highest)s",
                      average=_decimal(line.average, words), most=line.criterion.most,
                      least=line.least, highest=line.most)  # fmt: skip
        lines.append((words.text(line.criterion.label), value))
    amounts: list[dict[str, Any]] = []
    if found.median is not None:
        amounts = [
            {"label": t("Recommended, the middle one"), "value": found.median, "main": True},
            {"label": t("Recommended on average"), "value": found.average},
        ]
    return {"lines": lines, "amounts": amounts}


def _decimal(number: float, words: Words) -> str:
    text = f"{number:.1f}"
    return text if words.lang == "en" else text.replace(".", ",")


def _one(view: CaseView, one: Assessment, words: Words) -> Mapping[str, Any]:
    assert view.definition.assessment is not None, "there is one"
    marks = [
        (words.text(criterion.label), _mark(criterion, one.marks[criterion.key]))
        for criterion in view.definition.assessment.criteria
        if criterion.key in one.marks
    ]
    if one.amount is not None:
        marks.append((t("Amount recommended"), words.money(one.amount)))
    marks += [
        (words.text(post.label), words.money(int(one.by_post[post.key])))
        for post in view.definition.budget_posts
        if post.key in one.by_post
    ]
    return {"name": one.name, "rows": marks, "comment": one.comment, "at": one.given_at}


def _mark(criterion: Criterion, mark: int | bool) -> str:
    if criterion.type == "yesno":
        return t("Yes") if mark else t("No")
    return t("%(mark)s of %(most)s", mark=mark, most=criterion.most)


def links(view: CaseView, actor: Actor) -> list[Link]:
    if not assessments.may_give(view.definition, view.case, actor):
        return []
    given = assessments.own(read(), view.case.id or 0, actor.person_id) is not None
    address = url_for("casework.assess", number=view.case.number)
    return [Link(t("Change your assessment") if given else t("Assess the case"), address)]


PANEL = Panel(
    key="assessments",
    heading="Assessments",
    place="main",
    template="pages/casework/panels/assessments.html",
    data=data,
    links=links,
)


def _form_class(view: CaseView, posts: tuple[assessments.Post, ...]) -> type[Form]:
    words = speak()
    assert view.definition.assessment is not None, "the caller asked"
    fields: dict[str, Any] = {}
    for one in view.definition.assessment.criteria:
        if one.type == "yesno":
            offered = [("yes", t("Yes")), ("no", t("No"))]
        else:
            offered = [(str(n), str(n)) for n in range(1, one.most + 1)]
        fields[f"mark-{one.key}"] = RadioField(
            words.text(one.label), choices=choices(offered), validate_choice=False
        )
    for post in posts:
        fields[f"post-{post.key}"] = StringField(words.text(post.label))
    if not posts:
        fields["amount"] = StringField("Amount recommended")
    fields["comment"] = TextAreaField("Comment")
    return type("AssessmentForm", (Form,), fields)


def _stands(one: Assessment | None) -> dict[str, str]:
    """What stands in the fields of who has given one already."""
    if one is None:
        return {}
    marks = {
        f"mark-{key}": ("yes" if mark else "no") if isinstance(mark, bool) else str(mark)
        for key, mark in one.marks.items()
    }
    sums = {f"post-{key}": money.show(int(ore), unit=False) for key, ore in one.by_post.items()}
    amount = {} if one.amount is None else {"amount": money.show(one.amount, unit=False)}
    return marks | sums | amount | {"comment": one.comment}


@blueprint.route("/sager/<number>/vurdering", methods=["GET", "POST"])
@staff(*sorted(assessments.GIVERS))
def assess(number: str) -> tuple[str, int] | Response:
    """Give an assessment, or change one's own. ``do=sum`` adds the amounts up and saves nothing."""
    view, actor = find(number)
    if not assessments.may_give(view.definition, view.case, actor):
        abort(404)
    posts = assessments.posts(view.definition, {q.key: value for q, value in view.answers})
    own = assessments.own(read(), view.case.id or 0, actor.person_id)
    form = _form_class(view, posts)(data=_stands(own))
    total: int | None = own.amount if own is not None else None
    if form.validate_on_submit():
        typed = _typed(view, form, posts)
        try:
            if request.form.get("do") == "sum":
                total = assessments.check(view.definition, posts, typed).amount
            else:
                assessments.give(house(), typed, actor, now())
                flash(t("Your assessment is saved. You can change it until the case is decided."),
                      "success")  # fmt: skip
                return redirect(url_for("casework.case", number=number, _anchor="assessments"), 303)
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        except CommandReused:
            sent_before(form)
        except NotFound:
            abort(404)
    page = render_template(
        "pages/casework/assess.html",
        view=view,
        form=form,
        criteria=view.definition.assessment.criteria if view.definition.assessment else (),
        posts=posts,
        total=total,
        asked=sum(post.asked for post in posts),
        longest=assessments.LONGEST,
    )
    return page, form.status


def _typed(view: CaseView, form: Form, posts: tuple[assessments.Post, ...]) -> Assess:
    def value(name: str) -> str:
        return str(form[name].data or "") if name in form else ""

    assert view.definition.assessment is not None, "the caller asked"
    return Assess(
        id=str(form.command_id.data),
        case_id=view.case.id or 0,
        marks={one.key: value(f"mark-{one.key}") for one in view.definition.assessment.criteria},
        comment=value("comment"),
        by_post={post.key: value(f"post-{post.key}") for post in posts},
        amount=value("amount"),
    )
