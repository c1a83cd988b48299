"""Signing in and out, and passwords.

Whether there is such a colleague never shows: the same answer, after the same work. Passwords
are hashed between two units of work, never inside one.
"""

from __future__ import annotations

import math
import time
from datetime import datetime

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlmodel import Session
from werkzeug.wrappers import Response

from pool.identity import passwords, people, signin, tokens
from pool.models.identity import Person
from pool.outbox import queue, security
from pool.web import kept, navigation, who
from pool.web.access import public, staff
from pool.web.context import now, read, site
from pool.web.errors import Refused
from pool.web.language import speak, t
from pool.web.ratelimit import address, limit
from pool.web.signin.forms import (
    ChangePasswordForm,
    ForgottenForm,
    NewPasswordForm,
    SignInForm,
    SignOutForm,
)

blueprint = Blueprint("signin", __name__)

LINK_MINUTES = 30
"""How long a link to a new password works (it is put in force when the mail is sent)."""

EVEN_SECONDS = 0.25
"""The least time the answer to a forgotten password takes, whoever asks."""

Page = str | Response | tuple[str, int]


@blueprint.route("/log-ind", methods=["GET", "POST"])
@public
def sign_in() -> Page:
    """E-mail and password; then on to where one was going."""
    form = SignInForm(data={"next": kept.safe_path(request.args.get("next"), "")})
    waiting = kept.unpack(form.kept.data)
    target = kept.safe_path(form.next.data, "")
    if request.method == "GET" and who.current_user() is not None:
        return redirect(target or navigation.home(), 303)
    status = form.status
    if form.validate_on_submit():
        person, status = _check(form)
        if person is not None:
            who.begin(person)
            if waiting is not None:
                return render_template("pages/signin/continue.html", kept=waiting, form=form)
            return redirect(target or navigation.home(), 303)
    form.password.data = ""
    return (
        render_template("pages/signin/sign_in.html", form=form, kept=waiting),
        max(status, form.status),
    )


def _check(form: SignInForm | ChangePasswordForm, email: str = "") -> tuple[Person | None, int]:
    """The colleague, or None with the fault in the form and the status to answer with."""
    database, moment = site().database, now()
    typed = email or str(form["email"].data)
    try:
        candidate = database.write(lambda s: signin.begin(s, typed, address(), moment))
    except signin.TooManyAttempts as error:
        minutes = max(1, math.ceil((error.until - moment).total_seconds() / 60))
        form.fault(
            speak().plural(
                "Too many attempts. Try again in %(n)s minute, or ask for a new password",
                "Too many attempts. Try again in %(n)s minutes, or ask for a new password",
                minutes,
            )
        )
        return None, 429
    verdict = signin.check(candidate, str(form.password.data))
    person = database.write(lambda s: signin.finish(s, candidate, verdict, moment))
    if person is None:
        form.fault(
            t("That is not your present password")
            if email
            else t("The e-mail address and the password do not go together"),
            "password" if email else None,
        )
        return None, 422
    return person, 200


@blueprint.route("/log-ud", methods=["GET", "POST"])
@public
def sign_out() -> Page:
    """Sign out of this browser. Opening the address only shows the button."""
    form = SignOutForm()
    if form.validate_on_submit():
        who.end()
        flash(t("You are signed out."), "success")
        return redirect("/", 303)
    return render_template("pages/signin/sign_out.html", form=form), form.status


@blueprint.route("/glemt-adgangskode", methods=["GET", "POST"])
@public
def forgotten() -> Page:
    """Ask for a link to a new password. The answer is the same for everybody."""
    form = ForgottenForm()
    if form.validate_on_submit():
        began = time.monotonic()
        limit("forgotten-address")
        typed, moment = str(form.email.data), now()
        if site().throttle.hit("forgotten-email", typed.lower()):
            site().database.write(lambda s: _mail_link(s, typed, str(form.command_id.data), moment))
        time.sleep(max(0.0, EVEN_SECONDS - (time.monotonic() - began)))
        return render_template("pages/signin/forgotten_sent.html", email=typed)
    return render_template("pages/signin/forgotten.html", form=form), form.status


