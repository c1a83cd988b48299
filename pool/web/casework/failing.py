"""Which payment failed, as a field: asked only where several stand."""

from __future__ import annotations

from wtforms import Field, RadioField

from pool.cases.effects_payments import sent_with
from pool.cases.view import CaseView
from pool.web.casework import inputs
from pool.web.context import read
from pool.web.language import speak, t


def choice(view: CaseView) -> Field:
    """The case's payments that can have failed, the newest first: what was sent together is one."""
    words, pairs = speak(), []
    for payment_id, day in reversed(list(view.facts.payments.items())):
        sent = sent_with(read(), view.case.id or 0, payment_id)
        said = t(
            "%(amount)s, paid on %(day)s, reference %(reference)s",
            amount=words.money(sum(one.amount for one in sent)),
            day=words.day(day),
            reference=sent[0].reference,
        )
        pairs.append((str(payment_id), said))
    return RadioField(
        t(inputs.LABELS["payment"]), choices=inputs.choices(pairs), validate_choice=False
    )
