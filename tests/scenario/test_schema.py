"""The JSON Schema: what the loader takes is valid by it."""

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from drill_files import HEAD, problems
from mfadrill.sim.scenario.load import shipped
from mfadrill.sim.scenario.schema import schema

VALIDATOR = Draft202012Validator(schema())


class Core(yaml.SafeLoader):
    """YAML 1.2's core types, which editors see: NO is text, and so are dates and 12:30."""

    yaml_implicit_resolvers: dict[str, list[Any]] = {}  # noqa: RUF012


for tag, pattern, first in (
    ("null", r"^(?:~|null|Null|NULL|)$", ["~", "n", "N", ""]),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF")),
    ("int", r"^[-+]?[0-9]+$", list("-+0123456789")),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789")),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)

LOADERS = {"YAML 1.2": Core, "YAML 1.1": yaml.SafeLoader}


def as_json_would(value: Any) -> Any:
    """JSON's keys are text, and it has no dates."""
    match value:
        case dict():
            return {str(key): as_json_would(one) for key, one in value.items()}
        case list():
            return [as_json_would(one) for one in value]
        case datetime.date():
            return str(value)
        case _:
            return value


def errors(text: str, loader: Any = Core) -> list[str]:
    tree = as_json_would(yaml.load(text, Loader=loader))
    return [f"{list(error.absolute_path)}: {error.message[:200]}" for error in VALIDATOR.iter_errors(tree)]


def test_it_is_a_json_schema() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize("file", shipped().values(), ids=shipped())
def test_every_shipped_scenario_is_valid(file: str, loader: Any) -> None:
    assert errors(Path(file).read_text(encoding="utf-8"), loader) == []


USABLE = {
    "a title that is a number": HEAD.replace("A story", "2026"),
    "a title that is a date": HEAD.replace("A story", "2026-03-02"),
    "a title that is a boolean": HEAD.replace("A story", "true"),
    "a title that is a time": HEAD.replace("A story", "12:30"),
    "numbers for names": HEAD + "applications: [365]\nsteps:\n- log in: {user: ada, to: 365}",
    "a number for a username": HEAD + "  42: Douglas Adams\nsteps:\n- suspend: 42",
    "a number for a password": HEAD + "steps:\n- set password: {user: ada, password: 123456}",
    "a number for a note": HEAD + "about: 7\nsteps:\n- {undo: , note: 7, refused: nothing}",
    "Norway": HEAD + "steps:\n- expect: {meets: {ada: {outcome: let in, from: {country: NO}}}}",
    "yes in capitals": HEAD + "steps:\n- update organization: {unified MFA: YES}",
    "yes as a boolean": HEAD + "steps:\n- update organization: {unified MFA: true}",
    "days that are refused": HEAD + "steps:\n- {require MFA: {users: ada, days: 366}, refused: days}",
    "words that are refused": HEAD + "steps:\n- {require MFA: {users: ada, days: seven}, refused: days}",
    "a step alone": HEAD + "steps: {suspend: ada}",
    "a value alone for a person": HEAD + "  zoe: Zoe\n",
    "a date to travel to": HEAD + "steps:\n- travel to: 2026-03-09",
    "an instant with seconds": HEAD + "steps:\n- travel to: 2026-03-09 09:00:00",
    "a lock-out without an end": HEAD + "steps:\n- update organization: {lock-out: forever}",
}  # fmt: skip


@pytest.mark.parametrize("loader", LOADERS.values(), ids=LOADERS)
@pytest.mark.parametrize("text", USABLE.values(), ids=USABLE)
def test_what_the_loader_takes_is_valid(text: str, loader: Any) -> None:
    assert problems("", text) == []
    assert errors(text, loader) == []


WRONG = {
    "an unknown key": HEAD + "seeds: 7",
    "no title": HEAD.replace("title: A story\n", ""),
    "no days": HEAD + "steps:\n- require MFA: {users: ada, days: 0}",
    "an unknown step": HEAD + "steps:\n- requir MFA: ada",
    "an unknown status": HEAD + "steps:\n- expect: {status: {ada: Enroled}}",
    "neither of two": HEAD + "steps:\n- log in: {browser: b}",
    "two conditions in one": HEAD
    + "policies: [{name: P, action: deny, conditions: {os in: linux, ip in: 192.0.2.1}}]",
    "an unknown key in a refused step": HEAD + "steps:\n- {undo: , refused: x, expects: {}}",
    "a list for a name": HEAD.replace("A story", "[A story]"),
}


@pytest.mark.parametrize("text", WRONG.values(), ids=WRONG)
def test_what_the_loader_refuses_is_invalid(text: str) -> None:
    assert problems("", text) != []
    assert errors(text) != []
