"""Whatever a superuser of the database does to the sealed trail, a verification finds it."""

from __future__ import annotations

import hashlib
import json
import shutil
import uuid
from pathlib import Path

import pytest

from core.audit.export import LEAF_BYTES, place_of
from core.audit.keeping import keep
from core.audit.lines import COLUMNS
from core.audit.merkle import START, find_root, link
from core.errors import ConflictError
from tests.core.audit.trail import Trail

LINE = ", ".join(COLUMNS)


def test_an_untouched_trail_is_whole(trail: Trail) -> None:
    found = trail.verify()
    assert found.is_whole, found.findings
    assert (found.records, found.blocks, found.pinned, found.unsealed) == (12, 3, 12, 3)
    assert found.first is None


def test_it_stays_whole_as_it_grows(trail: Trail) -> None:
    for turn in range(3):
        trail.write(5, start=100 * turn)
        trail.keep()
        assert trail.verify().is_whole
    assert trail.verify().pinned == 12 + 3 + 15


def test_an_empty_trail_is_whole(trail: Trail) -> None:
    province = trail.installation.tenant("province")
    with trail.installation.system(province) as ctx:
        from core.audit.verify import verify  # noqa: PLC0415

        assert verify(ctx).is_whole


@pytest.mark.parametrize("column", [
    "at = at + interval '1 microsecond'", "actor_name = 'x'", "event = 'x'", "object_type = 'x'",
    "object_id = gen_random_uuid()", "before = '{{}}'", "after = '{{\"income\": 0}}'",
    "reason = ''", "request_id = 'x'", "actor_id = gen_random_uuid()",
    "actor_tenant = tenant_id", "leaf = sha256('x')",
    "after = (after::text || ' ')::json",
])  # fmt: skip
def test_an_edited_record_is_named(trail: Trail, column: str) -> None:
    record = trail.record_at(2, 1)
    trail.tamper(f"update audit_records set {column} where id = '{record}'")
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.position, first.record) == ("edited", 2, 1, record)


def test_an_edited_record_with_its_leaf_made_to_fit_is_named(trail: Trail) -> None:
    record = trail.record_at(2, 1)
    trail.tamper(f"update audit_records set reason = 'x' where id = '{record}'")
    refit(trail, record)
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.record) == ("replaced", record)


def test_even_when_seals_and_checkpoints_are_all_made_anew(trail: Trail) -> None:
    """Whoever holds the database, but not the keys and the export, cannot hide a change."""
    record = trail.record_at(1, 2)
    trail.tamper(f"update audit_records set reason = 'x' where id = '{record}'")
    refit(trail, record)
    reseal(trail)
    found = trail.verify()
    assert found.first is not None
    assert (found.first.kind, found.first.record) == ("replaced", record)
    assert {"block_changed", "checkpoint"} <= {one.kind for one in found.findings}


def test_without_an_export_a_change_is_narrowed_down_to_its_block(
    trail: Trail, tmp_path: Path
) -> None:
    record = trail.record_at(2, 1)
    trail.tamper(f"update audit_records set reason = 'x' where id = '{record}'")
    refit(trail, record)
    first = trail.verify(export=tmp_path).first
    assert first is not None
    assert (first.kind, first.block) == ("root", 2)


@pytest.mark.parametrize("position", [0, 1, 3])
def test_a_deleted_record_is_missed_at_its_place(trail: Trail, position: int) -> None:
    record = trail.record_at(2, position)
    trail.tamper(f"delete from audit_records where id = '{record}'")
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.position) == ("missing", 2, position)


def test_a_deleted_record_is_missed_though_the_others_move_up_and_the_seal_is_anew(
    trail: Trail,
) -> None:
    record, following = trail.record_at(2, 1), trail.record_at(2, 2)
    trail.tamper(
        f"delete from audit_records where id = '{record}'",
        "update audit_records set position = position - 1 "
        "where tenant_id = {city} and block = 2 and position > 1",
        "update audit_blocks set count = 3 where tenant_id = {city} and number = 2",
    )
    reseal(trail)
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.position, first.record) == (
        "replaced", 2, 1, following,
    )  # fmt: skip


