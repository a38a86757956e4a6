"""The keys that sign the audit trail: one a tenant, in files the database knows nothing of."""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)


@dataclass(frozen=True)
class Signer:
    """A tenant's Ed25519 key; `id` are the first sixteen hexadecimal digits of its hash."""

    key: Ed25519PrivateKey

    @property
    def public(self) -> bytes:
        """The raw public key, 32 bytes."""
        return self.key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    @property
    def id(self) -> str:
        """The short name under which signatures name the key."""
        return name_key(self.public)

    def sign(self, statement: bytes) -> bytes:
        """Return the signature of a statement, 64 bytes."""
        return self.key.sign(statement)


def open_signer(folder: Path, tenant: uuid.UUID) -> Signer:
    """Return a tenant's key, made the first time; its file is readable by its user alone."""
    path = folder / f"{tenant}.pem"
    if not path.exists():
        _make(path)
    key = load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return Signer(key)


def known_keys(folder: Path, tenant: uuid.UUID) -> dict[str, bytes]:
    """Return the public keys this machine holds of a tenant, by their ids; none is made."""
    if not (folder / f"{tenant}.pem").exists():
        return {}
    signer = open_signer(folder, tenant)
    return {signer.id: signer.public}


def is_signed(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Return whether a signature of a statement is by the holder of a key."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, statement)
    except (InvalidSignature, ValueError):
        return False
    return True


def name_key(public: bytes) -> str:
    """Return the id of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _make(path: Path) -> None:
    """Write a new key, unless another process was faster: then its key counts."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{uuid.uuid4().hex}")
    text = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
    try:
        os.link(fresh, path)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
