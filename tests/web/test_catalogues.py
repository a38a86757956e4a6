"""The catalogues: every text is translated, with its placeholders, and none is stale."""

from __future__ import annotations

import re

import pytest
from babel.messages.catalog import Catalog

from tests.web.conftest import Site
from web import translation

PLACEHOLDER = re.compile(r"%\((\w+)\)s")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def gathered() -> Catalog:
    return translation.gather()


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    return translation.read("zh")


def test_texts_are_found_in_code_and_in_templates(gathered: Catalog) -> None:
    places = {place for message in gathered for place, _line in message.locations}
    assert any(place.startswith("core/") for place in places)
    assert any(place.startswith("web/templates/") for place in places)
    assert any(place.startswith("web/pages/") for place in places)


def test_every_text_has_its_chinese(gathered: Catalog, chinese: Catalog) -> None:
    known = {message.id: message for message in chinese if message.id}
    missing = [
        message.id
        for message in gathered
        if message.id and (message.id not in known or not known[message.id].string)
    ]
    assert missing == []


def test_nothing_is_fuzzy_or_stale(gathered: Catalog, chinese: Catalog) -> None:
    wanted = {message.id for message in gathered}
    assert [message.id for message in chinese if message.id and message.fuzzy] == []
    assert [message.id for message in chinese if message.id and message.id not in wanted] == []
    assert not chinese.obsolete


def test_placeholders_are_the_same_in_both_languages(chinese: Catalog) -> None:
    for message in chinese:
        if message.id:
            english, text = str(message.id), str(message.string)
            assert set(PLACEHOLDER.findall(english)) == set(PLACEHOLDER.findall(text)), english
            leftover = PLACEHOLDER.sub("", text).replace("%%", "")
            assert not re.search(r"%[a-z(]", leftover), message.id


def test_translations_are_chinese(chinese: Catalog) -> None:
    for message in chinese:
        words = PLACEHOLDER.sub("", str(message.id))
        if re.search(r"[A-Za-z]{4}", words) and message.string == message.id:
            pytest.fail(f"not translated: {message.id}")


@pytest.mark.parametrize(
    ("header", "expected"),
    [("zh-CN,zh;q=0.9", "zh-CN"), ("en-GB,en;q=0.9", "en"), ("fr-FR", "zh-CN"), ("", "zh-CN")],
)
def test_the_browsers_language_is_spoken_and_chinese_where_it_is_unknown(
    site: Site, header: str, expected: str
) -> None:
    response = site.app.test_client().get("/login", headers={"Accept-Language": header})
    assert f'<html lang="{expected}">' in response.text


def test_a_choice_is_kept_and_outweighs_the_browsers(site: Site) -> None:
    client = site.app.test_client()
    headers = {"Accept-Language": "en"}
    assert client.get("/language/zh?next=/login", headers=headers).status_code == 303
    assert "请选择演示身份" in client.get("/login", headers=headers).text
    assert "Who do you want to be?" in client.get("/login?lang=en", headers=headers).text


def test_a_compiled_catalogue_is_renewed_when_its_text_is(site: Site) -> None:
    text = translation.source("zh")
    compiled = text.with_suffix(".mo")
    translation.compile_catalogues()
    assert compiled.stat().st_mtime >= text.stat().st_mtime
    compiled.unlink()
    translation.compile_catalogues()
    assert compiled.exists()
    assert CHINESE.search(site.app.test_client().get("/login?lang=zh").text)
