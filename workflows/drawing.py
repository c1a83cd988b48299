"""Which accounts are looked into: a draw that nobody can steer and anybody can redo.

When a report has come, a seed is made by chance (``secrets``) and written to the case's journal
together with the case's number and how many accounts one is drawn of. From these three the result
follows: take the SHA-256 of ``<seed> <case number>``, read its first sixteen hexadecimal digits as
a number, and divide by ``one_in``; the case is drawn where nothing is left over. On any machine::

    python3 -c "import hashlib; \\
        print(int(hashlib.sha256(b'<seed> <number>').hexdigest()[:16], 16) % <one_in> == 0)"

The seed comes after the report, so that no applicant knows beforehand; and who sent it in cannot
choose it, so that nobody of the house picks whom to look into.
"""

from __future__ import annotations

import hashlib

DIGITS = 16
"""Hexadecimal digits of the hash that are read: 64 bits, of which a remainder is even enough."""


def drawn(seed: str, case_number: str, one_in: int) -> bool:
    """Whether the accounts of ``case_number`` are drawn by ``seed``, about one in ``one_in``.

    Raises ValueError for a ``one_in`` below 1.
    """
    if one_in < 1:
        raise ValueError(f"one in {one_in}")
    digest = hashlib.sha256(f"{seed} {case_number}".encode()).hexdigest()
    return int(digest[:DIGITS], 16) % one_in == 0
