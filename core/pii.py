"""Personal data: encryption, blind indexes for look-up, and masks for everybody's eyes."""

from __future__ import annotations

import datetime as dt
import hmac
import os
import uuid
from collections.abc import Iterable, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import UnavailableError, _

NONCE_BYTES = 12
INDEX_BYTES = 32


class Vault:
    """AES-256-GCM with a key per tenant, HMAC-SHA-256 blind indexes; one master key above both.

    A ciphertext is bound to tenant, table, column and row: moved elsewhere it does not decrypt.
    """

    def __init__(self, master_key: bytes) -> None:
        self._master = master_key
        self._ciphers: dict[uuid.UUID, AESGCM] = {}
        self._index_key = self._derive(b"blind index")

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(hashes.SHA256(), 32, salt=None, info=b"bangfu|" + purpose).derive(self._master)

    def _cipher(self, tenant: uuid.UUID) -> AESGCM:
        if tenant not in self._ciphers:
            self._ciphers[tenant] = AESGCM(self._derive(b"tenant|" + tenant.bytes))
        return self._ciphers[tenant]

    def encrypt(self, tenant: uuid.UUID, place: str, row: uuid.UUID, text: str) -> bytes:
        """Return nonce and ciphertext of `text`; `place` is "table.column"."""
        nonce = os.urandom(NONCE_BYTES)
        bound = tenant.bytes + place.encode() + row.bytes
        return nonce + self._cipher(tenant).encrypt(nonce, text.encode(), bound)

    def encrypt_many(
        self, tenant: uuid.UUID, place: str, rows: Iterable[uuid.UUID], texts: Sequence[str]
    ) -> list[bytes | None]:
        """Return what `encrypt` gives for each row; None for an empty text."""
        seal, before = self._cipher(tenant).encrypt, tenant.bytes + place.encode()
        nonces = _cut(os.urandom(NONCE_BYTES * len(texts)), NONCE_BYTES)
        return [
            nonce + seal(nonce, text.encode(), before + row.bytes) if text else None
            for nonce, row, text in zip(nonces, rows, texts, strict=True)
        ]

    def decrypt(self, tenant: uuid.UUID, place: str, row: uuid.UUID, sealed: bytes) -> str:
        """Return the clear text; raises UnavailableError when key or place do not fit."""
        bound = tenant.bytes + place.encode() + row.bytes
        try:
            clear = self._cipher(tenant).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
        except InvalidTag:
            raise UnavailableError(
                _("A protected value cannot be read with the installation's key."),
                remedy=_("Ask the operator whether the master key was changed or lost."),
            ) from None
        return clear.decode()

    def blind_index(self, kind: str, text: str) -> bytes:
        """Return the keyed hash by which an ID number or card is found without being shown."""
        [index] = self.blind_indexes(kind, [text])
        return index

    def blind_indexes(self, kind: str, texts: Iterable[str]) -> list[bytes]:
        """Return what `blind_index` gives for each text."""
        key, before, digest = self._index_key, b"%b|" % kind.encode(), hmac.digest
        return [digest(key, before + text.upper().encode(), "sha256") for text in texts]

    def digest(self, kind: str, data: bytes) -> bytes:
        """Return the keyed hash that tells whether data are the same without saying what."""
        return hmac.digest(self._index_key, b"%b|%b" % (kind.encode(), data), "sha256")


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


def age_on(id_number: str, day: dt.date) -> int:
    """Return the whole years since the birth date of an ID number (GB 11643)."""
    born = dt.date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def mask_id(number: str) -> str:
    """Return an ID number with birth date and serial hidden: `520201**********48`."""
    return number[:6] + "*" * max(len(number) - 8, 0) + number[-2:] if number else ""


def mask_phone(number: str) -> str:
    """Return a phone number with its middle hidden: `178****3518`."""
    return number[:3] + "****" + number[-4:] if len(number) > 7 else "*" * len(number)


def mask_card(number: str) -> str:
    """Return a bank card number with only its last four digits."""
    return "*" * max(len(number) - 4, 0) + number[-4:] if number else ""


def mask_name(name: str) -> str:
    """Return a name for the public: the first character, the rest hidden."""
    return name[:1] + "*" * max(len(name) - 1, 1) if name else ""
