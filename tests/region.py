"""The reference pack with a way out of hardship, measure lines and a phase-out, for tests."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from bangfu_sdk import Parameter, Text, Unit, hookimpl
from worker_hardship import WorkerExit

from core.catalogue import Catalogue
from core.installation import Installation
from core.policies import TENANTS, Policies

CARE = """
[care]
verification_months = 12
regular_help = ["temporary_relief"]
section = { zh = "动态管理", en = "dynamic management" }

[[department]]
code = "human_resources"
name = { zh = "人社局", en = "human resources bureau" }

[[department]]
code = "education"
name = { zh = "教育局", en = "education bureau" }

[[department]]
code = "union"
name = { zh = "总工会", en = "federation of trade unions" }

[[measure]]
code = "employment"
name = { zh = "就业创业", en = "employment and start-up" }
lead = "human_resources"
cooperating = ["education", "union"]

[[measure]]
code = "schooling"
name = { zh = "助学", en = "schooling" }
lead = "education"
cooperating = []
"""
RISE = """
[[dibao_line.values]]
from = 2023-07-01
division = "520200"
value = "710.00"
section = { zh = "2023年7月调整，每人每月", en = "adjusted in July 2023, a person and month" }
"""
EXIT = """
programme = "city_exit"
document = { zh = "《2023年XX市解困脱困方案》", en = "City scheme of 2023 for leaving hardship" }

[window_months]

[[window_months.values]]
from = 2023-01-01
value = 12
section = { zh = "一", en = "I" }

[recovery_months]

[[recovery_months.values]]
from = 2023-01-01
value = 6
section = { zh = "一：连续6个月", en = "I: six months running" }

[phase_out_months]

[[phase_out_months.values]]
from = 2023-01-01
value = PHASE_OUT
section = { zh = "二：渐退期", en = "II: phase-out" }
"""


class CityExit(WorkerExit):
    """The exit of the built-in plugin, of a city that lets a household leave by and by."""

    name = "city_exit"
    title = Text("解困脱困认定", "leaving hardship")
    parameters = (
        *WorkerExit.parameters,
        Parameter("phase_out_months", Unit.MONTHS, Text("渐退期", "phase-out"), high=12),
    )


def with_life(
    installation: Installation, root: Path, *, phase_out: int = 6, verification: int = 12
) -> Installation:
    """Return the same installation, its region knowing exits, measures and re-verification."""
    catalogue = Catalogue.load([_plugin(CityExit())])
    folder = root / "city_2023"
    shutil.copytree(TENANTS / "city_2023", folder, dirs_exist_ok=True)
    region = folder / "region.toml"
    care = CARE.replace("verification_months = 12", f"verification_months = {verification}")
    region.write_text(f'exit = "city_exit"\n{region.read_text("utf-8")}{care}', "utf-8")
    line = folder / "policy" / "dibao_line.toml"
    line.write_text(line.read_text("utf-8") + RISE, "utf-8")
    exit_file = folder / "policy" / "city_exit.toml"
    exit_file.write_text(EXIT.replace("PHASE_OUT", str(phase_out)), "utf-8")
    return replace(installation, catalogue=catalogue, policies=Policies.load(root, catalogue))


def _plugin(*rules: Any) -> ModuleType:
    module = ModuleType("city")

    def bangfu_programmes() -> list[Any]:
        return list(rules)

    module.__dict__["bangfu_programmes"] = hookimpl(bangfu_programmes)
    return module
