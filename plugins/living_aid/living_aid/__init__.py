"""Living aid: some months of the dibao line, for a household and year."""

from living_aid.programme import LivingAid, bangfu_programmes

__all__ = ["LivingAid", "bangfu_programmes"]
