"""Languages: which one a request speaks, and catalogues that are gathered, compiled and checked.

`python -m web.translation` gathers every marked text into the catalogues and compiles them.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from bangfu_sdk import Text
from flask import Flask, Request, has_request_context, request
from flask_babel import Babel, get_locale
from flask_babel import gettext as look_up

from core.errors import Message

LANGUAGES = ("zh", "en")
NAMES = {"zh": "中文", "en": "English"}
COOKIE = "language"
ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "web" / "translations"
GATHERED = ("core", "deploy", "web", "worker")
METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
OPTIONS: dict[str, dict[str, Any]] = {
    "**/templates/**.html": {"silent": "false", "encoding": "utf-8", "trimmed": "true"}
}
KEYWORDS = {**DEFAULT_KEYWORDS, "lazy_gettext": None, "mark": None}
SKIPPED = ("node_modules", "static", "__pycache__", "versions", "pdf")


def choose(asked: Request, default: str) -> str:
    """Return the language of a request: asked for in the address, kept in a cookie, accepted."""
    for wish in (asked.args.get("lang"), asked.cookies.get(COOKIE)):
        if wish in LANGUAGES:
            return wish
    return asked.accept_languages.best_match(LANGUAGES) or default


def language() -> str:
    """Return the language spoken now: "zh" or "en"."""
    locale = get_locale()
    return locale.language if locale is not None else LANGUAGES[0]


def translate(message: Message) -> str:
    """Return a domain message in the language spoken now."""
    if not message.text:
        return ""
    values = {name: _say(value) for name, value in message.values.items()}
    return str(look_up(message.text, **values))


def _say(value: Any) -> Any:
    if isinstance(value, Message):
        return translate(value)
    return getattr(value, language()) if isinstance(value, Text) else value


def pick(texts: Any) -> str:
    """Return the text in the present language out of `{"zh": …, "en": …}` or a like object.

    Plugins and packs write it as it stands within a sentence; on a page it begins one.
    """
    if texts is None or isinstance(texts, str):
        return texts or ""
    spoken = language()
    if isinstance(texts, dict):
        text = str(texts.get(spoken) or texts.get("zh") or "")
    else:
        text = str(getattr(texts, spoken, "") or getattr(texts, "zh", ""))
    return text[:1].upper() + text[1:]


def install(app: Flask, default: str) -> None:
    """Make an application speak every language there is a catalogue for."""
    compile_catalogues()
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(FOLDER)
    app.config["BABEL_DEFAULT_LOCALE"] = default
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(
        app,
        locale_selector=lambda: choose(request, default) if has_request_context() else default,
    )


def gather() -> Catalog:
    """Return every text marked for translation in code and templates, with where it stands."""
    found = Catalog(project="Bangfu", charset="utf-8")
    for folder in GATHERED:
        for name, line, text, comments, context in extract_from_dir(
            ROOT / folder, METHODS, OPTIONS, KEYWORDS, ("translators:",),
            directory_filter=lambda path: Path(path).name not in SKIPPED,
        ):  # fmt: skip
            place = (f"{folder}/{Path(name).as_posix()}", line)
            found.add(text, None, [place], auto_comments=comments, context=context)
    return found


def read(language_code: str) -> Catalog:
    """Return the catalogue of a language as it is kept."""
    with source(language_code).open("rb") as file:
        return read_po(file, locale=language_code)


def source(language_code: str) -> Path:
    """Return where the catalogue of a language is kept."""
    return FOLDER / language_code / "LC_MESSAGES" / "messages.po"


def update_catalogue(language_code: str) -> Catalog:
    """Bring a catalogue up to the marked texts: new ones empty, those gone dropped."""
    kept = read(language_code)
    kept.update(gather(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    text = io.BytesIO()
    write_po(text, kept, width=100, sort_output=True, omit_header=False, include_lineno=False,
             no_location=True)  # fmt: skip
    source(language_code).write_bytes(text.getvalue())
    return kept


def compile_catalogues() -> None:
    """Compile each catalogue that is newer than what was compiled from it."""
    for text in FOLDER.glob("*/LC_MESSAGES/messages.po"):
        compiled = text.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < text.stat().st_mtime:
            _compile(text, compiled)


def _compile(text: Path, compiled: Path) -> None:
    # Replaced in one go: several processes may start at once.
    with text.open("rb") as file:
        catalogue = read_po(file, locale=text.parent.parent.name)
    partial = compiled.with_suffix(f".{id(catalogue)}.part")
    with partial.open("wb") as file:
        write_mo(file, catalogue)
    partial.replace(compiled)


def main() -> int:
    """Gather and compile; exit 1 when a translation is missing."""
    missing = [str(item.id) for item in update_catalogue("zh") if item.id and not item.string]
    compile_catalogues()
    for text in missing:
        sys.stdout.write(f"not translated: {text}\n")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
