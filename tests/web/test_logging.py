"""Taking secrets out of log lines."""

from __future__ import annotations

import logging
import sys

import pytest

from pool.web.logging import Masked, configure, mask


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("/link/Zq4Wm1b0c9V7x2s5Kd8f3Gh6Jk0Lp1Qr9Tt4Yy7Uu2o", "/link/***"),
        ("eyJhIjoxfQ1234567890abcdefg.aUDtIw.x3d-_9", "***"),
        ("password=hunter2&x=1", "password=***&x=1"),
        ("'adgangskode': 'hemmelig'", "'adgangskode': ***"),
        ("mail to jens.jensen+x@example.dk failed", "mail to ***@example.dk failed"),
        ("postgresql://puljen:s3cret@db/x", "postgresql://puljen:***@db/x"),
        (
            "INSERT …\n[parameters: ('Jens', 'fortroligt [x]')]\n(Background …)",
            "INSERT …\n[parameters: ***]\n(Background …)",
        ),
        ("GET /sager/<int:case_id> 200 12ms", "GET /sager/<int:case_id> 200 12ms"),
        ("a-perfectly-ordinary-long-name-with-hyphens", None),
        ("pool.web.request", None),
        ("case 12: decided", None),
    ],
)
def test_masking(text: str, masked: str | None) -> None:
    assert mask(text) == (text if masked is None else masked)


def _record(text: str, *values: object) -> logging.LogRecord:
    return logging.LogRecord("x", logging.ERROR, __file__, 1, text, values, None)


def test_a_line_has_its_fields_and_a_masked_trace() -> None:
    record = _record("gik %s", "galt")
    record.fields = {"request": "r1", "rule": "/x/<int:y>", "path": "a b", "person": None}
    try:
        raise ValueError("token=abc123")
    except ValueError:
        record.exc_info = sys.exc_info()
    first, *trace = Masked().format(record).splitlines()
    assert first == 'ERROR gik galt request=r1 rule=/x/<int:y> path="a b"'
    assert trace[-1] == "ValueError: token=***"


def test_nobody_can_write_a_line_of_their_own() -> None:
    assert Masked().format(_record("a%s", "\nERROR made up")) == r"ERROR a\nERROR made up"


def test_the_process_says_its_lines_masked(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure("WARNING")
        logging.getLogger("pool.web").warning("mail to jens@example.dk")
        logging.getLogger("pool.web").info("quiet")
        assert capsys.readouterr().err == "WARNING mail to ***@example.dk\n"
    finally:
        root.handlers[:] = before
        root.setLevel(level)
