"""Templates compiled once for all applications of a test run: compiling them anew for each was a
third of the time the pages' tests took."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """In memory, by the template's source: a template that was changed is compiled anew."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


def build_addresses_when_asked() -> None:
    """Let Werkzeug make the function that puts an address together when the address is first put
    together. It makes one for each of some 160 addresses of every application, which was four
    fifths of the time an application took; a test asks for a few."""
    at_once: Any = Rule._compile_builder

    def later(rule: Rule, append_unknown: bool = True) -> Callable[..., Any]:
        made: list[Callable[..., Any]] = []

        def build(self: Rule, **values: Any) -> Any:
            if not made:
                made.append(at_once(rule, append_unknown))
            return made[0](self, **values)

        return build

    Rule._compile_builder = later  # type: ignore[method-assign, assignment]


build_addresses_when_asked()
