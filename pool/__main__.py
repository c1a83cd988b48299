"""``python -m pool``: the command ``puljen``."""

from pool.cli import main

main()
