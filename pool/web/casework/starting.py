"""Beginning a case for somebody: what came on paper, by telephone or by mail, the group's own
initiative, and what a suggestion becomes. The form is the residents' own (``pool.web.apply``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice

from pool.cases import starting
from pool.cases.commands import Submission
from pool.cases.errors import CommandReused, Invalid, NotFound, PoolClosed, TakenUp
from pool.cases.starting import CHANNELS, Kind, Start
from pool.cases.submit import submit
from pool.identity.actor import Actor
from pool.render.words import languages, words
from pool.web import context, who
from pool.web.access import staff
from pool.web.apply import draft as pages
from pool.web.apply import review, steps
from pool.web.apply.page_pass import PassForm
from pool.web.apply.reach import Reached
from pool.web.casework.doing import sent_before
from pool.web.casework.room import blueprint, find
from pool.web.context import now, read, today
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t
from workflows.definition import Definition
from workflows.planning import promise_day

Page = str | Response | tuple[str, int]

KINDS: Mapping[Kind, str] = {
    "application": "An application from somebody",
    "suggestion": "A suggestion from somebody",
    "initiative": "The group’s own initiative",
}
CHANNEL_WORDS = {
    "online": "On the website",
    "paper": "On paper",
    "phone": "By telephone",
    "mail": "By mail",
    starting.GROUP: "From the working group",
    "forward": "Sent on from another pool",
    "import": "Out of a record",
}
CLOSED = "The pool has no open year, so nothing can be entered in it."


class EntryForm(PassForm):
    """The one button that enters a draft."""


class DropForm(Form):
    """The one button that throws a draft away."""


def _mine() -> dict[str, Definition]:
    """The pools of which the reader is the secretariat."""
    user = who.user()
    return {
        key: one for key, one in context.offered().items() if starting.ROLE in user.roles_in(key)
    }


def _about_form(pools: Mapping[str, Definition], kinds: Mapping[Kind, str]) -> type[Form]:
    class AboutForm(Form):
        """How it came, and from whom."""

        channel = RadioField(
            "How did it come?",
            choices=[SelectChoice(key, t(CHANNEL_WORDS[key])) for key in CHANNELS],
            validate_choice=False,
        )
        received_on = StringField("The day it was received")
        proposer = StringField("Who in the group proposes it?")
        lang = SelectField(
            "Which language do we write to them in?",
            choices=[SelectChoice(one, words(one).name) for one in languages()],
        )

    if len(pools) > 1:
        AboutForm.pool = RadioField(
            "Which pool?",
            choices=[SelectChoice(key, speak().text(one.name)) for key, one in pools.items()],
        )
    if len(kinds) > 1:
        AboutForm.kind = RadioField(
            "What is it?", choices=[SelectChoice(key, t(text)) for key, text in kinds.items()]
        )
    return AboutForm


def _typed(form: Form, kind: Kind) -> Start:
    return Start(
        kind=kind,
        channel=str(form.channel.data or ""),
        received_on=str(form.received_on.data or ""),
        proposer=str(form.proposer.data or ""),
        lang=str(form.lang.data or "da"),
    )


def _names(pools: Mapping[str, Definition]) -> list[str]:
    """Who can propose something in these pools."""
    return sorted({one.name for key in pools for one in starting.members(read(), key)})


@blueprint.route("/sager/ny", methods=["GET", "POST"])
@staff(starting.ROLE)
def begin() -> Page:
    """Begin something, and what is begun and not entered yet."""
    pools, user = _mine(), who.user()
    if not pools:
        abort(404)
    kinds = {
        kind: KINDS[kind]
        for kind in KINDS
        if any(kind in starting.kinds(one) for one in pools.values())
    }
    form = _about_form(pools, kinds)(data={"lang": "da", "kind": "application"})
    if form.validate_on_submit():
        pool = str(form.pool.data) if "pool" in form else next(iter(pools))
        kind = cast(Kind, form.kind.data)
        if kind not in starting.kinds(pools[pool]):
            form.fault(t("This pool takes no suggestions."), "kind")
        elif draft_id := _begin(form, pool, _typed(form, kind), who.current_actor(pool)):
            return _onwards(draft_id)
    waiting = starting.unfinished(read(), house(), user.by_pool(pools), user.person_id, now())
    return render_template(
        "pages/casework/begin.html",
        form=form,
        names=_names(pools),
        unfinished=waiting,
        kinds={key: t(text) for key, text in KINDS.items()},
    ), form.status


def _begin(
    form: Form, pool: str, start: Start, actor: Actor, origin_id: int | None = None
) -> int | None:
    """The new draft's id; None after putting on ``form`` what stands in the way."""
    try:
        return starting.begin(
            house(),
            pool,
            start,
            actor,
            now(),
            command_id=str(form.command_id.data),
            origin_id=origin_id,
        )
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, speak())
    except PoolClosed:
        form.fault(t(CLOSED))
    except CommandReused:
        sent_before(form)
    return None


