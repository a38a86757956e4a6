"""What can go wrong while the embedded servers start or stop."""

from __future__ import annotations


class ServersError(RuntimeError):
    """The embedded servers cannot do what was asked; the message names cause and remedy."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text % values)
