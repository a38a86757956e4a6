"""Texts in the language of the terminal (`LANGUAGE`, `LC_ALL`, `LANG`), English where none is."""

from __future__ import annotations

import gettext
from pathlib import Path

CATALOGUES = Path(__file__).resolve().parents[2] / "web" / "translations"

_ = gettext.translation("messages", CATALOGUES, fallback=True).gettext
