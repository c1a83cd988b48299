"""The plan: its lines, and the pools' years: opening one with its budget, earmarks for
activities of the plan."""

from pool.plan.lines import Loaded, PlanYear, Shown, load, plan_year, plan_years
from pool.plan.reading import PlanRefused
from pool.plan.years import YearAlreadyOpen, earmark, open_year

__all__ = [
    "Loaded",
    "PlanRefused",
    "PlanYear",
    "Shown",
    "YearAlreadyOpen",
    "earmark",
    "load",
    "open_year",
    "plan_year",
    "plan_years",
]