@pytest.mark.parametrize("exported", [True, False])
def test_records_that_changed_places_are_named(
    trail: Trail, tmp_path: Path, exported: bool
) -> None:
    one, other = trail.record_at(3, 0), trail.record_at(3, 2)
    trail.tamper(
        f"update audit_records set position = 99 where id = '{one}'",
        f"update audit_records set position = 0 where id = '{other}'",
        f"update audit_records set position = 2 where id = '{one}'",
    )
    first = trail.verify(export=None if exported else tmp_path).first
    assert first is not None
    assert first.block == 3
    assert first.record in (one, other, trail.record_at(3, 1))
    assert first.kind in ("replaced", "reordered")


def test_records_moved_between_blocks_are_named(trail: Trail) -> None:
    one, other = trail.record_at(1, 3), trail.record_at(2, 0)
    trail.tamper(
        f"update audit_records set block = 99 where id = '{one}'",
        f"update audit_records set block = 1, position = 3 where id = '{other}'",
        f"update audit_records set block = 2, position = 0 where id = '{one}'",
    )
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.position) == ("replaced", 1, 3)


def test_a_record_slipped_into_a_seal_is_named(trail: Trail) -> None:
    unsealed = trail.read("select id from audit_records where block is null and tenant_id = %s "
                          "order by id limit 1", trail.city.id)[0][0]  # fmt: skip
    trail.tamper(f"update audit_records set block = 2, position = 4 where id = '{unsealed}'")
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.record) == ("added", 2, unsealed)


def test_a_record_in_a_block_that_does_not_exist_is_named(trail: Trail) -> None:
    for block in (-5, 0, 77):
        record = trail.read("select id from audit_records where tenant_id = %s order by id desc "
                            "limit 1", trail.city.id)[0][0]  # fmt: skip
        trail.tamper(f"update audit_records set block = {block}, position = 0 "
                     f"where id = '{record}'")  # fmt: skip
        found = trail.verify()
        assert found.first is not None
        assert (found.first.kind, found.first.record) == ("unowned", record)


def test_a_deleted_block_is_missed(trail: Trail) -> None:
    trail.tamper("delete from audit_blocks where tenant_id = {city} and number = 2")
    found = trail.verify()
    assert ("block_missing", 2) in {(one.kind, one.block) for one in found.findings}


def test_a_block_deleted_with_its_records_is_missed(trail: Trail) -> None:
    trail.tamper(
        "delete from audit_records where tenant_id = {city} and block = 2",
        "delete from audit_blocks where tenant_id = {city} and number = 2",
    )
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.block, first.position) == ("missing", 2, 0)


@pytest.mark.parametrize("column", ["root", "previous", "chain"])
def test_a_changed_seal_is_found(trail: Trail, column: str) -> None:
    trail.tamper(f"update audit_blocks set {column} = sha256('x') "
                 "where tenant_id = {city} and number = 2")  # fmt: skip
    found = trail.verify()
    assert {one.block for one in found.findings} <= {2, 3}
    assert {one.kind for one in found.findings} & {"root", "block_changed", "chain"}


def test_a_tail_cut_off_with_blocks_and_checkpoints_is_missed(trail: Trail) -> None:
    """The database alone would look whole: only the export knows that there was more."""
    trail.tamper(
        "delete from audit_records where tenant_id = {city} and (block >= 2 or block is null)",
        "delete from audit_blocks where tenant_id = {city} and number >= 2",
        "delete from audit_checkpoints where tenant_id = {city}",
    )
    found = trail.verify()
    kinds = {(one.kind, one.block) for one in found.findings}
    assert ("truncated", 2) in kinds
    assert ("checkpoint_missing", 3) in kinds


