"""What aid a tenant offers: its region's programmes, by which plugin, on or off, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bangfu_sdk import Rule
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access import Subject, require
from core.audit import record
from core.catalogue import Entry
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, Message, NotFoundError, _
from core.tenancy import ProgrammeSetting

STATES = ("identification", "offered", "withheld", "broken", "foreign")


@dataclass(frozen=True)
class Standing:
    """How a programme stands in a tenant.

    `state`: identification (judges every household, is always on), offered, withheld (switched
    off by this tenant), broken (`problem` says why; nothing is decided by it), foreign (a plugin
    is there, but the region's policy does not know the programme).
    """

    name: str
    plugin: str
    rule: Rule | None
    state: str
    problem: Message | None = None

    @property
    def can_be_switched(self) -> bool:
        """Whether the tenant itself decides on it."""
        return self.state in ("offered", "withheld", "broken")


def list_programmes(ctx: Context) -> list[Standing]:
    """Return the identification, the region's programmes, then what else is installed."""
    require(ctx, "programme.manage")
    return list(_stand(ctx))


def is_offered(ctx: Context, name: str) -> bool:
    """Return whether the tenant offers a programme of its region; it does unless it said no."""
    return name not in _withheld(ctx)


def offer_programme(ctx: Context, name: str, reason: str, *, offered: bool) -> None:
    """Switch a programme of the region on or off for this tenant; applications handed in go on.

    InvalidError without a reason, NotFoundError where the region has none of this name.
    """
    require(ctx, "programme.manage", Subject(ctx.tenant_id))
    if name not in ctx.pack.programmes:
        raise NotFoundError(_("The region has no programme “%(name)s”."), name=name)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    if is_offered(ctx, name) == offered:
        return
    values = {"tenant_id": ctx.tenant_id, "id": new_id(), "programme": name, "enabled": offered}
    setting = ctx.session.scalars(
        insert(ProgrammeSetting)
        .values(values)
        .on_conflict_do_update(index_elements=["tenant_id", "programme"], set_={"enabled": offered})
        .returning(ProgrammeSetting),
        execution_options={"populate_existing": True},
    ).one()
    event = "programme.offered" if offered else "programme.withheld"
    record(ctx, event, setting, before={"programme": name, "offered": not offered},
           after={"programme": name, "offered": offered}, reason=reason)  # fmt: skip


def _stand(ctx: Context) -> Iterator[Standing]:
    installed = {entry.name: entry for entry in ctx.catalogue.entries()}
    own, withheld = (ctx.pack.identification, *ctx.pack.programmes), _withheld(ctx)
    for name in own:
        entry = installed.get(name)
        if entry is None:
            problem = Message(_("No plugin provides “%(name)s”."), {"name": name})
            yield Standing(name, "", None, "broken", problem)
        elif not entry.is_available:
            yield Standing(name, entry.plugin, entry.rule, "broken", entry.problem)
        else:
            yield Standing(name, entry.plugin, entry.rule, _state(ctx, name, withheld))
    yield from (_foreign(entry) for name, entry in installed.items() if name not in own)


def _state(ctx: Context, name: str, withheld: set[str]) -> str:
    if name == ctx.pack.identification:
        return "identification"
    return "withheld" if name in withheld else "offered"


def _foreign(entry: Entry) -> Standing:
    return Standing(entry.name, entry.plugin, entry.rule, "foreign", entry.problem)


def _withheld(ctx: Context) -> set[str]:
    query = select(ProgrammeSetting.programme).where(
        ProgrammeSetting.tenant_id == ctx.tenant_id, ProgrammeSetting.enabled.is_(False)
    )
    return set(ctx.session.scalars(query))