def _lost(taken: TakenUp, number: str) -> Response:
    """A colleague was first: to the suggestion, which says what became of it."""
    if taken.number is None:
        flash(
            t("A colleague has answered the suggestion meanwhile. Nothing was entered."), "warning"
        )
    else:
        flash(
            t(
                "A colleague was first: the suggestion has become %(number)s. Nothing was entered.",
                number=taken.number,
            ),
            "warning",
        )
    return redirect(url_for("casework.case", number=number), 303)


def _onwards(draft_id: int) -> Response:
    """To where the draft goes on."""
    reached = _reached(draft_id)[0]
    step = steps.next_undone(reached.opened, steps.judge(reached.opened))
    return redirect(steps.url(reached, step), 303)


def _reached(draft_id: int) -> tuple[Reached, Actor]:
    """A colleague's draft, and the reader acting in its pool; 404 where it is not theirs."""
    actor = who.current_actor(starting.pool_of(read(), draft_id))
    opened = starting.open_entry(read(), house(), draft_id, actor, now())
    return Reached(None, draft_id, opened), actor


# -- out of a suggestion


class BecomesForm(Form):
    """What a suggestion becomes."""

    kind = RadioField("What shall it become?")
    proposer = StringField("Who in the group proposes it?")


@blueprint.route("/sager/<number>/bliver-til", methods=["GET", "POST"])
@staff(starting.ROLE)
def becomes(number: str) -> Page:
    """A suggestion becomes a case when the form that begins here is entered."""
    view, actor = find(number)
    if view.case.kind != "suggestion" or starting.ROLE not in actor.roles:
        abort(404)
    case_id = view.case.id or 0
    form = BecomesForm()
    form.kind.choices = [
        SelectChoice("application", t("An application in the name of whoever suggested it")),
        SelectChoice("initiative", t("The group’s own initiative")),
    ]
    if form.validate_on_submit():
        start = Start(
            kind=cast(Kind, form.kind.data),
            channel=view.case.channel if view.case.channel in CHANNELS else "phone",
            proposer=str(form.proposer.data or ""),
            lang=view.case.lang,
        )
        try:
            draft_id = _begin(form, view.case.pool, start, actor, case_id)
        except TakenUp as taken:
            return _lost(taken, number)
        if draft_id:
            return _onwards(draft_id)
    became = starting.became_of(read(), case_id)
    return render_template(
        "pages/casework/becomes.html",
        view=view,
        form=form,
        names=_names({view.case.pool: view.definition}),
        closed=view.state.final,
        became=became,
        begun=starting.begun_from(read(), case_id, now()),
    ), form.status


# -- the draft


@blueprint.route("/sager/kladde/<int:draft_id>/om", methods=["GET", "POST"])
@staff(starting.ROLE)
def entry_about(draft_id: int) -> Page:
    """How it came, to be corrected."""
    reached, actor = _reached(draft_id)
    draft = reached.opened.draft
    form = _about_form({}, {})(
        data={
            "channel": draft.channel,
            "received_on": speak().day(draft.received_on) if draft.received_on else "",
            "proposer": draft.proposer or "",
            "lang": draft.lang,
        }
    )
    if form.validate_on_submit():
        try:
            start = _typed(form, cast(Kind, draft.kind))
            starting.change(house(), draft_id, start, actor, now())
        except Invalid as invalid:
            field_errors_from_faults(form, invalid.faults, speak())
        else:
            return _onwards(draft_id)
    return render_template(
        "pages/casework/entry_change.html",
        form=form,
        definition=reached.definition,
        draft=draft,
        names=_names({draft.pool: reached.definition}),
        kinds={},
    ), form.status


