"""Loading: every mistake is told with its place, all of them at once, and nothing else ever happens."""

import codecs
import os
from pathlib import Path

import pytest

from drill_files import HEAD, problems, story
from mfadrill.core.policies import CountryIn
from mfadrill.sim.scenario.load import MAX_BYTES, MAX_DEPTH, Scenario, find, load, load_file, shipped
from mfadrill.sim.scenario.problems import SHOWN, UnusableScenarios, did_you_mean

RANGE = "Days must be a whole number from 1 to 365"
ALIASES = "Anchors and aliases (& and *) are not part of the format; write the value out."


def days(written: str) -> str:
    return f"steps:\n- require MFA: {{users: ada, days: {written}}}"


#: What a file says from line 8 on, and what is wrong with it.
WRONG: dict[str, tuple[str, list[str]]] = {
    "no days": (days("0"), [f"9:35: {RANGE}; '0' is not."]),
    "a day too many": (days("366"), [f"9:35: {RANGE}; '366' is not."]),
    "days in words": (days("seven"), [f"9:35: {RANGE}; 'seven' is not."]),
    "half days": (days("7.5"), [f"9:35: {RANGE}; '7.5' is not."]),
    "negative days": (days("-1"), [f"9:35: {RANGE}; '-1' is not."]),
    "a list of days": (days("[7]"), ["9:35: Expected a number of days, found a list."]),
    "unknown user": (
        "steps:\n- require MFA: [ada, adda]",
        ["9:22: There is no user 'adda' in this scenario. Did you mean 'ada'?"],
    ),
    "unknown user in what is expected": (
        "steps:\n- expect: {status: {alen: Enrolled}}",
        ["9:21: There is no user 'alen' in this scenario. Did you mean 'alan'?"],
    ),
    "unknown group": (
        "steps:\n- delete group: staf",
        ["9:17: There is no group 'staf' in this scenario. Did you mean 'staff'?"],
    ),
    "unknown application": (
        "steps:\n- log in: {user: ada, to: Payroll}",
        ["9:27: There is no application 'Payroll' in this scenario."],
    ),
    "unknown key": ("steps: []\nseeds: 7", ["9:1: Unknown key 'seeds'. Did you mean 'seed'?"]),
    "unknown step": (
        "steps:\n- requir MFA: ada",
        ["9:3: Unknown key 'requir MFA'. Did you mean 'require MFA'?"],
    ),
    "unknown status": (
        "steps:\n- expect: {status: {ada: Enroled}}",
        [
            "9:26: Expected one of: Enrolled, Not enrolled, Pre-enrollment, In enrollment, Expired, Disabled; "
            "found 'Enroled'. Did you mean 'Enrolled'?"
        ],
    ),
    "three mistakes": (
        "steps:\n- advance: soon\n- suspend: adda\n- activate: {user: ada}",
        [
            "9:12: 'soon' is not a span of time; write one such as '8 days' or '36 h'.",
            "10:12: There is no user 'adda' in this scenario. Did you mean 'ada'?",
            "11:13: The key 'users' is missing.",
            "11:14: Unknown key 'user'. Did you mean 'users'?",
        ],
    ),
    "two actions": (
        "steps:\n- {advance: 1 d, suspend: ada}",
        ["9:3: A step does one thing; these are 2: advance, suspend."],
    ),
    "an empty step": ("steps:\n- {}", ["9:3: A step needs something to do, or to expect."]),
    "a step of nothing": ("steps:\n-", ["9:2: A step needs something to do, or to expect."]),
    "only a note": ("steps:\n- note: hm", ["9:3: A step needs something to do, or to expect."]),
    "refused, but nothing done": (
        "steps:\n- {refused: no, expect: {}}",
        ["9:3: A step needs something to do, or to expect."],
    ),
    "neither of two": ("steps:\n- log in: {}", ["9:11: Expected one of: user, username."]),
    "both of two": (
        "steps:\n- log in: {user: ada, username: ada}",
        ["9:11: Only one of these may stand here: user, username."],
    ),
    "before the start": (
        "steps:\n- travel to: 2026-03-02 08:59",
        ["9:3: This travels to before the start of the scenario."],
    ),
    "back before the start": (
        "steps:\n- advance: 1 d\n- go back: 25 h",
        ["10:3: This travels to before the start of the scenario."],
    ),
    "too far": (
        "steps:\n- advance: 300 weeks\n- advance: 300 weeks",
        ["10:3: This travels to more than ten years away."],
    ),
    "farther than any calendar": (
        "steps:\n- advance: 999999 weeks",
        ["9:3: This travels to more than ten years away."],
    ),
    "back farther than any calendar": (
        "steps:\n- go back: 999999 weeks",
        ["9:3: This travels to before the start of the scenario."],
    ),
    "an instant that the clocks skip": (
        "steps:\n- travel to: 2026-03-29 02:30",
        ["9:3: 2026-03-29 02:30 does not exist in Europe/Berlin: the clocks skip it."],
    ),
    "unknown behaviour": (
        "behaviour: typicl",
        [
            "8:12: Expected one of: eager, typical, reluctant, vacation, nobody; found 'typicl'. "
            "Did you mean 'typical'?"
        ],
    ),
    "a crowd that cannot be": (
        "behaviour:\n  working hours: all day\n  holidays: [2026-02-30, 99999999999-1-1]\n  awy: 5",
        [
            "9:18: 'all day' are not working hours; write them such as '8:00-18:00'.",
            "10:14: '2026-02-30' is not a date; write one such as '2026-04-03'.",
            "10:26: '99999999999-1-1' is not a date; write one such as '2026-04-03'.",
            "11:3: Unknown key 'awy'. Did you mean 'away'?",
        ],
    ),
    "a crowd that is less willing at last": (
        "behaviour: {enroll at first: 60}",
        ["8:12: The chances to enroll are from 0 to 100 percent, and at last not lower than at first."],
    ),
    "no date": (
        "steps:\n- travel to: friday",
        ["9:14: 'friday' is not a date; write one such as '2026-03-09 09:00'."],
    ),
    "a key twice": ("title: Another", ["8:1: The key 'title' stands here twice."]),
    "a user twice": (
        "steps:\n- create users: {Ada: Another Ada}",
        ["9:18: The user 'Ada' is there already, in line 6."],
    ),
    "a policy twice": (
        "policies:\n- {name: P, action: allow}\n- {name: p, action: deny}",
        ["10:10: The policy 'p' is there already, in line 9."],
    ),
    "an application twice": (
        "applications: [Payroll, payroll]",
        ["8:25: The application 'payroll' is there already, in line 8."],
    ),
    "a status of one user twice": (
        "steps:\n- expect: {status: {ada: Enrolled, ada: Expired}}",
        ["9:36: 'ada' stands here twice."],
    ),
    "a key that is a list": (
        "? [a]\n: b",
        [
            "8:3: Unknown key ''. Known here: title, about, start, seed, organization, applications, groups, "
            "people, population, policies, behaviour, browser, steps."
        ],
    ),
    "a policy without an action": ("policies: [{name: P}]", ["8:12: The key 'action' is missing."]),
    "conditions without the premium plan": (
        "policies:\n- {name: P, action: deny, conditions: {country in: NO}}",
        ["9:1: Policy 'P': conditions need the premium plan."],
    ),
    "two conditions in one": (
        "policies:\n- {name: P, action: deny, conditions: {os in: linux, ip in: 192.0.2.1}}",
        ["9:39: Only one of these may stand here: ip in, os in."],
    ),
    "a number that is none": (
        "seed: --5",
        ["8:7: Expected a whole number from 0 to 2147483648, found '--5'."],
    ),
    "a number too large": (
        "population: 1000000",
        ["8:13: Expected a whole number from 0 to 100000, found '1000000'."],
    ),
    "yes or no": (
        "steps:\n- update organization: {unified MFA: maybe}",
        ["9:38: Expected yes or no, found 'maybe'."],
    ),
    "an empty list": (
        "applications: []",
        ["8:15: Expected a list with at least 1, found an empty one."],
    ),
    "a list for a mapping": (
        "steps:\n- expect: {status: [ada]}",
        ["9:20: Expected a mapping (name: value), found a list."],
    ),
    "a mapping for a list": (
        "steps: {advance: 1 d, undo: }",
        [
            "8:8: A step does one thing; these are 2: advance, undo.",
        ],
    ),
    "nothing for a name": ("applications:", ["8:14: Expected the name of a application, found nothing."]),
    "a seconds' lock-out": (
        "steps:\n- update organization: {lock-out: 90 s}",
        ["9:35: A lock-out lasts whole minutes, or 'until an admin unlocks'."],
    ),
    "not YAML": ("steps: [advance: 1 d", ["9:1: Not YAML: did not find expected ',' or ']'."]),
    "a value where there is none": ("steps: [undo: now]", ["8:15: Expected nothing here; found 'now'."]),
    "a tab": ("steps:\n\t- undo:", ["9:1: Not YAML: found character that cannot start any token."]),
    "two documents": ("---\ntitle: x", ["8:1: Not YAML: but found another document."]),
    "an anchor": ("seed: &here 7", [f"8:7: {ALIASES}"]),
    "an alias": ("seed: &here 7\npopulation: *here", [f"8:7: {ALIASES}"]),
}  # fmt: skip

