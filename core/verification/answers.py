"""Answers of a source: matched with members by blind index, kept as evidence, compared."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from core import audit
from core.audit import Change
from core.context import Context
from core.db import new_id
from core.households.bulk import insert_many
from core.households.queries import readable_paths
from core.households.rows import ID_KIND
from core.households.workbook.faults import Fault
from core.pii import INDEX_BYTES, mask_id, mask_name
from core.verification.declared import ID_PLACE, NAME_PLACE, ROW_PLACE
from core.verification.settling import settle
from core.verification.sources import Answer, find_source

PERMISSION = "verification.import"
DIGEST = "verification_answer"
FILED = """
select m.id_index, m.household_id
from members m
join households h on h.tenant_id = m.tenant_id and h.id = m.household_id
join units u on u.tenant_id = h.tenant_id and u.id = h.unit_id
where m.tenant_id = %(tenant)s and m.active and u.path like any (%(paths)s)
  and m.id_index = any(array(
    select substring(%(indexes)b from place for %(size)s)
    from generate_series(1, length(%(indexes)b), %(size)s) place))
"""
KNOWN = """
select row_digest from verification_answers
where tenant_id = %(tenant)s and source = %(source)s and row_digest = any(array(
  select substring(%(digests)b from place for %(size)s)
  from generate_series(1, length(%(digests)b), %(size)s) place))
"""
UNFILED = """
select a.id, m.household_id from verification_answers a
join members m on m.tenant_id = a.tenant_id and m.id_index = a.id_index and m.active
where a.tenant_id = %(tenant)s and a.household_id is null
for update of a
"""
ATTACH = """
update verification_answers set household_id = %(household)s
where tenant_id = %(tenant)s and id = %(id)s returning id
"""


@dataclass(frozen=True)
class AnswerPlan:
    """A file of answers beside what is stored; lists are as long as `answers`.

    `households` is empty where nobody of this ID number is filed within the actor's units.
    """

    source: str
    rows: int
    answers: tuple[Answer, ...]
    faults: tuple[Fault, ...]
    indexes: list[bytes]
    digests: list[bytes]
    households: list[uuid.UUID | None]
    known: frozenset[bytes]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are good, new, in already, and on people who are in no file."""
        fresh = self.fresh
        return {
            "rows": self.rows, "good": len(self.answers), "added": len(fresh),
            "unchanged": len(self.answers) - len(fresh),
            "unknown": sum(self.households[place] is None for place in fresh),
        }  # fmt: skip

    @property
    def fresh(self) -> list[int]:
        """The places of answers that are not in yet."""
        return [place for place, digest in enumerate(self.digests) if digest not in self.known]

    def put_in(
        self, ctx: Context, file_id: uuid.UUID, progress: Callable[[int, int], None]
    ) -> dict[str, int]:
        """Keep the answers that are not in yet, and compare the households they are about."""
        fresh, total = self.fresh, len(self.answers)
        if fresh:
            _keep(ctx, self, file_id, fresh)
        progress(total // 2, total)
        about = {household for place in fresh if (household := self.households[place])}
        settled = settle(ctx, about)
        return {"found": settled.found, "done": settled.done}


def plan_answers(ctx: Context, source: str, data: bytes) -> AnswerPlan:
    """Read and check a file of answers against the tenant's files, storing nothing."""
    read = find_source(source).read_answers(data, ctx.today)
    indexes = ctx.vault.blind_indexes(ID_KIND, (one.id_number for one in read.answers))
    digests = [_digest(ctx, source, one) for one in read.answers]
    filed = find_filed(ctx, indexes, PERMISSION)
    return AnswerPlan(
        source=source, rows=read.rows, answers=read.answers, faults=read.faults,
        indexes=indexes, digests=digests, households=[filed.get(one) for one in indexes],
        known=_find_known(ctx, source, digests),
    )  # fmt: skip


def find_filed(ctx: Context, indexes: Sequence[bytes], permission: str) -> dict[bytes, uuid.UUID]:
    """Return, by blind index, the file in force a person stands in, within the actor's units."""
    values = {
        "tenant": ctx.tenant_id, "indexes": b"".join(indexes), "size": INDEX_BYTES,
        "paths": readable_paths(ctx, permission),
    }  # fmt: skip
    return {bytes(index): household for index, household in ctx.session.fetch(FILED, values)}


def match_waiting(ctx: Context) -> int:
    """Give answers on people who were in no file to the file they stand in now; return how many.

    Done by the clock in the name of the system, for nobody need know that they wait.
    """
    rows = ctx.session.fetch(UNFILED, {"tenant": ctx.tenant_id})
    for answer, household in rows:
        values = {"tenant": ctx.tenant_id, "id": answer, "household": household}
        ctx.session.fetch(ATTACH, values)
    audit.record_many(ctx, (
        Change("answer.attached", "verification_answers", answer,
               after={"household_id": str(household)})
        for answer, household in rows
    ))  # fmt: skip
    settle(ctx, {household for _answer, household in rows})
    return len(rows)


def _digest(ctx: Context, source: str, answer: Answer) -> bytes:
    told = [source, answer.id_number, answer.answered_on, answer.told, answer.whole]
    return ctx.vault.digest(DIGEST, orjson.dumps(told, option=orjson.OPT_SORT_KEYS))


def _find_known(ctx: Context, source: str, digests: Sequence[bytes]) -> frozenset[bytes]:
    values = {"tenant": ctx.tenant_id, "source": source, "digests": b"".join(digests),
              "size": INDEX_BYTES}  # fmt: skip
    return frozenset(bytes(digest) for (digest,) in ctx.session.fetch(KNOWN, values))


def _keep(ctx: Context, plan: AnswerPlan, file_id: uuid.UUID, places: Sequence[int]) -> None:
    chosen = [plan.answers[place] for place in places]
    ids = [new_id() for _place in places]

    def seal(place: str, texts: Sequence[str]) -> list[bytes | None]:
        return ctx.vault.encrypt_many(ctx.tenant_id, place, ids, texts)

    households = [plan.households[place] for place in places]
    columns: dict[str, Sequence[Any]] = {
        "id": ids,
        "sheet": [one.sheet for one in chosen],
        "row": [one.row for one in chosen],
        "household_id": households,
        "name_cipher": seal(NAME_PLACE, [one.name for one in chosen]),
        "name_masked": [mask_name(one.name) for one in chosen],
        "id_cipher": seal(ID_PLACE, [one.id_number for one in chosen]),
        "id_index": [plan.indexes[place] for place in places],
        "id_masked": [mask_id(one.id_number) for one in chosen],
        "answered_on": [one.answered_on for one in chosen],
        "told": [orjson.dumps(one.told).decode() for one in chosen],
        "row_cipher": seal(ROW_PLACE, [orjson.dumps(one.whole).decode() for one in chosen]),
        "row_digest": [plan.digests[place] for place in places],
    }
    constants = {"file_id": file_id, "source": plan.source, "received_at": ctx.now}
    insert_many(ctx, "verification_answers", columns, constants)
    audit.record_many(ctx, (
        Change("verification.told", "households", household,
               after={"source": plan.source, "answer": str(answer), "on": str(one.answered_on)})
        for answer, household, one in zip(ids, households, chosen, strict=True)
        if household is not None
    ))  # fmt: skip
