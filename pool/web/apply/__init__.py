"""Applying: from the first amount to the receipt, without an account.

A draft's address carries its secret: whoever has it can go on, so that an expired session loses
nothing, and every page of a draft saves what was typed whichever button is pressed.
"""

from __future__ import annotations

from pool.web.apply import draft, later, review, start, suggest
from pool.web.apply.room import blueprint

__all__ = ["blueprint", "draft", "later", "review", "start", "suggest"]
