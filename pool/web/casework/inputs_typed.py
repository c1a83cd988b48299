"""What was typed on a move's form, as its inputs."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from pool.web.casework.inputs import INSTALMENTS, LINES, PARTS, POSTS
from pool.web.forms import Form
from workflows.definition import Transition


def seen_version(form: Form) -> int:
    """The version of the case the page was made from; 0, never right, where it was tampered
    with."""
    typed = str(form["state_version"].data or "")
    return int(typed) if typed.isdecimal() and len(typed) < 10 else 0


def by_post(form: Form) -> dict[str, Any]:
    """What was typed at each post of the budget, by the post's key."""
    return {
        name.removeprefix(f"{POSTS}-"): form[name].data or ""
        for name in form._fields
        if name.startswith(f"{POSTS}-")
    }


def instalments(form: Form) -> list[dict[str, Any]]:
    """What was typed in each line; empty where nothing was."""
    lines = [
        {part: form[name].data or "" for part in ("amount", "due_on")
         if (name := f"{INSTALMENTS}-{line}-{part}") in form}
        for line in range(LINES)
    ]  # fmt: skip
    found = [line if any(str(one).strip() for one in line.values()) else {} for line in lines]
    return found if any(found) else []


def typed(form: Form, transition: Transition, *, demanded: Collection[str] = ()) -> dict[str, Any]:
    """The raw inputs of the transition as they were typed. An optional record of which nothing
    but the day that stood there was typed is none, unless it is ``demanded``."""
    raw: dict[str, Any] = {}
    for wanted in transition.inputs:
        if wanted.name == POSTS:
            posts = by_post(form)
            if any(str(one).strip() for one in posts.values()):
                raw[POSTS] = posts
            continue
        if wanted.name == INSTALMENTS:
            if lines := instalments(form):
                raw[INSTALMENTS] = lines
            continue
        if wanted.name not in PARTS:
            if wanted.name in form:
                raw[wanted.name] = form[wanted.name].data or ""
            continue
        fields = {part: f"{wanted.name}-{part}" for part in PARTS[wanted.name]}
        parts = {part: form[name].data or "" for part, name in fields.items() if name in form}
        begun = any(
            str(value).strip() and value != form[fields[part]].object_data
            for part, value in parts.items()
        )
        if parts and (begun or wanted.required or wanted.name in demanded):
            raw[wanted.name] = parts
    return raw
