"""The forms of the colleagues' door."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, PasswordField
from wtforms.validators import DataRequired, EqualTo

from pool.identity.passwords import MAX_LENGTH
from pool.web.forms import Form

_TYPED = 2 * MAX_LENGTH  # what is longer than a password can be is cut by the browser, not here


class SignInForm(Form):
    """E-mail and password; ``next`` and ``kept`` say where to go on afterwards."""

    email = EmailField(
        "E-mail",
        validators=[DataRequired("Write your e-mail address")],
        filters=[lambda typed: typed.strip() if typed else typed],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )
    password = PasswordField(
        "Password",
        validators=[DataRequired("Write your password")],
        render_kw={
            "autocomplete": "current-password",
            "maxlength": _TYPED,
        },
    )
    next = HiddenField()
    kept = HiddenField()


class SignOutForm(Form):
    """A button."""


class ForgottenForm(Form):
    """Where to send the link."""

    email = EmailField(
        "E-mail",
        validators=[DataRequired("Write your e-mail address")],
        filters=[lambda typed: typed.strip() if typed else typed],
        render_kw={"autocomplete": "username", "maxlength": 254},
    )


class ClaimForm(Form):
    """The button under a link: opening the page alone uses nothing up."""


class NewPasswordForm(Form):
    """A new password, twice."""

    password_new = PasswordField(
        "New password",
        validators=[DataRequired("Write a new password")],
        render_kw={"autocomplete": "new-password", "maxlength": _TYPED},
    )
    password_again = PasswordField(
        "The new password once more",
        validators=[
            DataRequired("Write the new password once more"),
            EqualTo("password_new", "The two are not the same"),
        ],
        render_kw={"autocomplete": "new-password", "maxlength": _TYPED},
    )


class ChangePasswordForm(NewPasswordForm):
    """One's own password: the present one first."""

    password = PasswordField(
        "Your present password",
        validators=[DataRequired("Write your present password")],
        render_kw={
            "autocomplete": "current-password",
            "maxlength": _TYPED,
        },
    )
