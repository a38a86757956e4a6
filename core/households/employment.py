"""Families in which somebody could work and nobody does (零就业家庭), as a condition on a file `h`.

It is made of the very facts the rules judge by, so that list, report and judgement agree.
"""

from __future__ import annotations

from core.households.fact_columns import SOURCES

NOBODY_EMPLOYED = f"({SOURCES['employed']} = 0 and {SOURCES['able_unemployed']} > 0)"
