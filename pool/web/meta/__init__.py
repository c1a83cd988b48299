"""What a site owes everybody: privacy, accessibility; and what its keepers ask of it: health."""

from __future__ import annotations

from pool.web.meta.views import blueprint

__all__ = ["blueprint"]
