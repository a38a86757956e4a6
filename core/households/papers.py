"""Kinds of papers, and of which type a file really is, told from its content, not its name."""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePath

from core.errors import InvalidError, _

KINDS = (
    "id_card", "household_register", "income_proof", "medical_record", "disability_certificate",
    "school_proof", "accident_proof", "application_form", "authorisation", "visit_photo", "other",
)  # fmt: skip
"""What a paper is evidence of, as whoever brings it in says."""
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SIGNATURES = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"ftypheic", 4, "image/heic"),
    (b"ftypheix", 4, "image/heic"),
    (b"ftypmif1", 4, "image/heic"),
)
LONGEST_NAME = 120


def recognise(data: bytes) -> str:
    """Return the media type of an uploaded paper.

    InvalidError for anything but PDF, JPEG, PNG, HEIC and Word (docx) without macros.
    """
    for mark, offset, media_type in SIGNATURES:
        if data.startswith(mark, offset):
            return media_type
    if data.startswith(b"PK\x03\x04") and _is_docx(data):
        return DOCX
    raise InvalidError(
        _("This is no file of a type that can be kept as evidence."),
        remedy=_("Bring a PDF, a photo (JPEG, PNG, HEIC) or a Word document (docx)."),
        field="file",
    )


def clean_filename(filename: str) -> str:
    """Return the name alone, without folders and control characters, at most 120 long."""
    name = PurePath(filename.replace("\\", "/")).name
    kept = "".join(character for character in name if character.isprintable()).strip()
    return kept[-LONGEST_NAME:] or "file"


def _is_docx(data: bytes) -> bool:
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except zipfile.BadZipFile:
        return False
    return "word/document.xml" in names and "word/vbaProject.bin" not in names
