"""The short list of users that a typed text may mean."""

from mfadrill.core.users import User, user_id
from mfadrill.tui.user_portal.user_matches import matches


def users(*names: str) -> list[User]:
    return [User(id=user_id(name), username=name, first_name="Zoë" if name == "z1" else "") for name in names]


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
