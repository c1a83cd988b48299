"""The whole demonstration, running, and a browser in front of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.look.gallery import chromium
from tests.stories.people import Setting, persons
from tests.support.stack import RunningStack, running_stack

CHROMIUM = Path("/usr/bin/chromium")
MISSING = f"{CHROMIUM} is not installed, so no page was opened in a browser"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM.exists():
        return
    ours = [
        item
        for item in items
        if item.get_closest_marker("browser") and Path(__file__).parent in item.path.parents
    ]
    for item in ours:
        item.add_marker(pytest.mark.skip(reason=f"BROWSER STORIES LEFT OUT: {MISSING}"))


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """`puljen demo`, started once for all stories."""
    with running_stack(tmp_path_factory.mktemp("stories") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def people(browser: Browser, stack: RunningStack, setting: Setting) -> Iterator[Any]:
    """Makes the persons of a story: ``people()``."""
    with persons(browser, stack, setting) as make:
        yield make
