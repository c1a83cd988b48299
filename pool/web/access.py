"""Who may use an endpoint: every view carries one mark, and a view without one is never served.

``@public`` everybody · ``@staff("secretariat", "chair")`` who has one of these roles in any pool
(none named: every signed-in colleague) · ``@applicant`` who has come by a link to the case or
draft the address names. The finer check, this case in this pool, is floor 4's.

The marks change nothing but an attribute of the function, so they stand above or below the
route as one likes::

    @blueprint.get("/sager/<int:case_id>")
    @staff("secretariat", "chair")
    def case(case_id: int) -> str: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeVar, overload

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from pool.web import kept, who
from pool.web.errors import Refused
from pool.web.language import t
from pool.web.roles import role_choice, role_list

View = TypeVar("View", bound=Callable[..., Any])
_MARK = "__access__"

SUBJECTS = {"case_id": "case", "draft_id": "draft"}
"""What an address names, by the name of its part, and what a link to it is called."""


class UnmarkedViewError(RuntimeError):
    """An endpoint that does not say who may use it: a fault in the program."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may use one endpoint. ``str()`` is how the route map writes it."""

    kind: Literal["public", "staff", "applicant"]
    roles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.kind}:{','.join(sorted(self.roles))}" if self.roles else self.kind


def _mark(view: View, access: Access) -> View:
    if getattr(view, _MARK, access) != access:
        raise UnmarkedViewError(f"{view.__module__}.{view.__qualname__} is marked twice")
    setattr(view, _MARK, access)
    return view


def public(view: View) -> View:
    """Everybody."""
    return _mark(view, Access("public"))


@overload
def staff(role: View, /) -> View: ...
@overload
def staff(*roles: str) -> Callable[[View], View]: ...
def staff(*roles: Any) -> Any:
    """Signed-in colleagues who have at least one of ``roles`` in some pool."""
    if len(roles) == 1 and callable(roles[0]):
        return _mark(roles[0], Access("staff"))
    return lambda view: _mark(view, Access("staff", frozenset(roles)))


def applicant(view: View) -> View:
    """Who came by a link: to the ``case_id`` or ``draft_id`` of the address, else to anything."""
    return _mark(view, Access("applicant"))


def access_of(app: Flask, endpoint: str) -> Access:
    """The mark of an endpoint. Raises :class:`UnmarkedViewError`."""
    access = getattr(app.view_functions[endpoint], _MARK, None)
    if not isinstance(access, Access):
        raise UnmarkedViewError(f"endpoint {endpoint} does not say who may use it")
    return access


def check_marks(app: Flask) -> None:
    """Raise :class:`UnmarkedViewError` unless every endpoint of ``app`` is marked."""
    for endpoint in app.view_functions:
        access_of(app, endpoint)


def guard() -> Response | str | tuple[str, int] | None:
    """Before every request: let the right people through."""
    if request.endpoint is None or request.endpoint not in current_app.view_functions:
        return None  # 404 and 405 are answered by the router
    access = access_of(current_app, request.endpoint)
    if access.kind == "staff":
        return _guard_staff(access)
    if access.kind == "applicant":
        return _guard_applicant()
    return None


def _guard_staff(access: Access) -> Response | tuple[str, int] | None:
    user = who.current_user()
    if user is None:
        if request.method in {"GET", "HEAD"}:
            return redirect(url_for("signin.sign_in", next=kept.here()), 303)
        return kept.ask_to_sign_in()
    if access.roles and not access.roles & user.all_roles:
        raise Refused(
            t(
                "This page is for %(roles)s. You are here as %(mine)s.",
                roles=role_choice(access.roles),
                mine=role_list(user.all_roles) or t("a colleague without a role"),
            ),
            t("The secretariat can give you the role you need, or do it for you."),
        )
    return None


def _guard_applicant() -> tuple[str, int] | None:
    values = request.view_args or {}
    wanted = [f"{SUBJECTS[name]}:{values[name]}" for name in SUBJECTS if name in values]
    held = who.links_held()
    if (wanted and all(subject in held for subject in wanted)) or (not wanted and held):
        return None
    return kept.ask_for_link()


def install(app: Flask) -> None:
    app.before_request(guard)
