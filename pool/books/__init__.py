"""The municipality's own books beside ours, to the øre."""

from pool.books.agreement import Agreement, Comparison, Difference, compare
from pool.books.errors import BooksError
from pool.books.layout import MAX_ROWS, Layout
from pool.books.linking import explain, match, pair, undo, unexplain
from pool.books.once import READS, WRITES
from pool.books.oneline import result
from pool.books.seeing import Seen, seen
from pool.books.taking import Outcome, choose, drop, forget, upload

__all__ = [
    "MAX_ROWS",
    "READS",
    "WRITES",
    "Agreement",
    "BooksError",
    "Comparison",
    "Difference",
    "Layout",
    "Outcome",
    "Seen",
    "choose",
    "compare",
    "drop",
    "explain",
    "forget",
    "match",
    "pair",
    "result",
    "seen",
    "undo",
    "unexplain",
    "upload",
]
