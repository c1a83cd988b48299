"""Carrying out what a form asks for, and putting every refusal where the person looks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pool.files as files
import pool.ledger as ledger
from pool.cases.commands import Command, Result
from pool.cases.errors import CommandReused, Invalid, Refused, Stale
from pool.cases.fire import Meanwhile, fire, since
from pool.cases.house import House
from pool.cases.view import CaseView
from pool.identity.actor import Actor
from pool.web.apply.uploads import taken
from pool.web.casework import inputs_typed as fields
from pool.web.casework.wording import Hindrance, hindrances
from pool.web.context import now, read
from pool.web.forms import Form, field_errors_from_faults
from pool.web.house import house
from pool.web.language import speak, t


@dataclass
class Outcome:
    """``result`` when it was done; else what stood in the way is on the form, and ``meanwhile``
    says what somebody else did first."""

    result: Result | None = None
    meanwhile: Sequence[Meanwhile] = ()


def prepared(form: Form) -> tuple[files.Prepared, ...] | None:
    """The files of the form, checked and stripped; None after putting what is wrong beside the
    field. Nothing is stored yet."""
    if "files" not in form:
        return ()
    uploads = taken("files")
    for sentence in uploads.refused:
        form.fault(sentence, "files")
    return None if uploads.refused else uploads.prepared


def tell(form: Form, found: Iterable[Hindrance]) -> None:
    """Put each reason why not beside its field, else on top."""
    for one in found:
        names = [one.field, *(name for name in form._fields if name.startswith(f"{one.field}-"))]
        beside = next((name for name in names if name in form), None) if one.field else None
        form.fault(one.sentence, beside)


def sent_before(form: Form) -> None:
    """The page's id was used for something else: say so, and let the next press be new."""
    form.command_id.data = str(uuid4())
    form.fault(t("This page was sent before with something else in it. Press again to send this."))


def carry_out(
    view: CaseView,
    actor: Actor,
    action: str,
    form: Form,
    typed: dict[str, Any],
    carried: tuple[files.Prepared, ...] = (),
    *,
    at: House | None = None,
) -> Outcome:
    """Fire ``action``; whatever refuses it stands on ``form`` afterwards. ``at``: in another house
    than the application's, such as one where nothing stays."""
    case = view.case
    command = Command(
        id=str(form.command_id.data),
        case_id=case.id or 0,
        action=action,
        state_version=fields.seen_version(form),
        inputs=typed,
        files=carried,
    )
    return attempt(
        view,
        form,
        lambda: fire(at or house(), command, actor, now()),
        amount="amount" if typed.get("amount") else None,
    )


def attempt(
    view: CaseView, form: Form, work: Callable[[], Result], *, amount: str | None = None
) -> Outcome:
    """Do ``work``, which moves the case; whatever refuses it stands on ``form`` afterwards.
    ``amount``: the field to put it beside where the pool has too little."""
    case, words = view.case, speak()
    try:
        return Outcome(work())
    except Invalid as invalid:
        field_errors_from_faults(form, invalid.faults, words)
    except Refused as refused:
        tell(form, hindrances(refused.explanation, view.definition, words))
    except Stale as stale:
        form["state_version"].data = str(stale.now)
        form.fault(
            t(
                "Somebody else was here meanwhile, so nothing was done. Read what happened; "
                "what you typed is kept, and you can press again."
            )
        )
        return Outcome(meanwhile=since(read(), case.id or 0, stale.seen))
    except CommandReused:
        sent_before(form)
    except ledger.NotEnough as short:
        form.fault(
            t(
                "The pool has only %(free)s left. Grant a smaller part, or wait until money "
                "comes back.",
                free=words.money(short.free),
            ),
            amount,
        )
    except ledger.YearClosed:
        form.fault(t("The books of %(year)s take no more, so nothing was done.", year=case.year))
    return Outcome()
