"""Nothing typed is lost: posts that meet a closed door come back as filled forms, undone."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Blueprint, Flask, render_template_string
from wtforms import StringField, TextAreaField
from wtforms.validators import DataRequired

from pool.db import Database
from pool.models.identity import Person
from pool.web.access import applicant, staff
from pool.web.forms import Form
from pool.web.kept import is_restored
from tests.support.client import HostileClient, Page
from tests.support.people import PASSWORD, hold_link, make_person, sign_in
from tests.web.conftest import FOUNDATION, Clock


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


PAGE = """
{% extends "pages/layout.html" %}
{% from "pages/macros/forms.html" import field, error_summary %}
{% from "pages/macros/basic.html" import button %}
{% block title %}Prøve{% endblock %}
{% block main %}{{ error_summary(form) }}<h1>Prøve</h1>
<form method="post" enctype="multipart/form-data" novalidate>{{ form.hidden_tag() }}
{{ field(form.title) }}{{ field(form.reasons) }}{{ button('Gem') }}</form>{% endblock %}
"""


class TrialForm(Form):
    title = StringField("Titel", validators=[DataRequired()])
    reasons = TextAreaField("Begrundelse")


DONE: list[dict[str, Any]] = []


def _view(**_: Any) -> Any:
    form = TrialForm()
    if form.validate_on_submit():
        DONE.append(form.data)
        return render_template_string(PAGE.replace("Prøve", "Gemt"), form=form)
    return render_template_string(PAGE, form=form), form.status


@pytest.fixture
def trial(app: Flask) -> Flask:
    DONE.clear()
    blueprint = Blueprint("trial", __name__)
    blueprint.add_url_rule(
        "/trial/<int:n>", "one", staff("chair")(lambda **v: _view(**v)), methods=["GET", "POST"]
    )
    blueprint.add_url_rule(
        "/own/<int:case_id>", "own", applicant(lambda **v: _view(**v)), methods=["GET", "POST"]
    )
    app.register_blueprint(blueprint)
    return app


@pytest.fixture
def chair(database: Database, clock: Clock) -> Person:
    return make_person(database, "Bo Bang", "chair", now=clock(), password=True)


TYPED = 'Fordi <b>æøå</b> & "citat"\r\n\r\nnyt afsnit \u2013 slut'


def _expired(app: Flask, person: Person, path: str = "/trial/7?a=1") -> tuple[HostileClient, Page]:
    """A page that was opened signed in, and the client after the session ended."""
    client = app.test_client()
    assert isinstance(client, HostileClient)
    sign_in(client, person)
    page = client.look(path)
    client.delete_cookie("puljen")
    return client, page


def test_typing_survives_an_expired_session(trial: Flask, chair: Person) -> None:
    client, page = _expired(trial, chair)
    answer = client.submit(page, {"title": "En titel", "reasons": TYPED})
    assert answer.status_code == 403
    door = client.page(answer)
    assert door.heading == "Log ind"
    assert "Det, du har skrevet, er bevaret" in door.text

    wrong = client.submit(door, {"email": chair.email, "password": "wrong"})
    assert wrong.status_code == 422
    inside = client.submit(client.page(wrong), {"email": chair.email, "password": PASSWORD})
    assert inside.status_code == 200
    onward = client.page(inside)
    assert onward.heading == "Fortsæt, hvor du slap"
    assert onward.form().attrib["action"] == "/trial/7?a=1"

    back = client.page(client.submit(onward))
    assert back.heading == "Prøve"
    assert back.field("title") == "En titel"
    assert back.field("reasons") == TYPED.replace("\r\n", "\n")
    assert back.field("command_id") == page.field("command_id")
    assert back.errors == []
    assert DONE == []

    done = client.page(client.submit(back))
    assert done.heading == "Gemt"
    assert len(DONE) == 1


def test_lost_files_are_told_of(trial: Flask, chair: Person) -> None:
    client, page = _expired(trial, chair)
    answer = client.submit(page, {"title": "x", "bilag": (io.BytesIO(b"x"), "x.pdf")})
    assert "Filer kunne ikke bevares" in client.page(answer).text
    inside = client.submit(client.page(answer), {"email": chair.email, "password": PASSWORD})
    assert "Filer kunne ikke bevares" in client.page(inside).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Referer": "https://evil.example/x"},
        {},
    ],
)
def test_nobody_else_can_fill_a_colleagues_form(
    trial: Flask, chair: Person, headers: dict[str, str]
) -> None:
    client, page = _expired(trial, chair)
    answer = client.submit(page, {"title": "planted"}, headers=headers)
    door = client.page(answer)
    assert door.field("kept") == ""
    inside = client.submit(door, {"email": chair.email, "password": PASSWORD})
    assert inside.status_code == 303
    assert inside.headers["Location"] == "/trial/7?a=1"


@pytest.mark.parametrize(
    "headers", [{"Origin": "http://localhost"}, {"Referer": "http://localhost/trial/7"}]
)
def test_older_browsers_are_believed_by_origin_or_referrer(
    trial: Flask, chair: Person, headers: dict[str, str]
) -> None:
    client, page = _expired(trial, chair)
    assert client.page(client.submit(page, {"title": "x"}, headers=headers)).field("kept")


def test_what_is_carried_cannot_be_made_up(trial: Flask, chair: Person) -> None:
    client = trial.test_client()
    assert isinstance(client, HostileClient)
    page = client.look("/log-ind")
    for kept in ("x", '["https://evil.example/", [["a", "b"]], false]', "e30.x.y"):
        answer = client.submit(page, {"email": chair.email, "password": PASSWORD, "kept": kept})
        assert answer.status_code == 303
        client.delete_cookie("puljen")
        page = client.look("/log-ind")


def test_passwords_are_not_carried(trial: Flask, chair: Person) -> None:
    client, page = _expired(trial, chair, "/min-adgangskode")
    answer = client.submit(
        page,
        {"password": "old secret", "password_new": "new secret", "password_again": "new secret"},
    )
    inside = client.submit(client.page(answer), {"email": chair.email, "password": PASSWORD})
    assert "secret" not in inside.text


def test_a_restored_form_needs_the_role_still(
    trial: Flask, database: Database, clock: Clock
) -> None:
    auditor = make_person(database, "Ulla Vang", "auditor", now=clock())
    client = trial.test_client()
    sign_in(client, auditor)
    answer = client.post("/trial/7", data={"_restored": "1", "title": "x"})
    assert answer.status_code == 403


def test_restored_is_only_about_posts(trial: Flask) -> None:
    with trial.test_request_context("/?_restored=1"):
        assert not is_restored()
    with trial.test_request_context("/", method="POST", data={"_restored": "1"}):
        assert is_restored()


def test_an_applicants_typing_waits_on_the_page_for_the_link(trial: Flask, clock: Clock) -> None:
    client = trial.test_client()
    assert isinstance(client, HostileClient)
    hold_link(client, "case:7", clock())
    page = client.look("/own/7")
    clock.advance(hours=2)
    answer = client.submit(page, {"title": "Fest", "reasons": TYPED})
    waiting = client.page(answer)
    assert answer.status_code == 403
    assert waiting.heading == "Åbn siden med dit link"
    assert client.submit(waiting).status_code == 403  # the link is not open yet

    hold_link(client, "case:7", clock())
    back = client.page(client.submit(waiting))
    assert back.field("title") == "Fest"
    assert back.field("reasons") == TYPED.replace("\r\n", "\n")
    assert DONE == []
    assert client.page(client.submit(back)).heading == "Gemt"


def test_a_stale_form_is_shown_again_with_its_typing(trial: Flask, chair: Person) -> None:
    client, page = _expired(trial, chair)
    sign_in(client, chair)  # another session, another guard
    answer = client.submit(page, {"title": "En titel", "reasons": TYPED})
    assert answer.status_code == 422
    again = client.page(answer)
    assert again.errors == ["Siden har ligget for længe; tryk igen – det du har skrevet er bevaret"]
    assert again.field("title") == "En titel"
    assert DONE == []
    assert client.page(client.submit(again)).heading == "Gemt"


def test_the_command_id_is_kept_while_a_form_is_corrected(trial: Flask, chair: Person) -> None:
    client, page = _expired(trial, chair)
    sign_in(client, chair)
    page = client.look("/trial/7")
    again = client.page(client.submit(page, {"title": ""}))
    assert again.errors == ["Titel: Feltet skal udfyldes."]
    assert again.field("command_id") == page.field("command_id")
    assert client.look("/trial/7").field("command_id") != page.field("command_id")
    odd = client.page(client.submit(page, {"title": "", "command_id": "'; drop table"}))
    assert len(odd.field("command_id")) == 36
