"""Sealing, signing, countersigning, proving: the life of the trail after a record is written."""

from __future__ import annotations

import copy
import stat
import threading
import uuid
from typing import Any

import pytest
from sqlalchemy import func, select

from core.audit.checkpoints import countersign, sign
from core.audit.export import place_of
from core.audit.keeping import keep
from core.audit.keys import open_signer
from core.audit.merkle import find_path, find_root, follow_path
from core.audit.models import AuditBlock, AuditRecord
from core.audit.proofs import check_proof, prove
from core.audit.seal import BLOCK_RECORDS, seal
from core.errors import ConflictError, ForbiddenError, NotFoundError
from core.people import Actor, Grant
from tests.core.audit.trail import Trail


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 31, 100])
def test_every_leaf_has_a_way_to_the_root_and_no_other_leaf_has_it(count: int) -> None:
    leaves = [bytes([number]) * 32 for number in range(count)]
    root = find_root(leaves)
    for position, leaf in enumerate(leaves):
        path = find_path(leaves, position)
        assert follow_path(leaf, path) == root
        assert follow_path(bytes(32) if position else bytes([255]) * 32, path) != root


def test_the_root_depends_on_the_order_and_the_number_of_leaves() -> None:
    leaves = [bytes([number]) * 32 for number in range(5)]
    roots = {find_root(leaves), find_root(leaves[::-1]), find_root(leaves[:4]),
             find_root([*leaves, leaves[4]])}  # fmt: skip
    assert len(roots) == 4
    with pytest.raises(ValueError, match="at least one"):
        find_root([])


def test_many_records_are_closed_into_blocks_of_ten_thousand(trail: Trail) -> None:
    trail.write(BLOCK_RECORDS + 500, start=1000)
    with trail.installation.system(trail.city) as ctx:
        assert [block.count for block in seal(ctx)] == [BLOCK_RECORDS, 503]
        assert seal(ctx) == []
    assert trail.verify().is_whole


