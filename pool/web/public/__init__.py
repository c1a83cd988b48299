"""The front page and a page for each pool: what it is for, what is left, how to apply."""

from __future__ import annotations

from pool.web.public.views import blueprint

__all__ = ["blueprint"]