def _mail_link(session: Session, email: str, command_id: str, moment: datetime) -> None:
    person = people.find_by_email(session, email)
    if person is None or not person.active:
        return
    queue.put(
        session,
        event=f"person:{person.id}:reset:{command_id}",
        template="signin-reset",
        to=queue.Recipient(person.name, person.email, person.language, person.id),
        case_id=None,
        pool=None,
        data={
            "link": {"purpose": "reset", "subject": f"person:{person.id}"},
            "minutes": LINK_MINUTES,
        },
        now=moment,
    )


@blueprint.route("/adgangskode/<token>", methods=["GET", "POST"])
@public
def reset(token: str) -> Page:
    """A new password by the link in the mail. Opening it uses nothing up; the press does, and
    only when the new password is taken."""
    form = NewPasswordForm()
    seen = tokens.look(read(), token, "reset", now())
    person = _person_of(read(), seen.token.subject) if seen and seen.state == "good" else None
    if person is None:
        limit("link-address")
        return render_template("pages/signin/reset_dead.html"), 410
    if form.validate_on_submit() and _acceptable(form, person):
        hashed, moment = passwords.hash_password(str(form.password_new.data)), now()
        if site().database.write(lambda s: _claim_and_set(s, token, hashed, moment)):
            who.end()
            flash(t("Your new password is in force. Sign in with it."), "success")
            return redirect(url_for("signin.sign_in"), 303)
        return render_template("pages/signin/reset_dead.html"), 410
    return render_template("pages/signin/reset.html", form=form, person=person), form.status


def _claim_and_set(session: Session, raw: str, hashed: str, moment: datetime) -> bool:
    token = tokens.claim(session, raw, "reset", moment)
    person = _person_of(session, token.subject) if token is not None else None
    if person is None:
        return False
    people.set_password(session, person, hashed)
    security.password_changed(session, person, by_link=True, now=moment)
    tokens.revoke_all(session, "reset", f"person:{person.id}", moment)
    signin.forgive(session, person.email)
    return True


def _person_of(session: Session, subject: str) -> Person | None:
    kind, _, number = subject.partition(":")
    if kind != "person" or not number.isdecimal():
        return None
    person = people.get(session, int(number))
    return person if person is not None and person.active else None


@blueprint.route("/min-adgangskode", methods=["GET", "POST"])
@staff
def change_password() -> Page:
    """Choose another password; every other browser is signed out."""
    form, user = ChangePasswordForm(), who.user()
    person = people.get(read(), user.person_id)
    if person is None:
        raise Refused(t("You are no longer on the list of colleagues."))
    status = form.status
    if form.validate_on_submit() and _acceptable(form, person):
        checked, status = _check(form, user.email)
        if checked is not None:
            hashed = passwords.hash_password(str(form.password_new.data))
            who.begin(site().database.write(lambda s: _set(s, user.person_id, hashed, now())))
            flash(t("Your new password is in force. Other browsers are signed out."), "success")
            return redirect(navigation.home(), 303)
    return (
        render_template("pages/signin/change_password.html", form=form),
        max(status, form.status),
    )


def _set(session: Session, person_id: int, hashed: str, moment: datetime) -> Person:
    person = people.get(session, person_id)
    if person is None or not person.active:
        raise Refused(t("You are no longer on the list of colleagues."))
    people.set_password(session, person, hashed)
    security.password_changed(session, person, by_link=False, now=moment)
    tokens.revoke_all(session, "reset", f"person:{person_id}", moment)
    return person


def _acceptable(form: NewPasswordForm, person: Person) -> bool:
    """Whether the new password may be used; else the reason stands beside it."""
    faults = passwords.check_rule(str(form.password_new.data), email=person.email, name=person.name)
    for fault in faults:
        form.fault(_reason(fault), "password_new")
    return not faults


def _reason(fault: passwords.PasswordFault) -> str:
    return {
        "too-short": t(
            "Use at least %(minimum)s characters; several words in a row are easy to remember",
            **{"minimum": passwords.MIN_LENGTH} | dict(fault.params),
        ),
        "too-long": t(
            "Use at most %(maximum)s characters",
            **{"maximum": passwords.MAX_LENGTH} | dict(fault.params),
        ),
        "is-you": t("Your name or address is the first thing somebody would guess"),
        "common": t("Many use this one, so it is quickly guessed; choose another"),
    }[fault.code]
