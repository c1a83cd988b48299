"""Many cases at once: chosen from the list, tried out, and then done, each in a unit of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import abort, render_template, request
from sqlalchemy import select
from sqlmodel import col
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice

from pool.cases import access, bulk, inbox
from pool.cases.bulk_firing import MOST, Order, fire_each
from pool.cases.queries import ids_of
from pool.identity.actor import Actor
from pool.models.case import Case
from pool.web import who
from pool.web.access import staff
from pool.web.casework import bulk_words, inputs, inputs_typed, listing
from pool.web.casework.room import blueprint
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition, Transition
from workflows.vocabulary import DECIDING_ROLES

ROLES = ("chair", "secretariat")
CASES, ACTION, ALL = "valgt", "handling", "alle"
"""Parts of the address: the cases' numbers, the act, and whether all that fit the list's filter
are meant."""
ASKED = "videre"
"""Part of the address once the act has been asked for."""
SEEN = "sag"
"""In the form that confirms: a case's id with the version it was tried in."""
_SEEN = re.compile(r"(\d{1,9})\.(\d{1,9})")


class ActionForm(Form):
    """What is to be done; it goes into the address and changes nothing."""

    handling = RadioField("What is to be done?", choices=[], validate_choice=False)


@blueprint.route("/sager/flere", methods=["GET", "POST"])
@staff(*ROLES)
def many() -> tuple[str, int]:
    """Choose what to do, try it out, confirm. Nothing is kept between the pages but what they
    carry; the same confirmation sent again goes on where it was and does nothing twice."""
    cases, total = _chosen()
    definition, actor = _pool(cases)
    offered = bulk.actions(definition, actor.roles) if definition and actor else ()
    chosen = next((one for one in offered if one.key == request.values.get(ACTION)), None)
    context: dict[str, Any] = {
        "cases": cases,
        "total": total,
        "most": MOST,
        "definition": definition,
        "offered": offered,
        "chosen": chosen,
        "fields": inputs,
        "wanted": [],
        "tried": None,
        "done": None,
    }
    if chosen is None or definition is None or actor is None or len(cases) > MOST:
        asked = _asked(offered)
        return render_template("pages/casework/bulk.html", form=asked, **context), asked.status
    wanted = fields_of(chosen)
    form = inputs.form_class(wanted, definition, speak())(data=_defaults(wanted))
    context |= {"form": form, "wanted": wanted}
    if form.validate_on_submit():
        typed = _typed(form, chosen, actor)
        if request.form.get("do") == "fire":
            context["done"] = _fire(str(form.command_id.data), cases, chosen, typed, actor)
        elif request.form.get("do") != "change":
            context["tried"] = _try(form, cases, chosen, typed, actor)
            form.command_id.data = str(uuid4())  # what is confirmed is this page
    return render_template("pages/casework/bulk.html", **context), form.status


def _asked(offered: Sequence[Transition]) -> ActionForm:
    """The choice of what to do; told of where somebody went on without one."""
    form = ActionForm()
    form.handling.choices = [SelectChoice(one.key, speak().text(one.label)) for one in offered]
    if not form.validate_on_submit() and ASKED in request.args and offered:
        form.fault(t("Choose what is to be done."), ACTION)
    return form


def _fire(
    act_id: str, cases: Sequence[Case], chosen: Transition, typed: dict[str, Any], actor: Actor
) -> bulk_words.Results:
    """Do it to the cases that were tried: of the chosen ones, which are of the actor's pool and
    theirs to see, and of no others, whatever the form says."""
    ids = {case.id for case in cases}
    seen = [_SEEN.fullmatch(value) for value in request.form.getlist(SEEN)]
    wanted = {int(one[1]): int(one[2]) for one in seen if one}
    orders = [
        Order(case_id, chosen.key, version, typed)
        for case_id, version in wanted.items()
        if case_id in ids
    ]
    outcomes = fire_each(house(), act_id, orders, actor, now())
    return bulk_words.results(outcomes, wanted=len(wanted))


