"""Named streams: one changed action never reshuffles another, and every machine draws the same."""

from mfadrill.core.portal import LogIn
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.streams import base32_secret, draws
from rehearsal import nordwind, required


def test_known_numbers_are_drawn_on_every_machine() -> None:
    assert draws(1, "ada", "person", 3) == (4047986067, 686469662, 454534832)
    assert base32_secret(1, "ada", "totp") == "E2WLGTABSQDA2MVLRYCNYZBGHIITDFOY"
    assert base32_secret(7, "Ζωή", "totp") == "4S5J4K2OGDCRCD7C25U3ZSGLJBGHIB4H"


def test_asking_for_another_stream_between_changes_nothing() -> None:
    first = base32_secret(1, "ada", "totp")
    draws(1, "grace", "person", 16)
    assert base32_secret(1, "ada", "totp") == first


def test_streams_differ_by_seed_user_and_purpose() -> None:
    keys = [(1, "ada", "totp"), (2, "ada", "totp"), (1, "grace", "totp"), (1, "ada", "key")]
    assert len({base32_secret(*key) for key in keys}) == len(keys)
    assert len({draws(*key, 4) for key in keys}) == len(keys)


def test_the_parts_of_a_key_do_not_run_together() -> None:
    assert base32_secret(1, "ada", "b") != base32_secret(1, "a", "dab")
    assert base32_secret(11, "", "x") != base32_secret(1, "1", "x")


def test_a_secret_has_160_bits_of_base32() -> None:
    secret = base32_secret(1, "ada", "totp")
    assert len(secret) == 32
    assert set(secret) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")


def test_what_others_do_leaves_a_users_secret_alone() -> None:
    def secret(*, others_act: bool) -> str | None:
        simulation = nordwind(required(7))
        if others_act:
            simulation.act(LogIn("grace", "grace", "wrong"))
            simulation.act(LogIn("grace", "grace", "correct-horse"))
        simulation.act(LogIn("ada", "ada", "correct-horse"))
        simulation.act(show_qr_code(simulation, "ada"))
        return simulation.world.browsers["ada"].pending_secret

    assert secret(others_act=True) == secret(others_act=False) is not None
