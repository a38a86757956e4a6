"""The one hook a plugin implements, and the version of this contract."""

from __future__ import annotations

from collections.abc import Sequence

import pluggy

from bangfu_sdk.programmes import Rule

PROJECT = "bangfu"
API_VERSION = "1.3"
"""The version of this contract. Within a major version nothing a plugin uses is taken away."""

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def bangfu_programmes() -> Sequence[Rule]:  # type: ignore[empty-body]
    """Return the identifications, programmes, exits and schemes of this plugin."""


def is_compatible(wanted: str, offered: str = API_VERSION) -> bool:
    """Say whether a plugin written for version `wanted` runs with `offered`.

    The major versions must be the same, and the minor one not newer than the one offered.
    Raises ValueError where `wanted` is no version such as "1.0".
    """
    (major, minor), (have, up_to) = (
        (int(part) for part in version.split(".")) for version in (wanted, offered)
    )
    return major == have and minor <= up_to
