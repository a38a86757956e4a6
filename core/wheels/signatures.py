"""Signatures of wheels: Ed25519 over the file, beside it under the same name with `.sig`."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    load_pem_private_key,
    load_pem_public_key,
)

from core.errors import InvalidError, _

SUFFIX = ".sig"


def read_keys(path: Path | None) -> tuple[Ed25519PublicKey, ...]:
    """Return the public keys of those whose wheels are taken: those of a PEM file, or of every
    `.pem` of a folder. None where no place is named: then unsigned wheels are taken too.

    Raises InvalidError for a place without a key: an operator who names one means it.
    """
    if path is None:
        return ()
    found = sorted(path.glob("*.pem")) if path.is_dir() else [path]
    keys = tuple(_read_key(one) for one in found)
    if not keys:
        raise _no_key(path)
    return keys


def sign_wheel(wheel: Path, key: Path) -> Path:
    """Write the signature of a wheel by a private key beside it; return its file."""
    try:
        private = load_pem_private_key(key.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise _no_key(key) from error
    if not isinstance(private, Ed25519PrivateKey):
        raise _no_key(key)
    target = signature_of(wheel)
    target.write_text(base64.b64encode(private.sign(wheel.read_bytes())).decode() + "\n")
    return target


def signature_of(wheel: Path) -> Path:
    """Return where the signature of a wheel lies."""
    return wheel.with_name(wheel.name + SUFFIX)


def is_signed_by(wheel: Path, keys: tuple[Ed25519PublicKey, ...]) -> bool:
    """Say whether the signature beside a wheel is by one of the keys."""
    try:
        signature = base64.b64decode(signature_of(wheel).read_text().strip(), validate=True)
    except (OSError, binascii.Error, UnicodeDecodeError):
        return False
    return any(_fits(key, signature, wheel.read_bytes()) for key in keys)


def _fits(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _read_key(path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(path.read_bytes())
    except (OSError, ValueError) as error:
        raise _no_key(path) from error
    if not isinstance(key, Ed25519PublicKey):
        raise _no_key(path)
    return key


def _no_key(path: Path) -> InvalidError:
    return InvalidError(
        _("%(path)s holds no Ed25519 key."),
        remedy=_("Make one: openssl genpkey -algorithm ed25519"),
        field="key", path=str(path),
    )  # fmt: skip
