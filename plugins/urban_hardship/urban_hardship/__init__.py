"""Urban households in hardship: Liupanshui's six categories, Guangxi's three classes."""

from bangfu_sdk import Rule, hookimpl

from urban_hardship.classes import UrbanClasses
from urban_hardship.exits import UrbanExit
from urban_hardship.households import UrbanHouseholds

__all__ = ["UrbanClasses", "UrbanExit", "UrbanHouseholds", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Rule]:
    """Offer both identifications, and the exit of the classes."""
    return [UrbanHouseholds(), UrbanClasses(), UrbanExit()]
