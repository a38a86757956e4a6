"""`bangfu policy simulate`: what changed figures would do; nothing is written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from core.catalogue import Catalogue
from core.errors import DomainError
from core.money import format_yuan
from core.paging import EXPORT_ROWS
from core.policies import Pack
from core.simulation.affected import list_affected
from core.simulation.outcome import Outcome
from core.simulation.parameters import read_assumptions
from core.simulation.service import simulate
from core.simulation.telling import as_data
from web.cli.console import as_json, give, pick, progress, say, show_table, tell
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation
from web.simulated import WITHIN, write_simulation


@click.command("simulate", help=_("Try changed figures on a registry or a whole province; "
                                  "nothing is written."))  # fmt: skip
@click.option("--tenant", "slug", required=True,
              help=_("Federation; a province stands for all below it"))  # fmt: skip
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True,
              help=_("The day to judge for, such as 2023-06-30"))  # fmt: skip
@click.option("--set", "texts", multiple=True, required=True,
              help=_("A figure to try, such as dibao_line=750.00; may be repeated"))  # fmt: skip
@click.option("--excel", "out", type=click.Path(dir_okay=False, path_type=Path),
              help=_("Where to write a workbook"))  # fmt: skip
@as_json
def simulate_policy(
    slug: str, on: dt.datetime, texts: Sequence[str], out: Path | None, as_json: bool
) -> None:
    """Simulate, tell it, write the workbook where one is asked for."""
    installation = open_installation()
    tenant = find_tenant(installation, slug)
    assumptions = read_assumptions(texts)
    with installation.system(tenant) as ctx:
        with progress(tenant.name, quiet=as_json) as told:
            outcomes = simulate(ctx, tenant, on.date(), assumptions, told)
        words = Words(ctx.catalogue, ctx.pack)
        if out is not None:
            files = list_affected(ctx, outcomes, EXPORT_ROWS)
            out.write_bytes(write_simulation(outcomes, files, _, words.name))
    if as_json:
        give({"tenant": slug, "on": on.date(), "set": list(map(str, assumptions)),
              **as_data(outcomes)})  # fmt: skip
    else:
        _show(slug, outcomes, words, out)


class Words:
    """Names of codes in the language of the terminal."""

    def __init__(self, catalogue: Catalogue, pack: Pack) -> None:
        self.catalogue, self.pack = catalogue, pack

    def name(self, kind: str, code: str) -> str:
        """Return the name of a category, a programme or a side; a code nobody names as it is."""
        if kind == "side":
            return _("in force") if code == "before" else _("tried out")
        try:
            if kind == "category":
                rule = self.catalogue.identification(self.pack.identification)
                text = next(one.text for one in rule.categories if one.code == code)
            else:
                text = self.catalogue.programme(code).title
        except (DomainError, StopIteration):
            return code
        return pick(text)


def _show(slug: str, outcomes: Sequence[Outcome], words: Words, out: Path | None) -> None:
    told = as_data(outcomes)
    say(_("%(tenant)s: of %(households)s households %(qualifying)s newly qualify, %(dropping)s "
          "drop out, %(moving)s change category; %(undecidable)s not decidable"),
        tenant=slug, **{name: told[name] for name in (
            "households", "qualifying", "dropping", "moving", "undecidable")})  # fmt: skip
    moves = [
        (one["federation"], words.name("category", move["before"]),
         words.name("category", move["after"]), move["households"])
        for one in told["federations"] for move in one["moves"]
    ]  # fmt: skip
    show_table((_("Federation"), _("Before"), _("After"), _("Households")), moves)
    costs = [_cost(cost, words) for cost in told["costs"]]
    show_table((_("Programme"), _("Before, at most (yuan)"), _("After, at most (yuan)"),
                _("Difference (yuan)")), costs)  # fmt: skip
    within = [
        (one["federation"], row["county"], row["cases"], row["wrong"], row["recovered"],
         *(_(WITHIN[row[side]]) for side in ("before", "after")))
        for one in told["federations"] for row in one["tolerance"]
    ]  # fmt: skip
    if within:
        show_table((_("Federation"), _("County"), _("Households aided"),
                    _("Households paid wrongly"), _("All recovered"), _("Before"),
                    _("After")), within)  # fmt: skip
    for outcome in outcomes:
        for name, why in outcome.left_out.items():
            say(_("%(tenant)s: %(name)s is left out: %(why)s"), tenant=outcome.slug,
                name=words.name("programme", name), why=tell(why))  # fmt: skip
    if out is not None:
        say(_("✓ the workbook is written: %(path)s"), path=out)


def _cost(cost: dict[str, Any], words: Words) -> tuple[str, ...]:
    before, after = cost["before"]["maximum"], cost["after"]["maximum"]
    amounts = (before, after, after - before)
    return (words.name("programme", cost["programme"]), *map(format_yuan, amounts))
