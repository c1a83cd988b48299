from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.loading import OWN
from workflows.positions import Path, line_of, positions


def leaves(value: Any, path: Path = ()) -> list[Path]:
    """Paths of everything in a parsed file."""
    found: list[Path] = [path] if path else []
    if isinstance(value, dict):
        for key, inner in value.items():
            found += leaves(inner, (*path, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            found += leaves(inner, (*path, number))
    return found


def test_tables_keys_and_values() -> None:
    text = 'a = 1\n\n# a comment\n[t]\nb = "x"\nc = [1, 2]\n[t.u]\nd = true\n'
    assert positions(text) == {
        ("a",): 1,
        ("t",): 4,
        ("t", "b"): 5,
        ("t", "c"): 6,
        ("t", "c", 0): 6,
        ("t", "c", 1): 6,
        ("t", "u"): 7,
        ("t", "u", "d"): 8,
    }


def test_arrays_of_tables_and_what_is_inside_them() -> None:
    text = "[[q]]\nk = 1\n[q.sub]\nz = 1\n[[q]]\nk = 2\n[[q.rows]]\nr = 1\n[[q.rows]]\nr = 2\n"
    found = positions(text)
    assert found["q", 0, "k"] == 2
    assert found["q", 0, "sub", "z"] == 4
    assert found["q", 1] == 5
    assert found["q", 1, "k"] == 6
    assert found["q", 1, "rows", 0, "r"] == 8
    assert found["q", 1, "rows", 1, "r"] == 10


def test_dotted_and_quoted_keys() -> None:
    text = 'a.b.c = 1\na.\'d e\'."f\\u00e6" = 2\n[x . "y.z"]\nq = 1\n3 . 4 = 5\n'
    found = positions(text)
    assert found["a", "b", "c"] == 1
    assert found["a", "d e", "fæ"] == 2
    assert found["x", "y.z", "q"] == 4
    assert found["x", "y.z", "3", "4"] == 5
    assert set(found) >= set(leaves(tomllib.loads(text)))


def test_long_strings_do_not_hide_lines() -> None:
    text = (
        'a = """\nnot = 1\n[nor] "quoted" \\""" still\nend"""\n'
        "b = '''\n# no comment\n'''\n"
        'c = """ends in two quotes"""""\n'
        "d = '''one more''''\n"
        'e = ""\nf = """"""\ng = "# no \\" comment" # but this is\nh = 1\n'
    )
    tomllib.loads(text)
    assert {key[0]: line for key, line in positions(text).items()} == {
        "a": 1, "b": 5, "c": 8, "d": 9, "e": 10, "f": 11, "g": 12, "h": 13,
    }  # fmt: skip


def test_inline_tables_and_lists_over_several_lines() -> None:
    text = (
        "a = { b = 1, c.d = [ { e = 1 }, { e = 2 } ], f = {} }\n"
        "list = [\n  # first\n  { da = 'x', en = \"]},\" },\n\n  { da = 'y' }, # last\n]\n"
        "empty = []\nnested = [[1,\n2],\n[3]]\nlast = 1979-05-27 07:32:00\nz = 1\n"
    )
    found = positions(text)
    assert set(found) == set(leaves(tomllib.loads(text)))
    assert found["a", "c", "d", 1, "e"] == 1
    assert found["list", 0] == 4
    assert found["list", 1, "da"] == 6
    assert found["nested", 0, 1] == 10
    assert found["nested", 1, 0] == 11
    assert found["z",] == 13


def test_a_table_of_its_own_counts_more_than_a_way_through() -> None:
    assert positions("[a.b]\nx = 1\n[a]\ny = 1\n")["a",] == 3
    assert positions("[a.b]\nx = 1\n")["a",] == 1


def test_the_nearest_enclosing_line() -> None:
    lines = positions("[a]\nb = 1\n")
    assert line_of(lines, ("a", "b", "c", 3)) == 2
    assert line_of(lines, ("a", "missing")) == 1
    assert line_of(lines, ("nowhere",)) == 1


@pytest.mark.parametrize("name", ["urban-life.toml", "knowledge.toml"])
def test_every_path_of_the_real_files_is_on_the_line_that_names_it(name: str) -> None:
    text = (OWN / name).read_text(encoding="utf-8")
    found = positions(text)
    lines = text.split("\n")
    paths = leaves(tomllib.loads(text))
    assert set(paths) == set(found)
    assert len(paths) > 700
    for path in paths:
        if isinstance(path[-1], str):
            assert path[-1] in lines[found[path] - 1]


KEYS = st.sampled_from(["a", "b-c", "d_e", "9", "é x", 'q"t', "x.y", ""])
STRINGS = st.text(
    st.sampled_from("ab#[]{}=,.'\"\\ \tæ\n"), max_size=12
)  # every sign that could lead astray


def write_key(key: str) -> str:
    if key and all(c.isascii() and (c.isalnum() or c in "-_") for c in key):
        return key
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'


def write_string(text: str, style: int) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    if style == 0:
        return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
    if style == 1:
        return f'"""{escaped}"""'
    if "'" in text or "\n" in text:
        return write_string(text, 1)
    return f"'{text}'" if style == 2 else f"'''{text}'''"


VALUES = st.recursive(
    st.tuples(st.just("s"), STRINGS, st.integers(0, 3))
    | st.tuples(st.just("n"), st.integers(-9, 9), st.just(0)),
    lambda inner: (
        st.tuples(st.just("l"), st.lists(inner, max_size=3), st.integers(0, 1))
        | st.tuples(st.just("t"), st.dictionaries(KEYS, inner, max_size=3), st.just(0))
    ),
    max_leaves=8,
)


def write(value: Any) -> str:
    kind, content, style = value
    if kind == "s":
        return write_string(content, style)
    if kind == "n":
        return str(content)
    if kind == "l":
        gap = "\n # ] not the end\n" if style else " "
        return "[" + ",".join(gap + write(entry) for entry in content) + gap + "]"
    pairs = (f"{write_key(key)} = {write(inner)}" for key, inner in content.items())
    return "{ " + ", ".join(pairs) + " }"


@settings(deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=4), st.dictionaries(KEYS, VALUES, max_size=4))
def test_whatever_is_written_is_found_where_it_begins(
    table: dict[str, Any], more: dict[str, Any]
) -> None:
    text, begins = "", {}
    for name, content in (("one", table), ("two", more)):
        text += f"[[{name}]] # {'{'}\n"
        for key, value in content.items():
            begins[name, 0, key] = text.count("\n") + 1
            text += f"{write_key(key)} = {write(value)} # ' comment\n\n"
    found = positions(text)
    assert set(found) == set(leaves(tomllib.loads(text)))
    assert {path: found[path] for path in begins} == begins