HEADS: dict[str, tuple[str, list[str]]] = {
    "empty": ("", [" The file is empty; a scenario needs a title at least."]),
    "only comments": ("# one\n\n# two\n", [" The file is empty; a scenario needs a title at least."]),
    "a word": (
        "hello",
        [
            "1:1: Expected a mapping with title, about, start, seed, organization, applications, groups, people, "
            "population, policies, behaviour, browser, steps; found 'hello'."
        ],
    ),
    "nothing but steps": (
        "steps: [undo: ]",
        [
            "1:1: The key 'organization' is missing.",
            "1:1: The key 'start' is missing.",
            "1:1: The key 'title' is missing.",
        ],
    ),
    "a start without a zone": (
        "title: x\nstart: 2026-03-02 09:00\norganization: Nordwind",
        [
            "2:8: '2026-03-02 09:00' has no zone; write it as '2026-03-02 09:00 Europe/Berlin' or "
            "'2026-03-02T09:00+01:00'."
        ],
    ),
    "a start that the clocks skip": (
        "title: x\nstart: 2026-03-29 02:30 Europe/Berlin\norganization: Nordwind",
        ["2:8: 2026-03-29 02:30 does not exist in Europe/Berlin: the clocks skip it."],
    ),
    "a start before there were codes": (
        "title: x\nstart: 1960-01-01 UTC\norganization: Nordwind",
        ["2:8: '1960-01-01 UTC' is out of reach; choose a year from 1971 to 2999."],
    ),
    "an unknown zone": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: {name: N, zone: Mars/Base}",
        ["3:15: 'Mars/Base'"],
    ),
    "WebAuthn alone": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: {name: N, factors: [WebAuthn]}",
        ["3:15: WebAuthn cannot be the only factor: TOTP or Duo must be enabled with it."],
    ),
    "a person twice": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: N\npeople:\n  ada: Ada\n  ADA: Ada",
        ["6:3: The user 'ADA' is there already, in line 5."],
    ),
    "a group twice": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: N\ngroups: [Staff, staff]",
        ["4:17: The group 'staff' is there already, in line 4."],
    ),
    "days of a person": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: N\npeople:\n  ada: {require MFA: 366}",
        [f"5:22: {RANGE}; '366' is not."],
    ),
    "required, but no factor": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: {name: N, factors: []}\npeople:\n  ada: {require MFA: 7}",
        ["5:3: MFA cannot be required: configure an MFA factor first."],
    ),
    "Duo is nothing to set up": (
        "title: x\nstart: 2026-03-02 09:00 UTC\norganization: N\npeople: {ada: {enrolled: Duo}}",
        ["4:9: Duo needs no set-up: it is on or off for the organization."],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "found"), WRONG.values(), ids=WRONG)
