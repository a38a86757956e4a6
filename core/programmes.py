"""What aid a tenant offers: its region's programmes, by which plugin, on or off, or why not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bangfu_sdk import Rule
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from core.access import Subject, require
from core.audit import record
from core.catalogue import Entry
from core.context import Context
from core.db import new_id
from core.errors import InvalidError, Message, NotFoundError, _
from core.policies.between import BETWEEN
from core.policies.referrals import ReferralLine
from core.policies.settable import Settable, list_settable
from core.tenancy import ProgrammeSetting

STATES = ("identification", "offered", "withheld", "broken", "available", "foreign", "gone")


@dataclass(frozen=True)
class Standing:
    """How a programme stands in a tenant.

    `state`: identification (judges who comes in or leaves, or claims on mutual aid; is always on),
    offered, withheld (switched off by this tenant), broken (`problem` says why; nothing is decided
    by it), available (a wheel brings it with figures for the region; the tenant has not taken it
    up), foreign (a plugin is there, but neither the region's policy nor the wheel has figures for
    it), gone (the tenant took it up, and the wheel that brought it is not there any more).
    """

    name: str
    plugin: str
    rule: Rule | None
    state: str
    problem: Message | None = None

    @property
    def can_be_switched(self) -> bool:
        """Whether the tenant itself decides on it."""
        return self.state in ("offered", "withheld", "broken", "available")


def list_programmes(ctx: Context) -> list[Standing]:
    """Return the rules for coming in and leaving, the region's programmes, then what else is
    installed."""
    require(ctx, "programme.manage")
    return list(_stand(ctx))


def programme_names(ctx: Context) -> tuple[str, ...]:
    """Return the region's programmes, offered or withheld, then those the tenant took up itself."""
    chosen = _chosen(ctx)
    return (*ctx.pack.programmes, *(name for name in ctx.pack.added if chosen.get(name)))


def offered_names(ctx: Context) -> tuple[str, ...]:
    """Return those the tenant offers now."""
    chosen = _chosen(ctx)
    every = (*ctx.pack.programmes, *ctx.pack.added)
    return tuple(name for name in every if chosen.get(name, name in ctx.pack.programmes))


def known_names(ctx: Context) -> tuple[str, ...]:
    """Return those the tenant has, then those it once took up whose wheel is gone: lists can be
    narrowed to their applications still."""
    here = programme_names(ctx)
    return (*here, *(name for name in _chosen(ctx) if name not in here))


def paying_programmes(ctx: Context) -> tuple[str, ...]:
    """Return those of them a fund can pay for: not those that refer to a department."""
    return tuple(name for name in programme_names(ctx) if name not in ctx.pack.referrals)


def settable_figures(ctx: Context) -> list[Settable]:
    """Return what the tenant may set of its own; nothing of programmes it did not take up."""
    idle = set(ctx.pack.added).difference(programme_names(ctx))
    caps = {one.code for one in ctx.pack.between if idle.issuperset(one.binds)}
    return [
        one
        for one in list_settable(ctx.pack)
        if one.programme not in idle
        and not (one.programme == BETWEEN and one.parameter.name in caps)
    ]


def is_offered(ctx: Context, name: str) -> bool:
    """Return whether the tenant offers a programme: one of its region unless it said no, one that
    a wheel brings only where it said yes."""
    return _chosen(ctx).get(name, name in ctx.pack.programmes)


def referral_line(ctx: Context, name: str) -> ReferralLine:
    """Return to which measure line a programme is referred: its region's, or the one the tenant
    chose. KeyError for a programme that is no referral."""
    line = ctx.pack.referrals[name]
    if line.measure:
        return line
    query = select(ProgrammeSetting.measure).where(
        ProgrammeSetting.tenant_id == ctx.tenant_id, ProgrammeSetting.programme == name
    )
    return replace(line, measure=ctx.session.scalar(query) or "")


