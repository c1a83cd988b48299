from __future__ import annotations

import pytest

from workflows.definition import Definition
from workflows.loading import load_all


@pytest.fixture(scope="session")
def pools() -> dict[str, Definition]:
    return load_all()


@pytest.fixture(scope="session")
def urban(pools: dict[str, Definition]) -> Definition:
    return pools["urban-life"]


@pytest.fixture(scope="session")
def knowledge(pools: dict[str, Definition]) -> Definition:
    return pools["knowledge"]


@pytest.fixture(scope="session")
def district(pools: dict[str, Definition]) -> Definition:
    return pools["bydelspulje"]