def test_a_trail_emptied_altogether_is_missed(trail: Trail) -> None:
    trail.tamper("truncate audit_records, audit_blocks, audit_checkpoints")
    assert "truncated" in {one.kind for one in trail.verify().findings}


def test_a_cut_trail_is_not_exported_over(trail: Trail) -> None:
    before = place_of(trail.installation.settings.checkpoints, trail.city.id).read()
    trail.tamper(
        "delete from audit_records where tenant_id = {city}",
        "delete from audit_blocks where tenant_id = {city}",
        "delete from audit_checkpoints where tenant_id = {city}",
    )
    trail.write(6)
    with pytest.raises(ConflictError, match="ends before block 3"):
        trail.keep()
    assert place_of(trail.installation.settings.checkpoints, trail.city.id).read() == before
    assert keep(trail.installation) >= 0, "the other tenants go on being sealed"
    assert not trail.verify().is_whole


@pytest.mark.parametrize("change", [
    "chain = sha256('x')", "records = 1", "signed_at = signed_at - interval '1 day'",
    "signature = sha256('x') || sha256('y')", "countersignature = sha256('x') || sha256('y')",
    "key_id = '0123456789abcdef'", "block = 2",
])  # fmt: skip
def test_a_changed_checkpoint_is_found(trail: Trail, change: str) -> None:
    trail.tamper(f"update audit_checkpoints set {change} where tenant_id = {{city}}")
    found = trail.verify()
    assert found.findings
    assert {one.kind for one in found.findings} <= {
        "checkpoint", "signature", "key", "checkpoint_missing",
    }  # fmt: skip


def test_a_deleted_checkpoint_is_missed(trail: Trail) -> None:
    trail.tamper("delete from audit_checkpoints where tenant_id = {city}")
    assert [one.kind for one in trail.verify().findings] == ["checkpoint_missing"]


def test_an_unsealed_record_is_guarded_by_its_leaf(trail: Trail) -> None:
    record = trail.read("select id from audit_records where tenant_id = %s and block is null "
                        "order by id limit 1", trail.city.id)[0][0]  # fmt: skip
    trail.tamper(f"update audit_records set reason = 'x' where id = '{record}'")
    first = trail.verify().first
    assert first is not None
    assert (first.kind, first.record) == ("edited", record)


def test_another_tenants_trail_is_not_touched_by_it(trail: Trail) -> None:
    trail.tamper("delete from audit_records where tenant_id = {city} and block = 1")
    for slug in ("nation", "province"):
        with trail.installation.system(trail.installation.tenant(slug)) as ctx:
            from core.audit.verify import verify  # noqa: PLC0415

            assert verify(ctx).is_whole


def tampered_export(trail: Trail, folder: Path) -> Path:
    """Return a copy of the export, to be tampered with."""
    shutil.copytree(trail.installation.settings.checkpoints, folder)
    return folder


def test_a_damaged_export_is_said_to_be_damaged(trail: Trail, tmp_path: Path) -> None:
    folder = tampered_export(trail, tmp_path / "copy")
    leaves = place_of(folder, trail.city.id).leaves
    content = bytearray(leaves.read_bytes())
    content[LEAF_BYTES * 5] ^= 1
    leaves.write_bytes(content)
    found = trail.verify(export=folder)
    assert "export" in {one.kind for one in found.findings}
    leaves.write_bytes(b"")
    assert "export" in {one.kind for one in trail.verify(export=folder).findings}


def test_a_forged_line_in_the_export_is_found(trail: Trail, tmp_path: Path) -> None:
    folder = tampered_export(trail, tmp_path / "copy")
    path = place_of(folder, trail.city.id).checkpoints
    line = json.loads(path.read_text())
    for name, value in (("records", 11), ("chain", "00" * 32), ("signature", "00" * 64)):
        path.write_text(json.dumps({**line, name: value}) + "\n")
        kinds = {one.kind for one in trail.verify(export=folder).findings}
        assert kinds & {"checkpoint", "signature"}, name
    path.write_text("not a checkpoint\n")
    assert "export" in {one.kind for one in trail.verify(export=folder).findings}


