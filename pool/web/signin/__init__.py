"""Signing in and out, forgotten and new passwords: the colleagues' door."""

from __future__ import annotations

from pool.web.navigation import Item
from pool.web.signin import notices
from pool.web.signin.views import blueprint

navigation = (
    Item("signin.my_notices", "My notices", 94),
    Item("signin.change_password", "Change your password", 95),
)

__all__ = ["blueprint", "navigation", "notices"]
