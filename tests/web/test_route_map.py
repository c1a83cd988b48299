"""The route map belongs to this test: every endpoint says who may use it, the list says the
same, and the application does it."""

from __future__ import annotations

import pytest
from flask import Blueprint, Flask

from pool.db import Database
from pool.identity.people import STAFF_ROLES
from pool.web import access
from pool.web.access import UnmarkedViewError, access_of, applicant, public, staff
from tests.support.client import HostileClient
from tests.support.snapshot import changes, snapshot
from tests.web.conftest import Clock, MakeApp
from tests.web.route_map import DEMO_ROUTES, FOR_SCRIPTS, ROUTES
from tests.web.world import World, build
from workflows.vocabulary import ROLE_NAMES, ROLE_SUBJECTS


@pytest.fixture
def world(app: Flask, database: Database, clock: Clock) -> World:
    return build(app, database, clock())


def _map(app: Flask) -> dict[str, tuple[str, str]]:
    found: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        found.setdefault(rule.endpoint, set()).update(rule.methods or ())
    return {
        endpoint: (
            " ".join(sorted(methods - {"HEAD", "OPTIONS"})),
            str(access_of(app, endpoint)),
        )
        for endpoint, methods in found.items()
    }


def test_the_map_is_the_list(app: Flask) -> None:
    assert _map(app) == ROUTES


def test_the_demonstration_adds_its_own_only(make: MakeApp) -> None:
    assert _map(make(demo=True)) == ROUTES | DEMO_ROUTES


def test_roles_of_the_map_exist() -> None:
    named = {
        role
        for _, audience in (ROUTES | DEMO_ROUTES).values()
        for role in audience.partition(":")[2].split(",")
        if role
    }
    assert named <= STAFF_ROLES


ANSWERS = {200, 403, 404, 409, 410, 422}
"""How a post without its guard may be answered: a bare 400 or a success is neither."""


OWN_MARKS = {"case_seen"}
"""What opening a case's page may leave behind: that its reader has seen it."""


LEADS_ON = {"casework.entry_later"}
"""What is opened to be led elsewhere, and shows no page of its own."""


def _endpoints(app: Flask, method: str) -> list[str]:
    return sorted(
        endpoint for endpoint, (methods, _) in _map(app).items() if method in methods.split()
    )


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_opening_a_page_changes_nothing(world: World, app: Flask) -> None:
    faults = []
    before = snapshot(world.database)
    for endpoint in _endpoints(app, "GET"):
        seen = set()
        for name, reader in world.readers().items():
            answer = reader().get(world.path(endpoint))
            seen.add(answer.status_code)
            if answer.status_code >= 500:
                faults.append(f"{name} at {endpoint}: {answer.status_code}")
        if (303 if endpoint in LEADS_ON else 200) not in seen:
            faults.append(f"nobody saw {endpoint}: {sorted(seen)}; give a better sample")
        after = snapshot(world.database)
        allowed = OWN_MARKS if endpoint == "casework.case" else set()
        if changed := set(changes(before, after)) - allowed:
            faults.append(f"{endpoint} changed {changed}")
        before = after
    assert not faults, "\n".join(faults)


def test_a_post_without_its_guard_changes_nothing_and_is_answered_by_a_page(
    world: World, app: Flask
) -> None:
    faults = []
    before = snapshot(world.database)
    for endpoint in _endpoints(app, "POST"):
        for name, reader in world.readers().items():
            answer = reader().post(world.path(endpoint), data={"title": "typed <once>"})
            page = answer.mimetype == "text/html" or endpoint in FOR_SCRIPTS
            if not page or answer.status_code not in ANSWERS:
                faults.append(f"{name} at {endpoint}: {answer.status_code}")
        after = snapshot(world.database)
        if changed := changes(before, after):
            faults.append(f"{endpoint} changed {changed}")
        before = after
    assert not faults, "\n".join(faults)


def test_a_colleagues_page_asks_a_stranger_to_sign_in(world: World, app: Flask) -> None:
    for endpoint, (methods, audience) in _map(app).items():
        if not audience.startswith("staff"):
            continue
        for client in (world.anybody(), world.as_applicant()):
            if "GET" in methods.split():
                answer = client.get(world.path(endpoint))
                assert answer.status_code == 303, endpoint
                assert answer.headers["Location"].startswith("/log-ind?next="), endpoint
            if "POST" in methods.split():
                answer = client.post(world.path(endpoint))
                assert answer.status_code == 403, endpoint
                assert client.page(answer).heading == "Log ind", endpoint


