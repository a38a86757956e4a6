"""What the trail recorded reads in words; what nobody has words for is shown as it stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.web.conftest import Site
from web.recorded import field_name, recorded, thing_name


@pytest.mark.parametrize(
    ("value", "name", "thing", "chinese", "english"),
    [
        (600_000, "amount", "payments", "6,000.00元", "6,000.00 yuan"),
        (5, "count", "batches", "5", "5"),
        ("sent", "state", "payments", "已送银行", "Sent to the bank"),
        ("sent", "state", "of_a_later_version", "sent", "sent"),
        ("relative", "category", "households", "相对困难", "Relative hardship"),
        ("county", "level", "applications", "县总", "County"),
        ("id_card", "kind", "evidence", "身份证", "ID card"),
        ("supervision", "kind", "reports", "supervision", "supervision"),
        ("", "disability_grade", "households", "—", "—"),
        (3_000_000, "income", "households", "30,000.00元", "30,000.00 yuan"),
        (True, "keep_good", "imports", "是", "Yes"),
        (None, "amount", "applications", "—", "—"),
        ([], "programmes", "funds", "—", "—"),
        ([{"name": "王芳"}, {"name": "王明"}], "members", "households", "王芳、王明", "王芳、王明"),
        ("eabd3f33196c" + "0" * 52, "sha256", "reports", "eabd3f33196c…", "eabd3f33196c…"),
    ],
)  # fmt: skip
def test_values_in_both_languages(
    site: Site, value: Any, name: str, thing: str, chinese: str, english: str
) -> None:
    for language, expected in (("zh", chinese), ("en", english)):
        with site.app.test_request_context(f"/?lang={language}"):
            assert recorded(value, name, thing) == expected


def test_fields_and_things(site: Site) -> None:
    with site.app.test_request_context("/?lang=zh"):
        assert [field_name(one) for one in ("income", "id_number_mark", "paid_total", "later")] == [
            "家庭年度总收入", "身份证号", "发放金额", "later",
        ]  # fmt: skip
        assert [thing_name(one) for one in ("login_sessions", "later")] == ["登录", "later"]