def test_a_mistake_is_told_with_its_place(body: str, found: list[str]) -> None:
    assert problems(body) == found


@pytest.mark.parametrize(("head", "found"), HEADS.values(), ids=HEADS)
def test_a_mistake_of_the_beginning_is_told_with_its_place(head: str, found: list[str]) -> None:
    told = [problem.removeprefix("story.drill.yaml") for problem in problems("", head)]
    assert len(told) == len(found)
    assert all(one.startswith(begin) for one, begin in zip(told, found, strict=True)), told


# What is usable


def test_an_organization_in_norway_is_in_norway() -> None:
    """YAML 1.1 takes NO for false and ON for true; the format takes them for what they say."""
    scenario = story(
        "policies: [{name: P, action: deny, status: OFF, conditions: {country in: [NO, SE]}}]\n"
        "steps:\n- switch policy: {policy: P, status: ON}",
        HEAD.replace("{name: Nordwind", "{name: NO, plan: premium"),
    )
    [policy] = scenario.open().world.policies.values()
    assert scenario.open().world.organization.name == "NO"
    assert policy.conditions == CountryIn(frozenset({"NO", "SE"}))
    assert not policy.on
    assert scenario.steps[0].args["status"] is True


@pytest.mark.parametrize("title", ["2026", "yes", "12:30", "2026-03-02", "1e3", "0x10", "null", "~", "1_000"])
def test_a_title_is_text_whatever_it_looks_like(title: str) -> None:
    assert story("", HEAD.replace("A story", title)).title == title