def test_each_role_opens_exactly_what_is_listed(world: World, app: Flask) -> None:
    faults = []
    for endpoint, (methods, audience) in _map(app).items():
        kind, _, roles = audience.partition(":")
        if kind != "staff":
            continue
        allowed = set(roles.split(",")) if roles else set(world.people)
        for role in world.people:
            for method in methods.split():
                client = world.as_role(role)
                answer = client.open(world.path(endpoint), method=method)
                refused = answer.status_code == 403
                if refused == (role in allowed):
                    faults.append(f"{role} {method} {endpoint}: {answer.status_code}")
    assert not faults, "\n".join(faults)


def test_an_applicants_page_opens_by_the_link_to_it_alone(world: World, app: Flask) -> None:
    for endpoint, (methods, audience) in _map(app).items():
        if audience != "applicant":
            continue
        for method in methods.split():
            path = world.path(endpoint)
            for stranger in (world.anybody(), world.as_role("secretariat")):
                assert stranger.open(path, method=method).status_code == 403, endpoint
            mine = world.as_applicant().open(path, method=method)
            assert mine.status_code != 403, f"{method} {endpoint}"


def test_a_link_to_one_case_opens_no_other(world: World, app: Flask) -> None:
    theirs = world.values["other_number"]
    for endpoint, (methods, audience) in _map(app).items():
        if endpoint.partition(".")[0] != "applicant" or "<number>" not in _rule(app, endpoint):
            continue
        world.values[f"{endpoint}.number"] = theirs
        for method in methods.split():
            answer = world.as_applicant().open(world.path(endpoint), method=method)
            assert answer.status_code in {403, 404}, f"{method} {endpoint} ({audience})"
            assert "Noget andet" not in answer.text, endpoint


def _rule(app: Flask, endpoint: str) -> str:
    return next(app.url_map.iter_rules(endpoint)).rule


def _with(app: Flask, blueprint: Blueprint) -> Flask:
    app.register_blueprint(blueprint)
    access.check_marks(app)
    return app


def test_an_unmarked_view_keeps_the_application_from_starting(app: Flask) -> None:
    blueprint = Blueprint("bare", __name__)
    blueprint.add_url_rule("/bare", view_func=lambda: "")
    with pytest.raises(UnmarkedViewError, match="bare"):
        _with(app, blueprint)


def test_a_view_has_one_mark() -> None:
    @public
    def view() -> str:
        return ""

    with pytest.raises(UnmarkedViewError, match="twice"):
        staff("chair")(view)


def test_an_unmarked_view_that_slips_in_is_not_served(app: Flask) -> None:
    app.add_url_rule("/bare", "bare", lambda: "secret")
    answer = app.test_client().get("/bare")
    assert answer.status_code == 500
    assert "secret" not in answer.text


def test_the_link_must_be_the_one_to_this_case(app: Flask, world: World) -> None:
    blueprint = Blueprint("own", __name__)

    @blueprint.get("/own/<int:case_id>/<int:draft_id>")
    @applicant
    def both(case_id: int, draft_id: int) -> tuple[str, int]:
        return "", 204

    @blueprint.get("/own")
    @applicant
    def any_link() -> tuple[str, int]:
        return "", 204

    _with(app, blueprint)
    world.links = ["case:7", "draft:3"]
    client = world.as_applicant()
    assert client.get("/own/7/3").status_code == 204
    assert client.get("/own/7/4").status_code == 403
    assert client.get("/own/8/3").status_code == 403
    assert client.get("/own").status_code == 204
    assert world.anybody().get("/own").status_code == 403


def test_a_role_in_another_pool_opens_the_door(app: Flask, world: World) -> None:
    """The finer check is the use case's; the door looks at any pool."""
    blueprint = Blueprint("door", __name__)

    @blueprint.get("/door")
    @staff("chair")
    def door() -> tuple[str, int]:
        return "", 204

    _with(app, blueprint)
    assert world.as_role("chair").get("/door").status_code == 204
    refused = world.as_role("auditor").get("/door")
    page = HostileClient.page(world.anybody(), refused)
    assert refused.status_code == 403
    chair, auditor = ROLE_SUBJECTS["chair"]["da"], ROLE_NAMES["auditor"]["da"]
    assert f"Siden er for {chair}. Du er her som {auditor}." in page.text
    assert "Sekretariatet kan give dig den rolle" in page.text
