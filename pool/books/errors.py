"""What can keep a person from doing a thing with the books."""

from __future__ import annotations

from typing import Any


class BooksError(Exception):
    """Refused, and nothing was done. ``code`` and ``params`` are worded by
    :mod:`pool.books.wording`: ``off``, ``no-year``, ``not-for-you``, ``no-file``, ``not-waiting``,
    ``no-posting``, ``no-transfer``, ``stays-out``, ``nothing-chosen``, ``one-side``, ``taken``,
    ``meanwhile``, ``not-matched``, ``explain-matched``, ``explain-words``, ``explain-long``,
    ``explained``, ``not-explained``, ``sealed``."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(f"{code} {params}" if params else code)
        self.code = code
        self.params = params
