"""The demonstration: a database marked as one, with people for every role and a dozen cases made
through the real use cases. One-click sign-ins exist in a marked database and nowhere else."""

from pool.demo.seed import is_demo, seed

__all__ = ["is_demo", "seed"]
