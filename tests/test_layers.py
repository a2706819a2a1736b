"""Who may import whom, seen in a fresh interpreter: what an import brings along counts as well."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

FRAMEWORKS = {"textual", "rich", "faker", "freezegun", "yaml", "qrcode", "pytest"}

IMPORT_ALL = """
import importlib, json, pkgutil, sys
package = importlib.import_module(sys.argv[1])
for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)
print(json.dumps(list(sys.modules)))
"""

RUN_COMMAND = """
import json, sys
from mfadrill.tui.cli import main
try:
    code = main(sys.argv[1:])
except SystemExit as stop:
    code = stop.code
assert not code, code
print(json.dumps(list(sys.modules)))
"""


def modules_after(code: str, *arguments: str, cwd: Path) -> set[str]:
    """The names in `sys.modules` of a new interpreter that has run the code, far from the source."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], cwd=cwd, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return set(json.loads(done.stdout.splitlines()[-1]))


def below(package: str, modules: set[str]) -> set[str]:
    return {name for name in modules if name == package or name.startswith(package + ".")}


def test_core_needs_nothing_of_ours_and_no_framework(tmp_path: Path) -> None:
    loaded = modules_after(IMPORT_ALL, "mfadrill.core", cwd=tmp_path)
    assert below("mfadrill", loaded) - below("mfadrill.core", loaded) <= {"mfadrill"}
    assert not loaded & FRAMEWORKS


def test_sim_needs_no_screen(tmp_path: Path) -> None:
    loaded = modules_after(IMPORT_ALL, "mfadrill.sim", cwd=tmp_path)
    assert not below("mfadrill.tui", loaded)
    assert "textual" not in loaded


def test_the_front_of_the_server_needs_no_screen(tmp_path: Path) -> None:
    code = "import json, sys, mfadrill.tui.serving.front; print(json.dumps(list(sys.modules)))"
    assert "textual" not in modules_after(code, cwd=tmp_path)


def test_scenarios_are_data_only() -> None:
    scenarios = Path(__file__).parents[1] / "scenarios"
    assert [path.name for path in scenarios.rglob("*.py")] == ["__init__.py"]


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["replay", "--help"]], ids=" ".join)
def test_a_headless_command_starts_without_the_screen(arguments: list[str], tmp_path: Path) -> None:
    loaded = modules_after(RUN_COMMAND, *arguments, cwd=tmp_path)
    assert "textual" not in loaded
