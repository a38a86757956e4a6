"""What is written into the trail, with which hash, and in which transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import subprocess
import uuid
from typing import Any

import pytest
from sqlalchemy import select, text

from core.audit import Change, record, record_many
from core.audit.lines import Line, hash_line, write_json
from core.audit.models import AuditRecord
from core.db import new_id
from core.tenancy import Unit
from tests.core.audit.trail import Trail


def read(trail: Trail, event: str) -> list[AuditRecord]:
    with trail.installation.system(trail.city) as ctx:
        query = select(AuditRecord).where(AuditRecord.event == event).order_by(AuditRecord.id)
        return list(ctx.session.scalars(query))


def test_a_record_says_who_did_what_to_which_thing(trail: Trail) -> None:
    with trail.installation.system(trail.city, request_id="request-1") as ctx:
        unit = ctx.session.scalars(select(Unit)).first()
        assert unit is not None
        record(
            ctx, "unit.renamed", unit, before={"name": "旧"}, after={"name": "新"}, reason="改名"
        )
    [found] = read(trail, "unit.renamed")
    assert (found.object_type, found.object_id) == ("units", unit.id)
    assert (found.before, found.after, found.reason) == ({"name": "旧"}, {"name": "新"}, "改名")
    assert (found.actor_name, found.actor_id, found.request_id) == ("system", None, "request-1")


def test_a_record_goes_with_its_transaction(trail: Trail) -> None:
    with pytest.raises(RuntimeError), trail.installation.system(trail.city) as ctx:
        record_many(ctx, [Change("lost.one", "units", new_id())])
        raise RuntimeError
    assert read(trail, "lost.one") == []


@pytest.mark.parametrize("name", ["id_cipher", "card_index", "national_id", "phone", "card_number"])
def test_a_protected_value_is_refused(trail: Trail, name: str) -> None:
    with trail.installation.system(trail.city) as ctx, pytest.raises(ValueError, match=name):
        record_many(ctx, [Change("x", "units", new_id(), after={name: "520201198001010011"})])


NASTY: list[dict[str, Any]] = [
    {},
    {"text": "tab\t newline\n return\r backslash\\ quote\" 'single' \x0b \x0c \x08 \x7f"},
    {"深": {"套": ["一", 2, None, True, {"b": 1, "a": 2}]}},
    {"number": 2**60, "negative": -1, "fraction": 0.1, "large": 1e300},
    {"emoji": "👨‍👩‍👧", "null text": "\\N", "dot": "\\."},
]


@pytest.mark.parametrize("values", NASTY)
def test_whatever_is_written_is_hashed_as_it_is_read(trail: Trail, values: dict[str, Any]) -> None:
    with trail.installation.system(trail.city) as ctx:
        unit = ctx.session.scalars(select(Unit)).first()
        assert unit is not None
        record(ctx, "nasty", unit, before=values, reason="a\tb\\N\n")
        record_many(ctx, [Change("nasty", "units", unit.id, values, values, "\\.")] * 40)
    assert [one.before for one in read(trail, "nasty")] == [values] * 41
    trail.keep()
    found = trail.verify()
    assert found.is_whole, found.findings


@pytest.mark.parametrize("count", [0, 1, 16, 17, 1000])
def test_many_records_are_as_many_single_ones(trail: Trail, count: int) -> None:
    with trail.installation.system(trail.city) as ctx:
        changes = [Change("many", "units", uuid.UUID(int=n), {}, {"n": n}) for n in range(count)]
        assert record_many(ctx, iter(changes)) == count
        assert record_many(ctx, changes[:2]) == min(count, 2)
    found = read(trail, "many")
    assert [one.after["n"] for one in found] == [*range(count), *range(min(count, 2))]


def test_an_import_may_write_in_bulk_twice_in_one_transaction(trail: Trail) -> None:
    with trail.installation.system(trail.city) as ctx:
        for _time in range(2):
            record_many(ctx, [Change("bulk", "units", new_id()) for _number in range(50)])
    assert len(read(trail, "bulk")) == 100


def test_nothing_is_written_into_another_tenants_trail(trail: Trail) -> None:
    province = trail.installation.tenant("province")
    with trail.installation.system(province) as ctx:
        record_many(ctx, [Change("here", "units", new_id()) for _number in range(20)])
        seen = ctx.session.execute(
            text("select distinct tenant_id from audit_records where event = 'here'")
        )
        assert [row.tenant_id for row in seen] == [province.id]


def test_a_leaf_can_be_checked_with_psql_and_sha256sum(trail: Trail) -> None:
    """The format is nothing of our own: what COPY writes, with a zero byte before it."""
    [(line, leaf)] = trail.read(
        "select concat_ws(E'\\t', tenant_id, id, (extract(epoch from at) * 1000000)::bigint, "
        "'\\N', '\\N', actor_name, event, object_type, object_id, before, after, reason, "
        "request_id), leaf from audit_records where tenant_id = %s and event = 'tenant.added'",
        trail.city.id,
    )
    summed = subprocess.run(
        ["sha256sum"], input=b"\0" + line.encode(), capture_output=True, check=True
    )
    assert summed.stdout.split()[0].decode() == bytes(leaf).hex()


def test_the_canonical_form_does_not_depend_on_the_order_of_names() -> None:
    assert write_json({"b": 1, "a": {"d": 1, "c": "中"}}) == '{"a":{"c":"中","d":1},"b":1}'
    with pytest.raises(ValueError, match="JSON"):
        write_json({"value": float("nan")})


def test_every_field_changes_the_leaf() -> None:
    at = dt.datetime(2023, 6, 30, 8, 30, 0, 123456, tzinfo=dt.UTC)
    line = Line(
        uuid.UUID(int=1), uuid.UUID(int=2), at, None, None, "李", "e", "units", uuid.UUID(int=3),
        "{}", "{}", "", "r",
    )  # fmt: skip
    other, moment = uuid.UUID(int=9), at + dt.timedelta(microseconds=1)
    values: dict[str, Any] = {
        "tenant_id": other, "id": other, "at": moment, "actor_tenant": other, "actor_id": other,
        "actor_name": "王", "event": "f", "object_type": "x", "object_id": other, "before": "[]",
        "after": "[]", "reason": "x", "request_id": "s",
    }  # fmt: skip
    changed = [line._replace(**{name: value}) for name, value in values.items()]
    leaves = {hash_line(one.text().encode()) for one in [line, *changed]}
    assert len(leaves) == 1 + len(Line._fields)
    assert hash_line(line.text().encode()) == hashlib.sha256(
        ("\0" + "\t".join([
            str(uuid.UUID(int=1)), str(uuid.UUID(int=2)), "1688113800123456", "\\N", "\\N", "李",
            "e", "units", str(uuid.UUID(int=3)), "{}", "{}", "", "r",
        ])).encode()
    ).digest()  # fmt: skip


def test_a_moment_is_hashed_alike_wherever_the_clock_hangs() -> None:
    at = dt.datetime(2023, 6, 30, 8, tzinfo=dt.UTC)
    there = at.astimezone(dt.timezone(dt.timedelta(hours=8)))
    one = Line(uuid.UUID(int=1), uuid.UUID(int=2), at, None, None, "", "", "", uuid.UUID(int=3),
               "{}", "{}", "", "")  # fmt: skip
    assert one.text() == one._replace(at=there).text()
    assert json.loads(one.before) == {}
