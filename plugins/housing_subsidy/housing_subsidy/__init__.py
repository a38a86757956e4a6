"""Housing subsidy (住房补贴): a monthly rent subsidy, or a lease in kind, never both."""

from bangfu_sdk import Programme, hookimpl

from housing_subsidy.in_kind_lease import InKindLease
from housing_subsidy.rent_subsidy import RentSubsidy

__all__ = ["InKindLease", "RentSubsidy", "bangfu_programmes"]


@hookimpl
def bangfu_programmes() -> list[Programme]:
    """Offer both programmes."""
    return [RentSubsidy(), InKindLease()]