def test_a_checkpoint_signed_with_a_foreign_key_is_found(trail: Trail, tmp_path: Path) -> None:
    """Somebody with the export but without the key signs a trail of his own making."""
    from core.audit.checkpoints import statement  # noqa: PLC0415
    from core.audit.keys import open_signer  # noqa: PLC0415

    folder = tampered_export(trail, tmp_path / "copy")
    place = place_of(folder, trail.city.id)
    line, thief = json.loads(place.checkpoints.read_text()), open_signer(tmp_path, uuid.uuid4())
    [known] = place.read()
    text = statement(known.tenant, known.block, known.records, known.chain, known.signed_at,
                     thief.id)  # fmt: skip
    forged = {
        "key": thief.id, "public_key": thief.public.hex(), "signature": thief.sign(text).hex(),
        "countersignature": "", "countersigned_by": None,
    }  # fmt: skip
    place.checkpoints.write_text(json.dumps({**line, **forged}) + "\n")
    assert "key" in {one.kind for one in trail.verify(export=folder).findings}


def test_an_export_cut_short_by_a_crash_is_mended(trail: Trail) -> None:
    place = place_of(trail.installation.settings.checkpoints, trail.city.id)
    with place.leaves.open("ab") as file:
        file.write(b"half a leaf")
    with place.checkpoints.open("ab") as file:
        file.write(b'{"tenant": "half a li')
    assert trail.verify().is_whole
    trail.keep()
    found = trail.verify()
    assert found.is_whole, found.findings
    assert found.pinned == 15


def test_every_exported_checkpoint_is_signed_twice(trail: Trail) -> None:
    for line in place_of(trail.installation.settings.checkpoints, trail.city.id).read():
        assert line.countersigned_by == trail.installation.tenant("province").id
        assert line.countersignature


def refit(trail: Trail, record: uuid.UUID) -> None:
    """Make a record's leaf fit its changed content, as somebody who read our code would."""
    expression = " || chr(9) || ".join(
        f"coalesce(({one})::text, '\\N')" if one.startswith("actor_") else _escaped(one)
        for one in COLUMNS
    )
    [(line,)] = trail.read(f"select {expression} from audit_records where id = %s", record)
    leaf = hashlib.sha256(b"\0" + str(line).encode()).hexdigest()
    trail.tamper(f"update audit_records set leaf = '\\x{leaf}' where id = '{record}'")
    assert [one.kind for one in trail.verify().findings if one.kind == "edited"] == []


def _escaped(column: str) -> str:
    text = f"({column})::text"
    for raw, shown in (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r")):
        text = f"replace({text}, E'{_literal(raw)}', '{shown}')"
    return text


def _literal(character: str) -> str:
    return {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}[character]


def reseal(trail: Trail) -> None:
    """Compute every seal anew, so that the database fits together again."""
    chain = START
    for number, count in trail.read(
        "select number, count from audit_blocks where tenant_id = %s order by number",
        trail.city.id,
    ):
        leaves = [bytes(leaf) for (leaf,) in trail.read(
            "select leaf from audit_records where tenant_id = %s and block = %s order by position",
            trail.city.id, number,
        )]  # fmt: skip
        root, previous = find_root(leaves), chain
        chain = link(trail.city.id, number, count, root, previous)
        trail.tamper(
            f"update audit_blocks set root = '\\x{root.hex()}', chain = '\\x{chain.hex()}', "
            f"previous = '\\x{previous.hex()}' "
            f"where tenant_id = {{city}} and number = {number}",
            f"update audit_checkpoints set chain = '\\x{chain.hex()}' "
            f"where tenant_id = {{city}} and block = {number}",
        )
