"""Reading definitions from files, all or nothing: a file with a fault is not used."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from workflows.check import examine
from workflows.definition import Definition
from workflows.faults import DefinitionError, Fault

OWN = Path(__file__).parent / "definitions"
"""The folder of the definitions that come with the programme."""


@lru_cache(maxsize=64)
def parse_text(text: str, name: str) -> Definition:
    """The definition in ``text``; ``name`` stands in messages. Raises DefinitionError.

    The same text is the same definition, read once in a process and those forked of it.
    """
    definition, faults = examine(text, name)
    if definition is None or faults:
        raise DefinitionError(faults)
    return definition


def load(path: Path) -> Definition:
    """The definition in a file (UTF-8). Raises DefinitionError."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise DefinitionError([Fault(path.name, line, "not-utf8")]) from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise DefinitionError([Fault(str(path), 1, "unreadable", {"reason": reason})]) from error
    return parse_text(text, path.name)


def load_all(extra_dir: Path | None = None) -> dict[str, Definition]:
    """Every definition by its pool's key: the programme's own, then those of ``extra_dir``
    (``*.toml``). Raises DefinitionError with the faults of all files together; two files for
    one pool, or with one prefix, are a fault."""
    faults: list[Fault] = []
    found: dict[str, Definition] = {}
    prefixes: dict[str, str] = {}
    if extra_dir is not None and not extra_dir.is_dir():
        faults.append(Fault(str(extra_dir), 1, "no-folder"))
        extra_dir = None
    folders = [OWN] if extra_dir is None else [OWN, extra_dir]
    for path in (path for folder in folders for path in sorted(folder.glob("*.toml"))):
        try:
            definition = load(path)
        except DefinitionError as error:
            faults.extend(error.faults)
            continue
        if definition.key in found:
            faults.append(Fault(path.name, 1, "duplicate-pool", {"key": definition.key}))
        elif definition.prefix in prefixes:
            params = {"prefix": definition.prefix, "other": prefixes[definition.prefix]}
            faults.append(Fault(path.name, 1, "duplicate-prefix", params))
        else:
            found[definition.key] = definition
            prefixes[definition.prefix] = definition.key
    if faults:
        raise DefinitionError(faults)
    return found
