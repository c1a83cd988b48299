"""A demonstration's data folder, filled once and copied for each test."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.stack import running_stack


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filled") / "data"
    with running_stack(folder) as stack:
        assert stack.stop() == 0
    return folder


@pytest.fixture
def demo_folder(filled: Path, tmp_path: Path) -> Callable[[str], Path]:
    """Makes a copy of the filled folder (with its key) under the given name."""

    def make(name: str = "data") -> Path:
        copy = tmp_path / name
        shutil.copytree(filled, copy)
        for kind in ("key", "started"):  # without the second it would begin held
            shutil.copyfile(filled.with_name(f"data.{kind}"), copy.with_name(f"{name}.{kind}"))
        return copy

    return make
