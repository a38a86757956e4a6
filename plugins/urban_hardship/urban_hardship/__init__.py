"""Urban households in hardship: Liupanshui's six categories, Guangxi's three classes."""

from bangfu_sdk import Rule, hookimpl

from urban_hardship.classes import UrbanClasses
from urban_hardship.households import UrbanHouseholds

__all__ = ["UrbanClasses", "UrbanHouseholds", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Rule]:
    """Offer both identifications."""
    return [UrbanHouseholds(), UrbanClasses()]
