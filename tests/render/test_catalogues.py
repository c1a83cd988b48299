"""The catalogues are whole: every text translated, parameters agreeing, nothing said twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from pool.render.words import SOURCE, conflicts, languages, words
from tests.render.extraction import ROOT, Use, in_code, in_templates

FOLDER = ROOT / "templates" / "catalogues"
FILES = sorted(FOLDER.glob("*/*.po"))
_PARAMETER = re.compile(r"%\((\w+)\)[sd]")


def catalogue(path: Path) -> Iterator[Message]:
    with path.open("rb") as file:
        for message in read_po(file, locale=path.parent.name, abort_invalid=True):
            if message.id:
                yield message


def stray(text: str) -> bool:
    """Whether a percent sign stands alone in a text that has parameters."""
    return bool(_PARAMETER.search(text)) and "%" in _PARAMETER.sub("", text).replace("%%", "")


def strings(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_catalogue_is_clean(path: Path) -> None:
    seen: set[str] = set()
    for message in catalogue(path):
        where = f"{path.name}: {message.id!r}"
        assert not message.fuzzy, where
        english, translated = strings(message.id), strings(message.string)
        assert english[0] not in seen, f"{where} is there twice"
        seen.add(english[0])
        if not all(translated):
            assert not any(translated), f"{where} lacks a form"
            continue
        allowed = {name for one in english for name in _PARAMETER.findall(one)}
        for one in translated:
            if len(english) == 1:
                assert set(_PARAMETER.findall(one)) == allowed, where
            else:
                assert set(_PARAMETER.findall(one)) <= allowed, where
            assert not stray(one), f"{where}: a percent sign is to be doubled"


def test_po_files_have_each_text_once() -> None:
    """Babel's reader joins repeated texts in silence, so the files themselves are looked at."""
    for path in FILES:
        found = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
        assert sorted(found) == sorted(set(found)), path


@pytest.mark.parametrize("lang", languages())
def test_no_two_files_contradict_each_other(lang: str) -> None:
    assert words(lang).lang == lang


@pytest.mark.parametrize("uses", [in_templates, in_code])
def test_everything_is_danish_too(uses: object) -> None:
    assert callable(uses)
    found: list[Use] = list(uses())
    assert found
    translated = {
        message.id if isinstance(message.id, str) else tuple(message.id)
        for path in FILES
        if path.parent.name == "da"
        for message in catalogue(path)
        if all(strings(message.string))
    }
    missing = {use.key: use.place for use in found if use.key not in translated}
    assert not missing, "\n".join(f"{place}: {key!r}" for key, place in missing.items())


def test_a_text_has_one_translation() -> None:
    assert [line for lang in languages() for line in conflicts(lang)] == []


def test_parameters_are_given_where_a_text_is_used() -> None:
    """Every text with parameters has them as plain ``%(name)s``, with percent signs doubled."""
    for use in [*in_templates(), *in_code()]:
        for one in strings(use.key):
            assert not stray(one), use.place


def test_english_is_the_source() -> None:
    assert not list((FOLDER / SOURCE).glob("*.po"))
