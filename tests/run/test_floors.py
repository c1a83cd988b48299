"""The house's floors are held by import-linter; here: that it knows every room."""

from __future__ import annotations

import re
import tomllib

from tests.support.processes import ROOT


def test_every_room_stands_on_a_floor() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    floors = next(each for each in contracts if each["type"] == "layers")["layers"]
    named = {name for floor in floors for name in re.findall(r"[\w.]+", floor)}
    rooms = {
        f"pool.{path.stem}"
        for path in (ROOT / "pool").iterdir()
        if (path.suffix == ".py" or (path / "__init__.py").exists()) and path.stem != "__init__"
    }
    assert rooms <= named
    assert {"workflows", "worker"} <= named
