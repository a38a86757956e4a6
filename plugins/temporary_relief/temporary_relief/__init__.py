"""Temporary relief: a share of what a sudden event cost, or case by case within a year's cap."""

from bangfu_sdk import Rule, hookimpl

from temporary_relief.case_by_case import CaseByCaseRelief
from temporary_relief.programme import TemporaryRelief

__all__ = ["CaseByCaseRelief", "TemporaryRelief", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Rule]:
    """Offer both programmes."""
    return [TemporaryRelief(), CaseByCaseRelief()]