def test_case_spaces_and_hyphens_do_not_tell_words_apart() -> None:
    assert problems("steps:\n- expect: {status: {ada: not_enrolled, alan: NOT ENROLLED}}") == []
    assert problems("steps:\n- expect: {mails: {ada: [mfa enabled]}}") == []


def test_a_scenario_needs_no_steps() -> None:
    assert story("").steps == ()
    assert story("steps: []").steps == ()


def test_one_value_stands_for_a_list_of_one() -> None:
    assert story("steps:\n- suspend: ada").steps[0].args == {"users": ["ada"]}
    assert story("steps: {suspend: ada}").steps[0].args == {"users": ["ada"]}


def test_a_mistake_elsewhere_does_not_make_the_population_unknown() -> None:
    name = next(user for user in story("population: 3").open().world.users if "." in user)
    (problem,) = problems(f"population: 3\nsteps:\n- require MFA: {{users: {name}, days: 21x}}")
    assert RANGE in problem


def test_users_of_a_population_may_be_referred_to() -> None:
    made_up = story("population: 3").open().world.users
    name = next(user for user in made_up if "." in user)
    assert (
        problems(f"population: 3\nsteps:\n- suspend: {name}\n- add to group: {{group: sales, users: ada}}")
        == []
    )
    assert problems("population: 3\nsteps:\n- suspend: nobody.here") != []


@pytest.mark.parametrize(
    "step",
    [
        "require MFA: {users: ada, days: 366}",
        "require MFA: {users: nobody, days: seven}",
        "create users: {ada: Ada Again}",
        "create users: {zoe: {require MFA: 0}}",
        "create group: Staff",
        "travel to: 2026-03-01 09:00",
        "advance: 999999 weeks",
        "log in: {user: ada, to: Payroll}",
    ],
)
def test_what_is_refused_may_break_the_rule_that_it_is_about(step: str) -> None:
    from mfadrill.sim.scenario.replay import replay

    scenario = story(f"steps:\n- {step}\n  refused: a")
    assert replay(scenario).passed