@blueprint.route("/sager/kladde/<int:draft_id>/<last_part>", methods=["GET", "POST"])
@staff(starting.ROLE)
def entry_step(draft_id: int, last_part: str) -> Page:
    """One page of the form, as the residents have it."""
    return pages.shown_step(_reached(draft_id)[0], last_part)


@blueprint.post("/sager/kladde/<int:draft_id>/<last_part>/gem")
@staff(starting.ROLE)
def entry_autosave(draft_id: int, last_part: str) -> Page:
    return pages.saved_quietly(_reached(draft_id)[0], last_part)


@blueprint.get("/sager/kladde/<int:draft_id>/filer/<int:file_id>")
@staff(starting.ROLE)
def entry_file(draft_id: int, file_id: int) -> Response:
    return pages.handed_out(_reached(draft_id)[0], file_id)


@blueprint.get("/sager/kladde/<int:draft_id>/senere")
@staff(starting.ROLE)
def entry_later(draft_id: int) -> Response:
    """It is saved; on to what else waits."""
    _reached(draft_id)
    flash(t("It is saved, and stands under “Begun and not entered”."), "success")
    return redirect(url_for("casework.begin"), 303)


@blueprint.route("/sager/kladde/<int:draft_id>/gennemse", methods=["GET", "POST"])
@staff(starting.ROLE)
def entry_review(draft_id: int) -> Page:
    """Everything at a glance, and the button that enters it."""
    actor = who.current_actor(starting.pool_of(read(), draft_id))
    form = EntryForm(subject=f"draft:{draft_id}")
    faults: Any = ()
    closed = None
    if form.validate_on_submit():
        command = Submission(id=str(form.command_id.data), draft_id=draft_id)
        try:
            result = submit(house(), command, now(), actor=actor)
        except Invalid as invalid:
            faults = invalid.faults
        except PoolClosed as error:
            closed = error.closed.code
        except TakenUp as taken:
            return _lost(taken, starting.origin_number(read(), draft_id))
        except CommandReused:
            form.fault(t("Press again to send"))
            form.command_id.process_formdata([])
        else:
            flash(t("It is entered as %(number)s.", number=result.number), "success")
            return redirect(url_for("casework.case", number=result.number), 303)
    reached, _ = _reached(draft_id)
    return review.page(reached, form, faults=faults, closed=closed, about=about(reached))


def about(reached: Reached) -> list[tuple[str, str]]:
    """How it came, for the review: label and value."""
    draft = reached.opened.draft
    rows = []
    if draft.proposer:
        rows.append((t("Proposed by"), draft.proposer))
    if draft.received_on is not None:
        rows.append((t("How it came"), t(CHANNEL_WORDS[draft.channel])))
        rows.append((t("Received on"), speak().day(draft.received_on)))
    if draft.kind != "suggestion":
        promised = promise_day(reached.definition, draft.received_on or today())
        day = speak().day(promised)
        if promised < today():
            day = t("%(day)s, which has passed", day=day)
        rows.append((t("Answer promised by"), day))
    return rows


@blueprint.route("/sager/kladde/<int:draft_id>/slet", methods=["GET", "POST"])
@staff(starting.ROLE)
def entry_drop(draft_id: int) -> Page:
    """Throw the draft away; a suggestion it came out of stays as it was."""
    reached, actor = _reached(draft_id)
    form = DropForm()
    if form.validate_on_submit():
        try:
            starting.throw_away(house(), draft_id, actor)
        except NotFound:
            flash(t("It was gone already, or a colleague has entered it."), "info")
        else:
            flash(t("It is thrown away."), "success")
        return redirect(url_for("casework.begin"), 303)
    return render_template(
        "pages/casework/entry_drop.html",
        form=form,
        definition=reached.definition,
        draft=reached.opened.draft,
    ), form.status