def offer_programme(
    ctx: Context, name: str, reason: str, *, offered: bool, measure: str = ""
) -> None:
    """Switch a programme of the region on or off for this tenant; applications handed in go on.

    `measure` is the line it is referred to, where its sheet leaves the choice to the tenant.
    InvalidError without a reason, or without that line; NotFoundError where the region has none of
    this name.
    """
    require(ctx, "programme.manage", Subject(ctx.tenant_id))
    if name not in (*ctx.pack.programmes, *ctx.pack.added):
        raise NotFoundError(_("The region has no programme “%(name)s”."), name=name)
    if not reason.strip():
        raise InvalidError(_("A reason is needed."), field="reason")
    told = {"measure": _read_measure(ctx, name, measure)} if offered else {}
    if is_offered(ctx, name) == offered:
        return
    values = {"tenant_id": ctx.tenant_id, "id": new_id(), "programme": name, "enabled": offered,
              **told}  # fmt: skip
    setting = ctx.session.scalars(
        insert(ProgrammeSetting)
        .values(values)
        .on_conflict_do_update(
            index_elements=["tenant_id", "programme"], set_={"enabled": offered, **told}
        )
        .returning(ProgrammeSetting),
        execution_options={"populate_existing": True},
    ).one()
    event = "programme.offered" if offered else "programme.withheld"
    line = {"measure": setting.measure} if told.get("measure") else {}
    record(ctx, event, setting, before={"programme": name, "offered": not offered},
           after={"programme": name, "offered": offered, **line}, reason=reason)  # fmt: skip


def _read_measure(ctx: Context, name: str, measure: str) -> str:
    """Return the line a programme is to be referred to, "" where the tenant does not choose."""
    line = ctx.pack.referrals.get(name)
    known = [one.code for one in ctx.pack.measures] if line and not line.measure else []
    if measure in (known or ("",)):
        return measure
    if known:
        raise InvalidError(
            _("Say to which measure line the programme is referred."), field="measure",
            remedy=_("Choose one of: %(known)s."), known=", ".join(known),
        )  # fmt: skip
    raise InvalidError(
        _("To which measure line it is referred is not for the federation to choose."),
        remedy=_("Leave the line out."), field="measure",
    )  # fmt: skip


def _stand(ctx: Context) -> Iterator[Standing]:
    installed = {entry.name: entry for entry in ctx.catalogue.entries()}
    always = tuple(filter(None, (ctx.pack.identification, ctx.pack.exit, ctx.pack.scheme)))
    own, chosen = (*always, *ctx.pack.programmes), _chosen(ctx)
    for name in own:
        entry = installed.get(name)
        if entry is None:
            yield Standing(name, "", None, "broken", _no_plugin(name))
        else:
            offered = "offered" if chosen.get(name, True) else "withheld"
            yield _of_entry(entry, "identification" if name in always else offered)
    for name, entry in installed.items():
        if name in ctx.pack.added:
            yield _of_entry(entry, "offered" if chosen.get(name) else "available")
        elif name not in own:
            gone = name in chosen and entry.rule is None
            yield replace(_foreign(ctx, entry), state="gone" if gone else "foreign")
    for name in chosen:
        if name not in installed and name not in own:
            yield Standing(name, "", None, "gone", _no_plugin(name))


def _no_plugin(name: str) -> Message:
    return Message(_("No plugin provides “%(name)s”."), {"name": name})


def _of_entry(entry: Entry, state: str) -> Standing:
    if not entry.is_available:
        return Standing(entry.name, entry.plugin, entry.rule, "broken", entry.problem)
    return Standing(entry.name, entry.plugin, entry.rule, state)


def _foreign(ctx: Context, entry: Entry) -> Standing:
    refused = ctx.pack.refused.get(entry.name)
    problem = entry.problem or (refused.message if refused else None)
    return Standing(entry.name, entry.plugin, entry.rule, "foreign", problem)


def _chosen(ctx: Context) -> dict[str, bool]:
    """Return what the tenant said of programmes: whether it offers them."""
    query = select(ProgrammeSetting.programme, ProgrammeSetting.enabled).where(
        ProgrammeSetting.tenant_id == ctx.tenant_id
    )
    return {row.programme: row.enabled for row in ctx.session.execute(query)}
