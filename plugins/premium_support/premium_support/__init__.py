"""Premiums paid for households in hardship: of medical insurance, and of the pension."""

from bangfu_sdk import Programme, hookimpl

from premium_support.medical import MedicalPremium
from premium_support.pension import PensionPremium

__all__ = ["MedicalPremium", "PensionPremium", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Programme]:
    """Offer both programmes."""
    return [MedicalPremium(), PensionPremium()]
