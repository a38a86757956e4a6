"""Re-verifications: who had which registry judged again for which day, by which figures."""

from __future__ import annotations

import datetime as dt
import uuid

from sqlalchemy import ARRAY, CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.db import Json, Moment, TenantOwned, refer

RUNNING, DONE, STOPPED = STATES = ("running", "done", "stopped")


class Reverification(TenantOwned):
    """A run over all active files of some units, block by block in the order of their ids.

    `state`: running (also one that was broken off: it goes on behind `after_id`), done, stopped
    (it will not go on). `judged` files came out by the rule, `changed` of them got a new
    judgement, `undecidable` lack a fact, `later` were judged for a later day before it began.
    `categories` counts the outcomes, `moves` those that changed as "from>to".
    """

    __tablename__ = "reverifications"
    __table_args__ = (CheckConstraint(f"state in {STATES}", name="state"),)
    on_date: Mapped[dt.date]
    state: Mapped[str] = mapped_column(default=RUNNING)
    paths: Mapped[list[str]] = mapped_column(ARRAY(Text))
    programme: Mapped[str]
    programme_version: Mapped[str]
    parameters: Mapped[bytes]
    total: Mapped[int]
    judged: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    undecidable: Mapped[int] = mapped_column(default=0)
    later: Mapped[int]
    blocks: Mapped[int] = mapped_column(default=0)
    categories: Mapped[Json] = mapped_column(default=dict)
    moves: Mapped[Json] = mapped_column(default=dict)
    after_id: Mapped[uuid.UUID]
    started_by: Mapped[uuid.UUID | None]
    started_at: Mapped[Moment]
    finished_at: Mapped[Moment | None]


class ReverificationBlock(TenantOwned):
    """The files of one block, those with ids after `after_id` up to `upto_id`.

    `files` were judged (their ids, 16 bytes each, in order), `lacking` names by id the missing
    facts of others.

    A file that was judged and has no newer judgement came out as its newest judgement says,
    with the same facts, by the figures of the run: this row proves it.
    """

    __tablename__ = "reverification_blocks"
    __table_args__ = (
        refer("reverifications", "run_id"),
        UniqueConstraint("tenant_id", "run_id", "number"),
    )
    run_id: Mapped[uuid.UUID]
    number: Mapped[int]
    after_id: Mapped[uuid.UUID]
    upto_id: Mapped[uuid.UUID]
    files: Mapped[bytes]
    lacking: Mapped[Json] = mapped_column(default=dict)
    at: Mapped[Moment]
