"""What the roles are called in front of people."""

from __future__ import annotations

from collections.abc import Iterable

from pool.identity.people import ADMIN
from pool.web.language import speak, t
from workflows.vocabulary import ROLE_NAMES, ROLE_SUBJECTS


def role_name(role: str) -> str:
    """``chair`` → ``chair of the working group``, in the reader's language: a label."""
    return t("administrator") if role == ADMIN else speak().text(ROLE_NAMES.get(role, role))


def role_list(roles: Iterable[str]) -> str:
    """Labels of all ``roles``, one after the other; empty for none."""
    return ", ".join(role_name(role) for role in _ranked(roles))


def role_choice(roles: Iterable[str]) -> str:
    """``the secretariat or the chair of the working group``, in the reader's language."""
    named = [
        t("the administrator") if role == ADMIN else speak().text(ROLE_SUBJECTS.get(role, role))
        for role in _ranked(roles)
    ]
    if len(named) < 2:
        return "".join(named)
    return t("%(first)s or %(last)s", first=", ".join(named[:-1]), last=named[-1])


def _ranked(roles: Iterable[str]) -> list[str]:
    order = list(ROLE_NAMES)
    return sorted(roles, key=lambda role: (order.index(role) if role in order else 99, role))
