"""The form every POST stands on: its guard against forged and stale posts, its command id, and
its faults in the reader's language.

A view reads::

    form = GrantForm()
    if form.validate_on_submit():
        ...carry out with form.command_id.data...
        return redirect(...)
    return render_template(..., form=form), form.status

A stale or missing token is a fault of the form like any other: the page comes again with
everything typed, and the next press works. A form that comes back after signing in is shown
filled and never carried out by itself.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app, request
from flask_wtf import FlaskForm
from flask_wtf.csrf import _FlaskFormCSRF
from flask_wtf.form import _Auto
from markupsafe import Markup
from wtforms import Field, FormField, HiddenField, ValidationError
from wtforms.csrf.core import CSRFTokenField
from wtforms.widgets import HiddenInput

from pool.render.words import Words
from pool.web.kept import is_restored
from pool.web.language import speak, t
from workflows import wording
from workflows.questions import AnswerFault

STALE = "The page has been open too long; press again – what you typed is kept"


class _Csrf(_FlaskFormCSRF):  # type: ignore[misc]
    """Flask-WTF's tokens, with one sentence that says what to do."""

    def validate_csrf_token(self, form: Any, field: CSRFTokenField) -> None:
        try:
            super().validate_csrf_token(form, field)
        except ValidationError as error:
            raise ValidationError(t(STALE)) from error


class _Translations:
    """WTForms' own sentences, from our catalogues."""

    def gettext(self, string: str) -> str:
        return speak().t(string)

    def ngettext(self, singular: str, plural: str, n: int) -> str:
        # Not .plural(): WTForms fills %(max)d in by itself.
        return speak().t(singular if n == 1 else plural)


class CommandId(HiddenField):  # type: ignore[misc]
    """A command's id, minted when the form is first shown and kept while it is being filled in,
    so that pressing twice does it once. What is no id of ours is replaced by a new one."""

    def process_formdata(self, valuelist: list[Any]) -> None:
        typed = str(valuelist[0]) if valuelist else ""
        try:
            self.data = str(uuid.UUID(typed))
        except ValueError:
            self.data = str(uuid.uuid4())


class Form(FlaskForm):  # type: ignore[misc]
    """Base of every form on the site."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        csrf_class = _Csrf
        csrf_time_limit = None  # as long as the session; a day-old page still works

        @property
        def csrf_secret(self) -> list[bytes]:
            """All keys, oldest first: itsdangerous signs with the last and reads all."""
            return list(current_app.config["PULJEN_KEYS"])

        def get_translations(self, form: Any) -> _Translations:
            return _Translations()

        def render_field(self, field: Field, render_kw: dict[str, Any]) -> Any:
            # The browser's own bubbles speak its language and hide our summary.
            render_kw.setdefault("required", False)
            return super().render_field(field, render_kw)

    def __init__(self, formdata: Any = _Auto, **kwargs: Any) -> None:
        super().__init__(formdata=formdata, **kwargs)
        for field in self:  # written in English in the class, read in the reader's language
            field.label.text = t(field.label.text)
            if field.description:
                field.description = t(field.description)

    command_id = CommandId(default=lambda: str(uuid.uuid4()))

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether this may be carried out: faultless, and sent by a press of its own button; a
        form that comes back after signing in is neither judged nor carried out."""
        if is_restored():
            return False
        fine = bool(super().validate(extra_validators))
        _translate(self)
        return fine

    def hidden_tag(self, *fields: Any) -> Markup:
        """The hidden fields, without ids: a page may hold several forms."""
        wanted = fields or [field for field in self if isinstance(field.widget, HiddenInput)]
        lines = [
            Markup('<input type="hidden" name="{}" value="{}">').format(
                field.name, field._value() or ""
            )
            for field in (self[one] if isinstance(one, str) else one for one in wanted)
        ]
        return Markup("\n").join(lines)

    @property
    def status(self) -> int:
        """The status to show the form with: 422 when it was sent and has faults."""
        return 422 if request.method == "POST" and self.errors else 200

    @property
    def faults(self) -> list[tuple[str, str]]:
        """(id of the field, sentence) for the summary of errors, in the form's order; the id is
        empty for what belongs to no field."""
        found: list[tuple[str, str]] = []
        for field in self:
            anchor = "" if isinstance(field, HiddenField | CSRFTokenField) else field.id
            found += [(anchor, str(sentence)) for sentence in _flat(field.errors)]
        found += [("", str(sentence)) for sentence in self.form_errors]
        return found

    def fault(self, sentence: str, name: str | None = None) -> None:
        """Add a fault found outside the form's own checks: at the field ``name``, else to all."""
        field = self._fields.get(name) if name else None
        if field is None:
            self.form_errors.append(sentence)
        else:
            field.errors = [*field.errors, sentence]


def _translate(form: Any) -> None:
    """Put the sentences a class gave in English into the reader's language; those that are in
    it already stay."""
    for field in form:
        if isinstance(field, FormField):
            _translate(field.form)
        elif isinstance(field.errors, list | tuple):
            field.errors = [t(one) if isinstance(one, str) else one for one in field.errors]


def _flat(errors: Any) -> Iterable[str]:
    if isinstance(errors, Mapping):
        errors = errors.values()
    for error in errors:
        if isinstance(error, str) or not isinstance(error, Iterable):
            yield str(error)
        else:
            yield from _flat(error)


def field_errors_from_faults(form: Form, faults: Iterable[AnswerFault], words: Words) -> None:
    """Put each fault beside the field of its key, else in the form's own list. For a key such as
    ``record.made_on`` the field may be called ``record-made_on``, ``made_on`` or ``record``."""
    for fault in faults:
        form.fault(fault_text(fault, words), _field_for(form, fault.key))


def _field_for(form: Form, key: str) -> str | None:
    parts = key.split(".")
    names = [key, key.replace(".", "-"), key.replace(".", "_"), parts[-1]]
    names += [".".join(parts[:count]) for count in range(len(parts) - 1, 0, -1)]
    return next((name for name in names if name in form), None)


def fault_text(fault: AnswerFault, words: Words) -> str:
    """The sentence for a fault of an answer or an input."""
    text, params = wording.answer(fault, words.lang)
    return words.t(text, **params)


def first_error(field: Field) -> str:
    """The first sentence beside a field, or empty."""
    return next(iter(_flat(field.errors)), "")
