"""Temporary relief: once, a share of what a sudden event cost the household."""

from temporary_relief.programme import TemporaryRelief, bangfu_programmes

__all__ = ["TemporaryRelief", "bangfu_programmes"]
