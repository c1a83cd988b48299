"""Whatever comes, it is taken or refused with a reason; nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pool.files import CODES, FileRefused, prepare
from tests.files.samples import PDF, XMP, opendocument, openxml, picture, telling_exif

SAMPLES = [
    PDF,
    openxml("docx"),
    opendocument("ods"),
    picture("JPEG", exif=telling_exif(6), xmp=XMP),
    picture("JPEG", progressive=True),
    picture("PNG", exif=telling_exif(3)),
    picture("PNG", mode="P"),
    picture("WEBP", exif=telling_exif(8)),
    picture("GIF"),
]


def outcome(data: bytes) -> str:
    try:
        return prepare("bilag", data).media_type
    except FileRefused as refused:
        return refused.code


@settings(max_examples=400, deadline=None)
@given(
    sample=st.sampled_from(SAMPLES),
    changes=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
    keep=st.floats(0.05, 1),
)
def test_changed_and_cut_files(
    sample: bytes, changes: list[tuple[float, int]], keep: float
) -> None:
    data = bytearray(sample)
    for where, value in changes:
        data[int(where * len(data))] = value
    result = outcome(bytes(data[: int(keep * len(data)) or 1]))
    assert result in CODES or "/" in result


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_noise(data: bytes) -> None:
    assert outcome(data) in CODES


@pytest.mark.parametrize("sample", SAMPLES)
def test_the_samples_themselves_are_taken(sample: bytes) -> None:
    assert "/" in outcome(sample)
