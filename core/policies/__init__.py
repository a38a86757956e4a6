"""Region packs: what each region has decided, as dated figures with their sources."""

from core.policies.errors import NotInForceError, PolicyError
from core.policies.figures import Figures, Override, figures_from_json
from core.policies.packs import TENANTS, Policies, read_pack
from core.policies.region import Category, ExampleUnit, Pack, RouteStep

__all__ = [
    "TENANTS",
    "Category",
    "ExampleUnit",
    "Figures",
    "NotInForceError",
    "Override",
    "Pack",
    "Policies",
    "PolicyError",
    "RouteStep",
    "figures_from_json",
    "read_pack",
]
