"""Typefaces of official documents: a tenant's licensed files first, free fonts stand in.

The free stand-ins come with the system: Noto Serif CJK for 仿宋 and 小标宋 (bold), Noto Sans CJK
for 黑体, LXGW WenKai for 楷体. No free 仿宋 has all characters that names need; every stack ends
in Noto Serif CJK SC, which has them.
"""

from __future__ import annotations

from pathlib import Path

# The file a tenant may upload, the family the style sheet names it by.
FACES = {"fangsong": "Bangfu FangSong", "xiaobiaosong": "Bangfu XiaoBiaoSong",
         "heiti": "Bangfu HeiTi", "kaiti": "Bangfu KaiTi"}  # fmt: skip
SUFFIXES = (".ttf", ".otf", ".woff2")


def find_fonts(folder: Path | None) -> dict[str, str]:
    """Return the licensed fonts in a folder: face name by file name, one file a face."""
    if folder is None:
        return {}
    return {
        name: face
        for face in FACES
        for suffix in reversed(SUFFIXES)
        if (folder / (name := face + suffix)).is_file()
    }


def font_faces(folder: Path | None) -> str:
    """Return the style sheet that declares the fonts of a folder."""
    return "\n".join(
        f'@font-face {{ font-family: "{FACES[face]}"; src: url(bangfu:fonts/{name}) }}'
        for name, face in find_fonts(folder).items()
    )
