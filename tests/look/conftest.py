from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from pool.web.security import POLICY
from tests.look.gallery import chromium, served


@pytest.fixture(scope="session")
def look() -> Iterator[tuple[str, list[bytes]]]:
    """The sample pages under the site's own content policy: (address, what was posted)."""
    with served(POLICY) as found:
        yield found


@pytest.fixture(scope="module")
def look_browser() -> Iterator[Browser]:
    # Playwright allows one at a time in a process: closed again when the module is through.
    with chromium() as browser:
        yield browser
