"""Until when claims on mutual aid are to be decided, in regions with a scheme and in no other."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.policies import TENANTS, Policies, PolicyError
from tests.core.policies.packs import change, copy_pack

TERMS = """
[claims]
review_days = 10
approval_days = 5
section = { zh = "一", en = "I" }
"""


def test_every_region_with_a_scheme_says_until_when(tmp_path: Path) -> None:
    for pack in Policies.load().packs:
        assert (pack.claim_terms is not None) == bool(pack.scheme), pack.slug
        if pack.claim_terms:
            assert pack.claim_terms.section.zh
    shutil.copytree(TENANTS / "baotou", tmp_path / "baotou")
    region = tmp_path / "baotou" / "region.toml"
    change(region, "review_days = ", "rewiew_days = ")
    with pytest.raises(PolicyError) as caught:
        Policies.load(tmp_path)
    assert caught.value.key == "claims.review_days"


def test_a_region_without_a_scheme_has_no_claims(tmp_path: Path) -> None:
    region = copy_pack(tmp_path) / "region.toml"
    region.write_text(region.read_text("utf-8") + TERMS, "utf-8")
    with pytest.raises(PolicyError, match="without a contributory scheme") as caught:
        Policies.load(tmp_path)
    assert caught.value.key == "claims"
