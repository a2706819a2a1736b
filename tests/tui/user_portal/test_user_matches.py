"""The short list of users that a typed text may mean."""

import immutables

from mfadrill.core.users import User, user_id
from mfadrill.tui.directory import Directory
from mfadrill.tui.user_portal.user_matches import matches


def users(*names: str) -> Directory:
    found = [
        User(
            id=user_id(name),
            username=name,
            first_name="Zoë" if name == "z1" else "",
            email=f"{name}@work.example",
        )
        for name in names
    ]
    return Directory(immutables.Map({user.id: user for user in found}))


def test_beginnings_come_first_then_anything_inside() -> None:
    found = matches(users("carla.ada", "Ada.Lovelace", "bob", "adam"), "ADA")
    assert [user.username for user in found] == ["Ada.Lovelace", "adam", "carla.ada"]


def test_the_name_counts_too() -> None:
    assert [user.username for user in matches(users("z1", "b2"), "zoë")] == ["z1"]


def test_there_are_never_more_than_a_few() -> None:
    found = matches(users(*(f"user{number:05}" for number in reversed(range(5000)))), "user")
    assert [user.username for user in found] == [f"user{number:05}" for number in range(8)]


def test_no_text_means_the_first_few() -> None:
    assert [user.username for user in matches(users("b", "a"), "")] == ["a", "b"]


def test_every_word_is_in_a_name_or_the_mail_address_as_in_the_admins_search() -> None:
    both = users("z1", "z2")
    assert [user.username for user in matches(both, "work zoë")] == ["z1"]
    assert matches(both, "work nobody") == []
