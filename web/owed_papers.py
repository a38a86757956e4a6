"""Whether anything can be paid before its papers, where the person is."""

from __future__ import annotations

from web.request import context

PAPERS = ("papers.hand_in", "papers.check")
"""What may be done with papers that are owed; one of them is enough to have some waiting."""


def has_urgent_route() -> bool:
    """Return whether the region has an urgent route for any programme."""
    return bool(context().pack.urgent)
