"""Wheels of vendors: what is in one, the folder they are installed in, whose they are."""

from core.wheels.folder import (
    UNSIGNED,
    Installed,
    activate,
    find_installed,
    install_wheel,
    remove_wheel,
)
from core.wheels.signatures import read_keys, sign_wheel
from core.wheels.wheel import GROUP, Wheel, read_wheel

__all__ = [
    "GROUP",
    "UNSIGNED",
    "Installed",
    "Wheel",
    "activate",
    "find_installed",
    "install_wheel",
    "read_keys",
    "read_wheel",
    "remove_wheel",
    "sign_wheel",
]
