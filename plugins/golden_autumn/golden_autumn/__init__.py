"""Golden Autumn education aid: up to some months of the dibao line for each student and year."""

from golden_autumn.programme import GoldenAutumn, bangfu_programmes

__all__ = ["GoldenAutumn", "bangfu_programmes"]
