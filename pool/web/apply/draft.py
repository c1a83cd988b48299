"""The pages of a draft: its link, its steps, its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import abort, redirect, render_template, request
from werkzeug.wrappers import Response

import pool.files as files
from pool.cases import drafts
from pool.cases.errors import Invalid, NotFound
from pool.identity import tokens
from pool.web import downloads
from pool.web.access import public
from pool.web.apply import fields, spoken, steps, uploads
from pool.web.apply.fields import BudgetFaults, field_name
from pool.web.apply.page_pass import PassForm
from pool.web.apply.reach import Reached, RenewForm, draft_of, gone, reach
from pool.web.apply.room import blueprint
from pool.web.context import contacts, now, read
from pool.web.forms import Form, fault_text
from pool.web.house import house
from pool.web.language import lang, speak
from pool.web.ratelimit import limit
from workflows.definition import SUGGESTION, Question
from workflows.questions import AnswerFault

Page = str | Response | tuple[str, int]


@blueprint.route("/kladde/<token>", methods=["GET", "POST"])
@public
def resume(token: str) -> Page:
    """The link in a mail. Opening it shows a button; the press goes on, or, where the link has
    run out, mails a new one."""
    form = RenewForm()
    seen = tokens.look(read(), token, drafts.PURPOSE, now())
    if seen is not None and seen.state == "expired" and form.validate_on_submit():
        subject = seen.token.subject
        limit("link-address")
        limit("link-subject", subject)
        drafts.renew_link(house(), draft_of(seen.token), now())
        return render_template("pages/apply/link_sent.html", contacts=contacts())
    reached = reach(token)
    judged = steps.judge(reached.opened)
    if form.validate_on_submit():
        return redirect(steps.url(reached, steps.next_undone(reached.opened, judged)), 303)
    page = render_template(
        "pages/apply/resume.html",
        form=form,
        definition=reached.definition,
        title=reached.opened.draft.raw.get("title") or "",
        until=reached.opened.draft.expires_at,
        saved=reached.opened.draft.saved_at,
    )
    return page, form.status


@blueprint.route("/kladde/<token>/<last_part>", methods=["GET", "POST"])
@public
def step(token: str, last_part: str) -> Page:
    """One page of the form. Whatever is pressed, what was typed is kept."""
    reached = reach(token)
    return shown_step(reached, last_part)


def shown_step(reached: Reached, last_part: str) -> Page:
    """A page of a draft, as the request wants it: shown, or what was pressed."""
    page = _StepPage(reached, steps.step_at(reached.opened, last_part))
    return page.posted() if request.method == "POST" else page.show()


@blueprint.post("/kladde/<token>/<last_part>/gem")
@public
def autosave(token: str, last_part: str) -> Page:
    """Keep what has been typed so far, quietly; no judgement of it."""
    return saved_quietly(reach(token), last_part)


def saved_quietly(reached: Reached, last_part: str) -> Page:
    """What :func:`autosave` does."""
    page = _StepPage(reached, steps.step_at(reached.opened, last_part))
    if not page.is_ours():
        return "", 422
    page.keep()
    return "", 204


@blueprint.get("/kladde/<token>/filer/<int:file_id>")
@public
def file(token: str, file_id: int) -> Response:
    """A file of the draft, to be saved."""
    return handed_out(reach(token), file_id)


def handed_out(reached: Reached, file_id: int) -> Response:
    """A file of the draft; 404 for another."""
    if file_id not in {one.id for one in reached.opened.files}:
        abort(404)
    found = files.load(read(), file_id)
    if found is None:
        abort(404)
    stored, data = found
    return downloads.send(data, stored.name, stored.media_type)


class _StepPage:
    """A step while a request lasts."""

    def __init__(self, reached: Reached, step: str) -> None:
        self.reached = reached
        self.step = step
        self.more_rows = 0
        self._look()

    def _look(self) -> None:
        opened = self.reached.opened
        self.judged = steps.judge(opened)
        readable = self.judged.values
        self.questions = fields.on_page(
            opened.definition, readable, form=opened.form, step=self.step
        )

    def _again(self) -> None:
        """Look at the draft anew after something was written."""
        self.reached = self.reached.again()
        self.judged = steps.judge(self.reached.opened)

    @property
    def files_question(self) -> Question | None:
        return next((q for q in self.questions if q.type == "files"), None)

    def typed(self) -> dict[str, Any]:
        return fields.typed(self.questions, request.form)

    def keep(self) -> None:
        """Save what was typed, as it is."""
        spoken_now = None if self.reached.by_staff else lang()
        try:
            drafts.save(house(), self.reached.draft_id, self.typed(), now(), lang=spoken_now)
        except NotFound:
            gone()

    # -- what was pressed

    def is_ours(self) -> bool:
        """Whether the post was sent from this page."""
        return self._form().validate()

    def posted(self) -> Page:
        raw = self.typed()
        form = self._form()
        if not form.validate():  # open for too long and without its pass: shown again, filled
            return self._render(form, raw, (), ())
        if spoken.switch() is not None:
            self.keep()
            return self._back_here()
        if (question := self.files_question) is not None:
            anchor = f"#{field_name(question.key)}"
            if number := _pressed(f"remove_{field_name(question.key)}"):
                self.keep()
                if number.isdecimal():
                    drafts.detach(house(), self.reached.draft_id, int(number), now())
                return self._back_here(anchor)
            if _pressed("attach"):
                self.keep()
                if faults := self._take_files():
                    self._again()
                    return self._render(form, raw, (), faults)
                return self._back_here(anchor)
        if _pressed("later"):
            self.keep()
            return redirect(self.reached.url("later"), 303)
        if _pressed("back") and (previous := steps.before(self.reached.opened, self.step)):
            self.keep()
            return redirect(steps.url(self.reached, previous), 303)
        if any(_pressed(f"add_{field_name(q.key)}") for q in self.questions):
            self.keep()
            self._again()
            self.more_rows = fields.ROWS
            return self.show(raw)
        return self._next(form, raw)

    def _back_here(self, anchor: str = "") -> Response:
        return redirect(steps.url(self.reached, self.step) + anchor, 303)

    def _next(self, form: Form, raw: Mapping[str, Any]) -> Page:
        file_faults = self._take_files()
        try:
            if not self.reached.by_staff and lang() != self.reached.opened.draft.lang:
                self.keep()
            checked = drafts.complete_step(house(), self.reached.draft_id, self.step, raw, now())
        except NotFound:
            gone()
        self._again()
        faults = self.judged.faults.get(self.step, ()) or checked.faults
        if faults or file_faults:
            return self._render(form, raw, faults, file_faults)
        return redirect(
            steps.url(self.reached, steps.after(self.reached.opened, self.judged, self.step)),
            303,
        )

    def _take_files(self) -> tuple[str, ...]:
        """Keep the files that came along; a sentence for each that cannot be kept."""
        question = self.files_question
        if question is None:
            return ()
        sent = uploads.taken(field_name(question.key))
        if not sent.prepared:
            return sent.refused
        try:
            drafts.attach(house(), self.reached.draft_id, sent.prepared, now())
        except NotFound:
            gone()
        except Invalid as error:
            return (*sent.refused, *(fault_text(one, speak()) for one in error.faults))
        return sent.refused

    # -- what is shown

    def _form(self, **kwargs: Any) -> PassForm:
        cls = fields.form_class(self.questions, speak(), PassForm)
        return cls(subject=f"draft:{self.reached.draft_id}", **kwargs)

    def show(self, raw: Mapping[str, Any] | None = None) -> Page:
        """The page as the draft has it."""
        shown = self.reached.opened.draft.raw if raw is None else raw
        form = self._form(formdata=None, data=fields.filled(self.questions, shown))
        return self._render(form, shown, (), ())

    def _render(
        self,
        form: Form,
        raw: Mapping[str, Any],
        faults: Sequence[AnswerFault],
        file_faults: Sequence[str],
    ) -> Page:
        opened, definition = self.reached.opened, self.reached.definition
        budget = fields.put_faults(form, faults, definition, speak())
        question = self.files_question
        for sentence in file_faults:
            form.fault(sentence, field_name(question.key) if question else None)
        page = render_template(
            "pages/apply/step.html",
            definition=definition,
            form=form,
            budget=budget,
            summary=fields.summary(form, budget, self.questions),
            blocks=fields.present(
                definition,
                self.questions,
                form,
                speak(),
                raw,
                fold=len(opened.steps) == 1,
                voluntary=drafts.VOLUNTARY if opened.form == SUGGESTION else frozenset(),
            ),
            more_rows=self.more_rows,
            heading=steps.title(opened, self.step),
            intro=self._intro(),
            step=self.step,
            guide=steps.guide(self.reached, self.judged, self.step),
            save_url=self.reached.url("autosave", last_part=steps.address(self.step)),
            has_previous=steps.before(opened, self.step) is not None,
            attached=attached(self.reached),
            files_name=field_name(question.key) if question else None,
            accept=files.ACCEPT,
            asked=self.judged.values.get("amount"),
            total=self._total(raw),
            until=opened.draft.expires_at,
            asks_who=any(q.key == "contact_name" for q in self.questions),
            by_staff=self.reached.by_staff,
            draft=opened.draft,
        )
        return page, 422 if _any(form, budget) else 200

    def _total(self, raw: Mapping[str, Any]) -> str | None:
        """The sum of the budget's lines, as far as they can be read."""
        key = next((q.key for q in self.questions if q.type == "budget"), None)
        amounts = fields.readable_amounts(raw.get(key) or []) if key else []
        return speak().money(sum(amounts)) if amounts else None

    def _intro(self) -> str | None:
        for one in self.reached.definition.steps:
            if one.key == self.step and one.intro is not None:
                return self.reached.words(one.intro)
        return None


def attached(reached: Reached) -> list[dict[str, Any]]:
    """The draft's files for the ``file_list`` macro."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "size": uploads.size_in_words(one.size),
            "href": reached.url("file", file_id=one.id),
        }
        for one in reached.opened.files
    ]


def _pressed(name: str) -> str:
    return request.form.get(name, "")


def _any(form: Form, budget: BudgetFaults) -> bool:
    return bool(form.errors or budget.summary)