@pytest.mark.parametrize(
    "step",
    [
        "advance: soon",
        "go back: x",
        "phone clock: {user: ada, ahead: x}",
        "update organization: {lock-out: x, push time-out: y}",
        "schedule activation: {users: alan, at: x}",
        "update organization: {log-in attempts: x}",
    ],
)
def test_even_what_is_refused_must_be_readable(step: str) -> None:
    assert problems(f"steps:\n- {step}\n  refused: a") != []


# Files


def written(folder: Path, name: str, text: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def told(path: Path) -> str:
    with pytest.raises(UnusableScenarios) as unusable:
        load([str(path)])
    return str(unusable.value)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    one = written(tmp_path, "a.drill.yaml", HEAD + "steps:\n- advance: soon\n- suspend: x")
    other = written(tmp_path, "b.drill.yaml", "title: x")
    fine = written(tmp_path, "c.drill.yaml", HEAD)
    with pytest.raises(UnusableScenarios) as unusable:
        load([str(one), str(fine), str(other)])
    places = [str(problem.place) for problem in unusable.value.problems]
    assert places == [f"{one}:9:12", f"{one}:10:12", f"{other}:1:1", f"{other}:1:1"]


def test_after_so_many_mistakes_of_one_file_the_others_are_counted(tmp_path: Path) -> None:
    many = written(tmp_path, "a.drill.yaml", HEAD + "steps:\n" + "- advance: soon\n" * (SHOWN + 1_500))
    other = written(tmp_path, "b.drill.yaml", "")
    with pytest.raises(UnusableScenarios) as unusable:
        load([str(tmp_path)])
    lines = str(unusable.value).splitlines()
    assert len(lines) == SHOWN + 2
    assert lines[-2] == f"{many}: … and 1,500 more"
    assert lines[-1].startswith(f"{other}: The file is empty")
    assert len(unusable.value.problems) == SHOWN + 1_501


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "none.drill.yaml"
    assert told(path) == f"{path}: Cannot be read: No such file or directory."


def test_a_folder_named_like_a_scenario_inside_a_folder(tmp_path: Path) -> None:
    folder = tmp_path / "folder.drill.yaml"
    folder.mkdir()
    assert told(tmp_path) == f"{folder}: Cannot be read: Is a directory."


def test_a_link_that_leads_to_itself(tmp_path: Path) -> None:
    loop = tmp_path / "loop.drill.yaml"
    loop.symlink_to(loop)
    assert told(loop) == f"{loop}: Cannot be read: Too many levels of symbolic links."


def test_a_folder_without_scenarios(tmp_path: Path) -> None:
    assert told(tmp_path) == f"{tmp_path}: There is no *.drill.yaml file in this folder."


def test_a_folder_is_searched_below_too_and_in_order(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    written(tmp_path, "b.drill.yaml", HEAD)
    written(tmp_path / "sub", "a.drill.yaml", HEAD)
    written(tmp_path, "a.drill.yaml", HEAD)
    written(tmp_path, "notes.yaml", "nothing of ours")
    assert [scenario.file for scenario in load([str(tmp_path)])] == [
        str(tmp_path / name) for name in ("a.drill.yaml", "b.drill.yaml", "sub/a.drill.yaml")
    ]


@pytest.mark.parametrize("name", ["x" * 5000, "x" * 300 + ".drill.yaml", "a\0b"], ids=["path", "name", "NUL"])
def test_what_cannot_be_a_file_name(name: str) -> None:
    with pytest.raises(UnusableScenarios, match="cannot be the name of a file"):
        find([name])


def test_a_shipped_scenario_is_found_by_its_name() -> None:
    [scenario] = load(["first-rollout"])
    assert scenario.file == shipped()["first-rollout"]


def test_a_file_goes_before_a_shipped_scenario_of_that_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(tmp_path, "first-rollout", HEAD)
    monkeypatch.chdir(tmp_path)
    assert load(["first-rollout"])[0].title == "A story"


def test_a_name_that_is_nearly_right() -> None:
    with pytest.raises(UnusableScenarios, match="Did you mean 'first-rollout'"):
        find(["first-rolout"])


def test_a_name_that_is_nowhere_near_lists_what_is_shipped() -> None:
    with pytest.raises(UnusableScenarios, match=r"Shipped are: account-locked.*, the-users-way\."):
        find(["zzz"])


def test_what_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "a.drill.yaml", HEAD.encode() + "# Łódź".encode("iso-8859-2"))
    assert told(path) == f"{path}:8:1: This is not UTF-8 text."


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_utf_16_is_refused(tmp_path: Path, encoding: str) -> None:
    assert (
        "UTF-8" in (text := told(written(tmp_path, "a.drill.yaml", HEAD.encode(encoding))))
        or "Not YAML" in text
    )


def test_a_byte_order_mark_does_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "a.drill.yaml", codecs.BOM_UTF8 + HEAD.encode())
    assert load_file(path).title == "A story"


