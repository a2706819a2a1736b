"""What the documentation says is so."""

import re
from pathlib import Path
from runpy import run_path

import pytest

from mfadrill.sim.scenario.load import load, read
from mfadrill.sim.scenario.replay import replay

TOP = Path(__file__).parents[1]
GENERATED: dict[Path, str] = run_path(str(TOP / "docs" / "generate.py"))["texts"]()
PAGES = [TOP / "README.md", TOP / "CONTRIBUTING.md", *sorted((TOP / "docs").glob("*.md"))]


@pytest.mark.parametrize("file", GENERATED, ids=lambda file: file.name)
def test_what_is_generated_is_up_to_date(file: Path) -> None:
    assert file.read_text(encoding="utf-8") == GENERATED[file], "run `python docs/generate.py`"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_and_picture_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (page.parent / target).exists(), target


def test_the_scenario_in_the_readme_passes() -> None:
    text = (TOP / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert replay(read(block, "README.drill.yaml")).failure is None


def test_the_beginning_and_the_steps_in_the_page_on_scenarios_pass() -> None:
    text = (TOP / "docs" / "scenarios.md").read_text(encoding="utf-8")
    beginning, crowd, steps, more = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    assert read(beginning + crowd, "page.drill.yaml").open().world.behaviour is not None
    document = beginning + steps + more
    assert replay(read(document, "page.drill.yaml")).failure is None


def test_the_readme_names_commands_that_exist(capsys: pytest.CaptureFixture[str]) -> None:
    from mfadrill.tui.cli import main

    text = (TOP / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"`mfadrill (\w+)", text):
        with pytest.raises(SystemExit) as ended:
            main([name, "--help"])
        assert ended.value.code == 0
    assert capsys.readouterr().out


def test_the_changelog_counts_the_shipped_scenarios() -> None:
    from mfadrill.sim.scenario.load import shipped

    text = (TOP / "CHANGELOG.md").read_text(encoding="utf-8")
    assert f"{len(load(shipped()))} shipped ones" in text
