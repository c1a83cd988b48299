"""Forms put faults into words; the cookie says who is asking and nothing more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pytest
from flask import Flask, session
from wtforms import FormField, IntegerField, StringField
from wtforms.form import Form as PlainForm
from wtforms.validators import DataRequired, Length, NumberRange

from pool.db import Database
from pool.identity import people
from pool.web import navigation, roles, who
from pool.web.context import read, site
from pool.web.forms import Form, field_errors_from_faults, first_error
from pool.web.language import speak
from tests.support.people import make_person
from tests.web.conftest import FOUNDATION, Clock, MakeColleague
from workflows.questions import AnswerFault
from workflows.vocabulary import ROLE_NAMES, ROLE_SUBJECTS


@pytest.fixture
def rooms() -> Sequence[str]:
    return FOUNDATION


@pytest.fixture
def asked(app: Flask) -> Iterator[Flask]:
    with app.test_request_context("/", method="POST", data={"title": "abcdef", "number": "x"}):
        app.preprocess_request()
        yield app


class Trial(Form):
    title = StringField("Password", validators=[Length(max=5)])
    number = IntegerField("Number", validators=[NumberRange(min=1)])
    made_on = StringField("Day", validators=[DataRequired("Write your password")])


def test_faults_and_labels_are_in_the_readers_language(asked: Flask) -> None:
    form = Trial(meta={"csrf": False})
    assert not form.validate()
    assert form.title.label.text == "Adgangskode"
    assert form.faults == [
        ("title", "Skriv højst 5 tegn."),
        ("number", "Skriv et helt tal."),
        ("number", "Tallet skal være mindst 1."),
        ("made_on", "Skriv din adgangskode"),
    ]
    assert form.status == 422
    assert first_error(form.title) == "Skriv højst 5 tegn."
    assert first_error(form.command_id) == ""


def test_browsers_bubbles_stay_away(asked: Flask) -> None:
    assert " required" not in Trial(meta={"csrf": False}).made_on()


def test_hidden_fields_have_no_ids(asked: Flask) -> None:
    tag = Trial().hidden_tag()
    assert " id=" not in tag
    assert 'name="csrf_token"' in tag
    assert 'name="command_id"' in tag
    assert Trial().hidden_tag("command_id").count("<input") == 1


def test_faults_of_the_rules_stand_beside_their_fields(asked: Flask) -> None:
    form = Trial(meta={"csrf": False})
    found = [
        AnswerFault("title", "too-long", {"longest": 5, "length": 6}),
        AnswerFault("record.made_on", "date-shape"),
        AnswerFault("budget.2.amount", "amount-too-large", {"most_amount": 1_000_000}),
    ]
    field_errors_from_faults(form, found, speak())
    assert [anchor for anchor, _ in form.faults] == ["title", "made_on", ""]
    assert "6" in form.faults[0][1]
    assert "10.000\u00a0kr." in form.faults[2][1]


def test_a_form_in_a_form_keeps_its_faults(asked: Flask) -> None:
    class Inner(PlainForm):  # type: ignore[misc]
        name = StringField("Name", validators=[DataRequired()])

    class Outer(Form):
        inner = FormField(Inner)

    form = Outer(meta={"csrf": False})
    assert not form.validate()
    assert form.faults == [("inner", "Feltet skal udfyldes.")]


def test_links_are_held_for_hours_and_are_few(asked: Flask, clock: Clock) -> None:
    for number in range(60):
        who.hold_link(f"case:{number}")
    assert not who.holds("case:0")
    assert who.holds("case:59")
    assert len(who.links_held()) == 40
    who.drop_link("case:59")
    assert not who.holds("case:59")
    session["links"] = {"case:1": int(clock().timestamp()) - 1}
    assert who.links_held() == frozenset()
    session["links"] = "odd"
    assert who.links_held() == frozenset()


def test_roles_are_those_of_now_and_here(app: Flask, database: Database, clock: Clock) -> None:
    person = make_person(database, "Bo Bang", "auditor", now=clock())
    assert person.id is not None
    number = person.id
    database.write(lambda s: people.grant_role(s, number, "chair", "knowledge"))
    with app.test_request_context("/"):
        app.preprocess_request()
        with pytest.raises(RuntimeError, match="@staff"):
            who.user()
        who.begin(person)
        user = who.user()
        assert user.all_roles == {"auditor", "chair"}
        assert user.has("chair", "member")
        assert not user.has("member")
        assert user.by_pool(site().definitions) == {
            "bydelspulje": {"auditor"},
            "knowledge": {"auditor", "chair"},
            "urban-life": {"auditor"},
        }
        actor = who.current_actor("urban-life")
        assert (actor.kind, actor.person_id, actor.name) == ("person", person.id, "Bo Bang")
        assert actor.roles == {"auditor"}
        assert who.current_actor("knowledge").roles == {"auditor", "chair"}
        assert who.current_actor().roles == {"auditor"}
        assert dict(session["staff"]) == {"id": person.id, "epoch": person.session_epoch}
        chair = ROLE_NAMES["chair"]["da"]
        assert roles.role_list(user.all_roles) == f"{chair}, revisor"
        assert roles.role_choice({"chair", "admin"}) == (
            f"{ROLE_SUBJECTS['chair']['da']} eller administratoren"
        )
        assert roles.role_choice(()) == ""
        who.end()
        assert who.current_user() is None


def test_reading_after_writing_sees_what_was_written(
    app: Flask, database: Database, clock: Clock
) -> None:
    with app.test_request_context("/"):
        before = read()
        assert people.everybody(before) == []
        person = make_person(database, "Bo Bang", now=clock())
        after = read()
        assert after is not before
        found = people.get(after, person.id or 0)
        assert found is not None
        make_person(database, "Ada Lund", now=clock())
        assert found.name == "Bo Bang"  # what was loaded stays readable


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (("steering",), "/tilgaengelighed"),
        (("communications",), "/tilgaengelighed"),
        (("steering", "communications"), "/tilgaengelighed"),
        (("steering", "secretariat"), "/min-adgangskode"),
        (("secretariat",), "/min-adgangskode"),
        ((), "/min-adgangskode"),
    ],
)
def test_where_a_colleague_begins(
    app: Flask, colleague: MakeColleague, roles: tuple[str, ...], expected: str
) -> None:
    first_for = frozenset({"steering", "communications"})
    navigation.add(
        app,
        [
            navigation.Item("signin.change_password", "Change your password", 10),
            navigation.Item(
                "meta.accessibility", "Accessibility statement", 20, first_for=first_for
            ),
        ],
    )
    _, mine = colleague(*roles)
    with mine:
        mine.get("/privatliv")
        assert navigation.home() == expected


def test_the_menu_is_what_one_may_open(app: Flask, colleague: MakeColleague) -> None:
    navigation.add(
        app,
        [
            navigation.Item("meta.accessibility", "Accessibility statement", 20),
            navigation.Item("meta.privacy", "Your rights", 10, "public"),
        ],
    )
    _, mine = colleague("secretariat")
    with mine:
        mine.get("/min-adgangskode")
        assert [(one.text, one.current) for one in navigation.menu("staff")] == [
            ("Tilgængelighedserklæring", False),
            ("Mine beskeder", False),
            ("Skift din adgangskode", True),
        ]
        assert [one.href for one in navigation.menu("public")] == ["/privatliv"]
        assert navigation.home() == "/tilgaengelighed"
    with app.test_client() as stranger:
        stranger.get("/privatliv")
        assert navigation.menu("staff") == []
        assert navigation.home() == "/"
