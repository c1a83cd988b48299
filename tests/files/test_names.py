"""Names that are safe on any machine."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pool.files import KINDS, FileRefused
from pool.files.names import safe_name

PDF = KINDS["pdf"]


@pytest.mark.parametrize(
    ("typed", "safe"),
    [
        ("budget.pdf", "budget.pdf"),
        ("Årsbudget – naboskab.PDF", "Årsbudget – naboskab.pdf"),
        ("a\u030a.pdf", "å.pdf"),
        ("C:\\Users\\Anna\\budget.pdf", "budget.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("..", "file.pdf"),
        (".pdf", "file.pdf"),
        (".htaccess", "htaccess.pdf"),
        (".php", None),
        ("", "file.pdf"),
        ("  a   b .pdf", "a b.pdf"),
        ('a"b;c%d?e.pdf', "a b c d e.pdf"),
        ("line\r\nContent-Type: x.pdf", "lineContent-Type x.pdf"),
        ("harmless\u202efdp.exe", None),
        ("a\0b.pdf", "ab.pdf"),
        ("con.pdf", "file con.pdf"),
        ("LPT1", "file LPT1.pdf"),
        ("referat 3.10", "referat 3.10.pdf"),
        ("archive.tar.pdf", "archive.tar.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_safe_names(typed: str, safe: str | None) -> None:
    if safe is None:
        with pytest.raises(FileRefused):
            safe_name(typed, PDF)
    else:
        assert safe_name(typed, PDF) == safe


def test_a_missing_extension_is_given_and_a_known_one_kept() -> None:
    assert safe_name("billede", KINDS["jpeg"]) == "billede.jpg"
    assert safe_name("billede.JPEG", KINDS["jpeg"]) == "billede.jpeg"


def safe_or_refused(typed: str) -> str | None:
    try:
        return safe_name(typed, PDF)
    except FileRefused:
        return None


@given(st.text(max_size=300))
def test_whatever_is_typed_comes_out_safe(typed: str) -> None:
    name = safe_or_refused(typed)
    assume(name is not None)
    assert name is not None
    assert name.endswith(".pdf")
    assert 5 <= len(name) <= 120
    assert not set(name) & set('<>:"/\\|?*;%\r\n\0\u202e')
    assert not name.startswith((".", " "))
    assert safe_name(name, PDF) == name
