"""How quick the whole of it is: ``python -m benchmarks --help``, or ``make bench``."""