def test_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = written(tmp_path, "a.drill.yaml", HEAD.replace("\n", "\r\n"))
    assert load_file(path).title == "A story"


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "a.drill.yaml", HEAD)
    os.truncate(path, 50_000_000)
    assert told(path) == f"{path}: The file is too large; a scenario has at most 5 MB."


def test_a_stream_without_an_end_is_refused() -> None:
    assert told(Path("/dev/zero")) == "/dev/zero: The file is too large; a scenario has at most 5 MB."


def test_a_file_of_the_largest_size_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "a.drill.yaml", HEAD + "#" * (MAX_BYTES - len(HEAD)))
    assert load_file(path).title == "A story"


DEEP = {
    "brackets": "[" * 100_000,
    "braces": "{a: " * 50_000,
    "brackets that are closed in comments": "[ # ]\n" * 50_000,
    "brackets that are closed in a text first": f"steps: ['{']' * 100_000}', {'[' * 100_000}",
    "a line of dashes": "- " * 50_000 + "x",
    "a line of question marks": "? " * 50_000 + "x",
    "indented keys": "\n".join(" " * depth + "a:" for depth in range(1_300)),
    "indented items": "\n".join(" " * depth + "-" for depth in range(1_300)),
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_nesting_is_refused_and_kills_nothing(text: str) -> None:
    [problem] = problems("", text)
    assert "Nested deeper than" in problem or "Not YAML" in problem


def test_nesting_is_possible_to_a_depth_that_nobody_needs() -> None:
    condition = "{not: " * (MAX_DEPTH - 5) + "{os in: linux}" + "}" * (MAX_DEPTH - 5)
    premium = HEAD.replace("{name: Nordwind", "{name: Nordwind, plan: premium")
    assert problems(f"policies: [{{name: P, action: deny, conditions: {condition}}}]", premium) == []


def test_a_bomb_of_aliases_is_told_at_its_first_anchor() -> None:
    bomb = "a: &a [x, x]\n" + "\n".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(20)
    )
    assert problems("", bomb) == [f"1:4: {ALIASES}"]


def test_an_alias_inside_itself_is_refused() -> None:
    assert problems("steps: &a [*a]") == [f"8:8: {ALIASES}"]


def test_did_you_mean_says_nothing_when_nothing_is_near() -> None:
    assert did_you_mean("xyz", ["advance"]) == ""
    assert did_you_mean("ADVANC", ["Advance"]) == " Did you mean 'Advance'?"


def test_every_shipped_scenario_can_be_used() -> None:
    scenarios = load(shipped())
    assert [type(scenario) for scenario in scenarios] == [Scenario] * len(scenarios)
    assert len({scenario.title for scenario in scenarios}) == len(scenarios) > 20
