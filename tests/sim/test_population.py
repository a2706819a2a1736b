"""Made-up people: the same for the same seed, of several scripts, with usernames that one can type."""

import re
import unicodedata

import pytest

from mfadrill.core.users import UserState
from mfadrill.sim.population import DEPARTMENTS, people


def test_the_same_seed_makes_the_same_people() -> None:
    assert people(30, 5) == people(30, 5)


def test_another_seed_makes_other_people() -> None:
    assert [person.username for person in people(30, 5)] != [person.username for person in people(30, 6)]


def test_a_larger_organization_begins_with_the_smaller_one() -> None:
    assert people(300, 5)[:40] == people(40, 5)


def test_nobody_is_made_up_for_an_organization_of_none() -> None:
    assert people(0, 1) == []


def test_names_come_in_several_scripts() -> None:
    letters = "".join(person.first_name + person.last_name for person in people(200, 1))
    scripts = {unicodedata.name(letter).split()[0] for letter in letters if letter.isalpha()}
    assert {"LATIN", "GREEK", "CJK"} <= scripts


def test_usernames_are_unique_and_of_ascii_letters() -> None:
    usernames = [person.username for person in people(3000, 1)]
    assert len(set(usernames)) == len(usernames)
    assert [name for name in usernames if not re.fullmatch(r"[a-z0-9]+\.[a-z0-9]+", name)] == []


def test_taken_names_are_avoided() -> None:
    taken = frozenset(person.username for person in people(50, 1))
    again = people(50, 1, taken)
    assert not taken & {person.username for person in again}
    assert [person.last_name for person in again] == [person.last_name for person in people(50, 1)]


def test_everybody_has_a_department() -> None:
    assert {person.department for person in people(200, 1)} == set(DEPARTMENTS)


def test_a_few_are_staged() -> None:
    staged = [person for person in people(1000, 1) if person.state is UserState.STAGED]
    assert 10 < len(staged) < 100


@pytest.mark.parametrize("domain", ["example", "nordwind.example"])
def test_addresses_are_of_the_domain(domain: str) -> None:
    assert all(person.email == f"{person.username}@{domain}" for person in people(5, 1, domain=domain))
