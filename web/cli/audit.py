"""`bangfu audit`: verify the trail, prove one record, seal now."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from core.audit.keeping import keep_one
from core.audit.proofs import check_proof, prove
from core.audit.verify import Verification, verify
from core.installation import Installation
from core.tenancy import TenantView
from web.cli.console import as_json, give, progress, say, tell
from web.cli.console import translate as _
from web.cli.environment import find_tenant, open_installation

FOUND_WRONG = 1


@click.group(help=_("The audit trail: verify, prove, seal."))
def audit() -> None:
    """Hold the commands on the audit trail."""


@audit.command("verify", help=_("Verify the trails and name the first broken record."))
@click.option("--tenant", "slug", help=_("Only this federation"))
@click.option(
    "--export",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help=_("Folder of the exported checkpoints, if it is not the installation's"),
)
@as_json
@click.pass_context
def verify_all(ctx: click.Context, slug: str | None, export: Path | None, as_json: bool) -> None:
    """Verify; exit code 1 when anything was changed."""
    installation = open_installation()
    tenants = [find_tenant(installation, slug)] if slug else installation.tenants()
    results = [_verify(installation, tenant, export, quiet=as_json) for tenant in tenants]
    if as_json:
        give([_data(result) for result in results])
    else:
        _show(results)
    if not all(result.is_whole for result in results):
        ctx.exit(FOUND_WRONG)


@audit.command("prove", help=_("Prove that a RECORD stands in the sealed trail."))
@click.argument("record", type=click.UUID)
@click.option("--tenant", "slug", required=True, help=_("Federation"))
def prove_one(record: uuid.UUID, slug: str) -> None:
    """Print a proof as JSON."""
    installation = open_installation()
    with installation.system(find_tenant(installation, slug)) as ctx:
        give(prove(ctx, record))


@audit.command("check", help=_("Check a proof (a file as `prove` prints it), without any server."))
@click.argument("proof", type=click.File("rb"))
@click.option("--key", help=_("The federation's public key, as it was handed over beforehand"))
@as_json
@click.pass_context
def check(ctx: click.Context, proof: BinaryIO, key: str | None, as_json: bool) -> None:
    """Check a proof; exit code 1 when it is not valid."""
    faults = check_proof(json.load(proof), bytes.fromhex(key) if key else None)
    if as_json:
        give({"valid": not faults, "faults": [tell(fault) for fault in faults]})
    elif not faults:
        say(_("✓ the proof is valid"))
    for fault in () if as_json else faults:
        say(f"✗ {tell(fault)}")
    if faults:
        ctx.exit(FOUND_WRONG)


@audit.command("seal", help=_("Seal, sign and export now, instead of within half a minute."))
@click.option("--tenant", "slug", help=_("Only this federation"))
@as_json
def seal(slug: str | None, as_json: bool) -> None:
    """Do what the ticker does for the trail."""
    installation = open_installation()
    tenants = [find_tenant(installation, slug)] if slug else installation.tenants()
    closed = {tenant.slug: keep_one(installation, tenant) for tenant in tenants}
    if as_json:
        give(closed)
    else:
        say(_("✓ %(count)s blocks closed"), count=sum(closed.values()))


def _verify(
    installation: Installation, tenant: TenantView, export: Path | None, *, quiet: bool
) -> Verification:
    with installation.system(tenant) as ctx, progress(tenant.name, quiet=quiet) as told:
        return verify(ctx, export=export, tell=told)


def _data(result: Verification) -> dict[str, Any]:
    first = result.first
    return {
        "tenant": result.tenant,
        "whole": result.is_whole,
        "records": result.records,
        "blocks": result.blocks,
        "pinned": result.pinned,
        "unsealed": result.unsealed,
        "first": {**first.values(), "message": tell(first.message)} if first else None,
        "findings": [{**one.values(), "message": tell(one.message)} for one in result.findings],
    }


def _show(results: Sequence[Verification]) -> None:
    for result in results:
        counted = _("%(tenant)s: %(records)s records in %(blocks)s blocks, %(pinned)s of them "
                    "exported, %(unsealed)s not sealed yet")  # fmt: skip
        mark = "✓ " if result.is_whole else "✗ "
        say(
            mark + counted, tenant=result.tenant, records=result.records, blocks=result.blocks,
            pinned=result.pinned, unsealed=result.unsealed,
        )  # fmt: skip
        first = result.first
        if first is not None:
            say(_("  first break: %(what)s"), what=tell(first.message))
        for one in result.findings:
            if one is not first:
                say(f"  {tell(one.message)}")
