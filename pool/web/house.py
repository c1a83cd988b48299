"""What the use cases of floor 4 are given by a web request."""

from __future__ import annotations

from typing import cast

from flask import current_app

from pool.cases.house import Definitions, House
from pool.web.context import site

_KEY = "puljen-house"


def house() -> House:
    """The house of the application that answers this request. One per application: it keeps
    the older versions of definitions that cases began with."""
    found = current_app.extensions.get(_KEY)
    if found is None:
        parts = site()
        found = House(parts.database, Definitions(parts.definitions), parts.settings.base_url)
        current_app.extensions[_KEY] = found
    return cast(House, found)
