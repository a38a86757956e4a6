"""One block of a re-verification: read by columns, judged, and only what changed written."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import numpy as np
import numpy.typing as npt

from core import audit
from core.audit import Change
from core.context import Context
from core.households.bulk import Columns, insert_many, update_many, write_ahead
from core.households.fingerprints import fingerprints
from core.households.judgements import (
    judge_columns,
    keep_grounds,
    make_judgements,
    make_verdicts,
    needed_facts,
)
from core.households.registry import Asked, Block, read_chosen
from core.judging import RegistryJudged

PERMISSION = "registry.judge"
NOT_LATER = "(h.judged_on is null or h.judged_on <= %(on)s)"
"""A judgement for a later day is never replaced by one for an earlier day."""
LOCK: Final = """
select from households where tenant_id = %(tenant)s and id = any(%(ids)s) order by id for update
"""
STORED = {
    "version": "h.version::bigint",
    "mark": "coalesce(h.judged_mark, 0)",
    "stored": "coalesce(array_position(%(labels)s::text[], h.category), 0)::bigint",
}
"""The state of a file, and what it repeats of its newest judgement: fingerprint, and category
from 1 on."""


class MovedError(Exception):
    """A file was changed, or judged by somebody else, since it was read."""


@dataclass
class Found:
    """What one block came to. `files` are the ids judged, 16 bytes each."""

    upto: uuid.UUID
    files: bytes
    lacking: Mapping[uuid.UUID, Sequence[str]]
    judged: int = 0
    changed: int = 0
    categories: Counter[str] = field(default_factory=Counter)
    moves: Counter[str] = field(default_factory=Counter)


def ask(ctx: Context, on: dt.date) -> Asked:
    """Return what a re-verification reads of the tenant's files."""
    labels = [option.code for option in ctx.catalogue.identification(
        ctx.pack.identification).categories]  # fmt: skip
    return Asked(
        ctx.tenant_id, on, needed_facts(ctx), PERMISSION, STORED, NOT_LATER, {"labels": labels}
    )


def judge_block(ctx: Context, block: Block) -> Found:
    """Judge the files of a block and write what changed."""
    asked = block.asked
    found = Found(block.upto, block.decidable["id"].tobytes(), block.lacking())
    found.judged = len(block.decidable)
    if not found.judged:
        return found
    judged = judge_columns(ctx, block.facts(), asked.on)
    found.categories.update(_count(judged))
    changed = _changed(block, judged)
    if changed.any():
        try:
            with ctx.session.begin_nested():
                _keep(ctx, block, changed, found)
        except MovedError:
            _judge_locked(ctx, asked, block.ids(changed), found)
    return found


def _judge_locked(ctx: Context, asked: Asked, ids: Sequence[uuid.UUID], found: Found) -> None:
    """Judge files again that somebody changed since they were read, as nobody can change them now.

    So a judgement is always of the facts its file has, whoever comes between.
    """
    ctx.session.fetch(LOCK, {"tenant": ctx.tenant_id, "ids": ids})
    block = read_chosen(ctx, asked, ids)
    if len(block.decidable):
        differ = _changed(block, judge_columns(ctx, block.facts(), asked.on))
        if differ.any():
            _keep(ctx, block, differ, found)


def _changed(block: Block, judged: RegistryJudged) -> npt.NDArray[np.bool_]:
    differs: npt.NDArray[np.bool_] = block.numbers("mark") != fingerprints(judged)
    return differs


def _keep(ctx: Context, block: Block, changed: npt.NDArray[np.bool_], found: Found) -> None:
    """Write the judgements of some files of a block, MovedError where one is not as it was."""
    asked = block.asked
    facts = {name: column[changed] for name, column in block.facts().items()}
    judged = judge_columns(ctx, facts, asked.on)
    ids = block.ids(changed)
    before = _labels(asked, block.numbers("stored")[changed])
    verdicts = make_verdicts(ids, judged, asked.on)
    was = {
        "version": block.numbers("version")[changed].tolist(),
        "judged_mark": [mark or None for mark in block.numbers("mark")[changed].tolist()],
    }
    keep_grounds(ctx, judged)
    write_ahead(_writes(ctx, ids, judged, asked.on, verdicts, was, before))
    found.changed = len(judged)
    moves = zip(before, verdicts["category"], strict=True)
    found.moves.update(f"{was}>{label}" for was, label in moves if was != label)


def _writes(
    ctx: Context,
    ids: Sequence[uuid.UUID],
    judged: RegistryJudged,
    on: dt.date,
    verdicts: Columns,
    was: Columns,
    before: Sequence[str],
) -> Iterator[Callable[[], object]]:
    yield partial(_update, ctx, verdicts, was)
    yield partial(insert_many, ctx, *make_judgements(ctx, ids, judged, on))
    changes = (
        Change("household.judged", "households", one, {"category": was or None},
               {"category": label, "judged_on": str(on)})
        for one, was, label in zip(ids, before, verdicts["category"], strict=True)
    )  # fmt: skip
    yield partial(audit.record_written, ctx, audit.write_out(ctx, changes))


def _update(ctx: Context, verdicts: Columns, was: Columns) -> None:
    if update_many(ctx, "households", verdicts, was) != len(verdicts["id"]):
        raise MovedError


def _count(judged: RegistryJudged) -> dict[str, int]:
    counts = np.bincount(judged.categories, minlength=len(judged.labels)).tolist()
    return {label: n for label, n in zip(judged.labels, counts, strict=True) if n}


def _labels(asked: Asked, places: npt.NDArray[np.int64]) -> list[str]:
    known = ["", *asked.values["labels"]]
    return [known[place] for place in places.tolist()]
