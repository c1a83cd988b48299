"""Signing in and out, forgotten and new passwords: the colleagues' door."""

from __future__ import annotations

from pool.web.navigation import Item
from pool.web.signin.views import blueprint

navigation = (Item("signin.change_password", "Change your password", 95),)

__all__ = ["blueprint", "navigation"]