def _chosen() -> tuple[list[Case], int]:
    """The cases meant, as their reader may see them, in the order of the list; and how many fit
    where all are meant."""
    if request.method == "GET" and request.args.get(ALL):
        return _all_that_fit()
    numbers = [one for one in request.values.getlist(CASES) if one.isprintable()][: MOST + 1]
    user = who.user()
    roles = user.by_pool(house().definitions.keys)
    found = read().execute(
        select(Case).where(
            col(Case.number).in_(numbers),
            access.visible(house().definitions.in_use(read()), user.person_id, roles),
        )
    )
    by_number = {case.number: case for case in found.scalars()}
    cases = [by_number[one] for one in dict.fromkeys(numbers) if one in by_number]
    return cases, len(cases)


def _all_that_fit() -> tuple[list[Case], int]:
    asking = listing.reader()
    how_far = inbox.known(read(), asking.person_id)
    filters, _unknown = listing.filters_from()
    ids, total = ids_of(read(), asking, how_far, filters, MOST)
    found = read().execute(select(Case).where(col(Case.id).in_(ids))).scalars()
    by_id = {case.id: case for case in found}
    return [by_id[one] for one in ids], total


def _pool(cases: Sequence[Case]) -> tuple[Definition | None, Actor | None]:
    """The one pool of the cases, where it handles many at once, and the reader acting in it."""
    pools = {case.pool for case in cases}
    if len(pools) != 1:
        return None, None
    key = pools.pop()
    newest = max(case.definition_version for case in cases)
    definition = house().definitions.version(read(), key, newest)
    if not bulk.in_force(definition):
        return None, None
    actor = who.current_actor(key)
    if not actor.roles & frozenset(ROLES):
        abort(404)
    return definition, actor


def fields_of(transition: Transition) -> list[str]:
    """The fields of the inputs that can be the same for all."""
    common = bulk.wanted(transition)
    return [name for name in inputs.names(transition) if name.split("-", 1)[0] in common]


def _defaults(wanted: Sequence[str]) -> dict[str, str]:
    day = f"{now():%d.%m.%Y}"
    return {name: day for name in wanted if name in ("paid_on", "record-made_on")}


def _typed(form: Form, chosen: Transition, actor: Actor) -> dict[str, Any]:
    """What was typed. Who may not decide in the group's name must say how the group did."""
    must_record = chosen.outcome is not None and not actor.roles & frozenset(DECIDING_ROLES)
    raw = inputs_typed.typed(form, chosen, demanded=("record",) if must_record else ())
    return {name: value for name, value in raw.items() if value not in ("", None)}


def _try(
    form: Form, cases: Sequence[Case], chosen: Transition, typed: dict[str, Any], actor: Actor
) -> dict[str, Any] | None:
    tried = bulk.dry_run(
        read(), house(), [case.id or 0 for case in cases], chosen.key, typed, actor, now()
    )
    if tried.faults:
        field_errors_from_faults(form, tried.faults, speak())
        return None
    rows = [_row(one) for one in tried.rows]
    return {
        "rows": rows,
        "going": sum(row["allowed"] for row in rows),
        "balances": [
            (year, before, tried.after[year]) for year, before in sorted(tried.before.items())
        ],
    }


def _row(one: bulk.Tried) -> dict[str, Any]:
    why: list[str] = []
    if one.definition is None:
        why = [t("The rules the case began with do not have this for many cases at once.")]
    elif one.explanation is not None:
        why = bulk_words.not_allowed(one.explanation, one.definition)
    elif one.faults:
        why = bulk_words.faulty(one.faults)
    return {
        "value": f"{one.case_id}.{one.state_version}",
        "number": one.number,
        "title": one.title,
        "applicant": one.applicant,
        "year": one.year,
        "effect": one.effect,
        "left": one.left,
        "allowed": one.allowed,
        "why": why,
    }