def test_two_sealers_at_once_seal_every_record_once(trail: Trail) -> None:
    trail.write(400, start=1000)
    closed: list[int] = []

    def work() -> None:
        with trail.installation.system(trail.city) as ctx:
            closed.append(sum(block.count for block in seal(ctx, block_records=50)))

    threads = [threading.Thread(target=work) for _sealer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(closed) == [0, 0, 0, 403]
    assert trail.verify().is_whole


def test_a_record_committed_late_lands_in_a_later_block(trail: Trail) -> None:
    """Its id is older than ids that are sealed already; nothing is lost and nothing disordered."""
    with trail.installation.system(trail.city) as slow:
        from core.audit import Change, record_many  # noqa: PLC0415

        record_many(slow, [Change("late", "units", uuid.uuid4())])
        trail.write(3, start=500)
        trail.keep()
    trail.keep()
    with trail.installation.system(trail.city) as ctx:
        query = (
            select(AuditRecord.event, func.max(AuditRecord.block))
            .where(AuditRecord.tenant_id == trail.city.id)
            .group_by(AuditRecord.event)
        )
        blocks = {row[0]: row[1] for row in ctx.session.execute(query)}
    assert blocks["late"] == 5
    assert trail.verify().is_whole


def test_keeping_again_does_nothing(trail: Trail) -> None:
    trail.keep()
    before = trail.read("select count(*) from audit_checkpoints")
    assert (
        keep(trail.installation) == 0
        or trail.read("select count(*) from audit_checkpoints") != before
    )
    again = trail.read("select count(*) from audit_checkpoints")
    assert keep(trail.installation) == 0
    assert trail.read("select count(*) from audit_checkpoints") == again


def test_the_federation_above_signs_only_what_continues(trail: Trail) -> None:
    trail.write(3, start=900)
    with trail.installation.system(trail.city) as ctx:
        seal(ctx)
        sign(ctx)
    trail.tamper("update audit_blocks set root = sha256('x') "
                 "where tenant_id = {city} and number = 4")  # fmt: skip
    with trail.installation.system(trail.city) as ctx:
        assert countersign(ctx) == 0
    assert trail.read("select countersignature from audit_checkpoints "
                      "where tenant_id = %s and block = 4", trail.city.id) == [(None,)]  # fmt: skip


def test_keys_lie_outside_the_database_and_are_readable_by_one_user(trail: Trail) -> None:
    folder = trail.installation.settings.audit_key_folder
    files = sorted(folder.glob("*.pem"))
    assert {file.stem for file in files} >= {str(trail.city.id)}
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert open_signer(folder, trail.city.id).id == open_signer(folder, trail.city.id).id


def test_processes_that_start_together_agree_on_one_key(trail: Trail) -> None:
    folder, tenant, found = trail.installation.settings.audit_key_folder, uuid.uuid4(), []
    threads = [
        threading.Thread(target=lambda: found.append(open_signer(folder, tenant).id))
        for _number in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12
    assert len(set(found)) == 1


def proof_of(trail: Trail, block: int, position: int) -> dict[str, Any]:
    with trail.installation.system(trail.city) as ctx:
        return prove(ctx, trail.record_at(block, position))


@pytest.mark.parametrize(("block", "position"), [(1, 0), (1, 3), (2, 2), (3, 1)])
def test_a_record_is_proved_without_the_database(trail: Trail, block: int, position: int) -> None:
    proof = proof_of(trail, block, position)
    key = open_signer(trail.installation.settings.audit_key_folder, trail.city.id).public
    assert check_proof(proof, key) == []
    assert "household.changed" in proof["line"] or "tenant.added" in proof["line"]


@pytest.mark.parametrize("part", ["line", "path", "root", "chain", "records", "signature",
                                  "countersignature"])  # fmt: skip
def test_a_changed_proof_does_not_hold(trail: Trail, part: str) -> None:
    proof = copy.deepcopy(proof_of(trail, 2, 1))
    other = "ab" * 32
    if part == "line":
        proof["line"] = proof["line"].replace("household", "Household")
    elif part == "path":
        proof["path"][0][1] = other
    elif part == "root":
        proof["blocks"][0]["root"] = other
    elif part == "records":
        proof["checkpoint"]["records"] += 1
    else:
        proof["checkpoint"][part] = other * (1 if part == "chain" else 2)
    assert check_proof(proof)


def test_a_proof_by_another_key_does_not_hold(trail: Trail) -> None:
    assert check_proof(proof_of(trail, 1, 1), bytes(32))
    assert check_proof({"tenant": "nobody"})
    assert check_proof({})


def test_a_record_not_sealed_yet_has_no_proof_and_an_unknown_one_none_at_all(
    trail: Trail,
) -> None:
    [(unsealed,)] = trail.read("select id from audit_records where tenant_id = %s "
                               "and block is null limit 1", trail.city.id)  # fmt: skip
    with trail.installation.system(trail.city) as ctx:
        with pytest.raises(ConflictError):
            prove(ctx, unsealed)
        with pytest.raises(NotFoundError):
            prove(ctx, uuid.uuid4())


def test_the_trail_is_for_auditors(trail: Trail) -> None:
    for role, error in (("clerk", ForbiddenError), ("auditor", None)):
        grants = (Grant(role, uuid.uuid4(), ""),)
        actor = Actor(trail.city.id, uuid.uuid4(), "li", "李", grants)
        with trail.installation.context(trail.city, actor) as ctx:
            if error is None:
                assert prove(ctx, trail.record_at(1, 0))
            else:
                with pytest.raises(error):
                    prove(ctx, trail.record_at(1, 0))


def test_an_exported_block_counts_as_many_leaves_as_records(trail: Trail) -> None:
    place = place_of(trail.installation.settings.checkpoints, trail.city.id)
    with trail.installation.system(trail.city) as ctx:
        counted = ctx.session.scalar(
            select(func.sum(AuditBlock.count)).where(AuditBlock.tenant_id == trail.city.id)
        )
    assert place.leaves.stat().st_size == 32 * int(counted or 0)
    last, _end = place.read_last()
    assert last == place.read()[-1]
