"""The pools' years: opening one with its budget, earmarks for activities of the plan."""

from pool.plan.years import YearAlreadyOpen, earmark, open_year

__all__ = ["YearAlreadyOpen", "earmark", "open_year"]
