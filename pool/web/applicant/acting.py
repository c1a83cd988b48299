"""Carrying out what the applicant asks for, and saying why where it cannot be."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response
from wtforms import HiddenField

from pool.cases.commands import Command
from pool.cases.errors import CommandReused, Invalid, NotFound, Refused, Stale
from pool.cases.fire import fire
from pool.cases.view import CaseView
from pool.files import Prepared
from pool.web import who
from pool.web.applicant.reach import acting, mine, subject
from pool.web.apply.page_pass import PassForm
from pool.web.context import now
from pool.web.forms import field_errors_from_faults
from pool.web.house import house
from pool.web.language import lang, speak, t
from workflows import wording

Page = str | Response | tuple[str, int]


class ActForm(PassForm):
    """Something the applicant does to the case as it stood when the page was made."""

    state_version = HiddenField()

    def __init__(self, *args: Any, view: CaseView, **kwargs: Any) -> None:
        data = {"state_version": str(view.public_version)} | kwargs.pop("data", {})
        super().__init__(*args, subject=subject(view), data=data, **kwargs)

    @property
    def seen_version(self) -> int:
        """The version of the case, as the applicant knows it, that the page was made from; 0,
        never right, where it was tampered with."""
        typed = str(self.state_version.data or "")
        return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def carried_out(
    view: CaseView,
    form: ActForm,
    action: str,
    inputs: Mapping[str, Any],
    files: tuple[Prepared, ...] = (),
) -> bool:
    """Whether it was done; if not, the form says why and what can be done."""
    # To the applicant it is the case they saw, whatever moved in the house meanwhile.
    stands = view.case.state_version if form.seen_version == view.public_version else 0
    command = Command(
        id=str(form.command_id.data),
        case_id=view.case.id or 0,
        action=action,
        state_version=stands,
        inputs=inputs,
        files=files,
    )
    try:
        fire(house(), command, acting(view), now())
    except Invalid as error:
        field_errors_from_faults(form, error.faults, speak())
    except Refused as error:
        for obstacle in error.explanation.obstacles:
            text, params = wording.obstacle(view.definition, obstacle, lang())
            form.fault(t(text, **params))
    except Stale:
        _look_again(view, form)
    except CommandReused:
        sent_before(form)
    except NotFound:
        abort(404)
    else:
        return True
    return False


def sent_before(form: ActForm) -> None:
    """The page's id was used for something else: say so, and let the next press be new."""
    form.command_id.data = str(uuid.uuid4())
    form.fault(t("This has been sent once already. Press again if you want to send it anew"))


def _look_again(view: CaseView, form: ActForm) -> None:
    """The case has moved since the page was opened: say where it is, and let them press again."""
    present = mine(view.case.number)
    form.state_version.data = str(present.public_version)
    form.fault(
        t(
            "Something has happened in your case since you opened this page. It now says: "
            "“%(state)s”. What you typed is kept: press again if it should still be sent",
            state=speak().text(present.state.applicant),
        )
    )


def done(view: CaseView, sentence: str) -> Page:
    """Back to the case with a word of thanks; without a session, the word alone."""
    if who.holds(subject(view)):
        flash(sentence, "success")
        return redirect(url_for("applicant.case", number=view.case.number), 303)
    return render_template(
        "pages/applicant/done.html",
        definition=view.definition,
        number=view.case.number,
        sentence=sentence,
    )


def not_now(view: CaseView, sentence: str) -> Page:
    """There is nothing of the kind to do now."""
    flash(sentence, "info")
    return redirect(url_for("applicant.case", number=view.case.number), 303)
