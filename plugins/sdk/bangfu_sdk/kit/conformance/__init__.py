"""The check of a plugin: what a federation may rely on before it takes a programme up."""

from bangfu_sdk.kit.conformance.checking import check_package, check_rule
from bangfu_sdk.kit.conformance.finding import Finding

__all__ = ["Finding", "check_package", "check_rule"]
