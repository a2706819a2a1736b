"""One user's whole way: require, log in, enroll, log in again, challenge, reset; against pyotp's part of it alone.

The QR code is left out. Run: python benchmarks/one_user.py
"""

from datetime import UTC, datetime, timedelta

from measure import line, pair
from pyotp.totp import TOTP

from mfadrill.core.accounts import CreateUsers, NewUser
from mfadrill.core.challenges import AnswerTotp
from mfadrill.core.handling_phones import ScanQrCode
from mfadrill.core.organization import Organization
from mfadrill.core.portal import LogIn
from mfadrill.core.requirement import RequireMfa, ResetTotp
from mfadrill.core.setting_up import ConfirmTotp
from mfadrill.core.settings import CreateOrganization
from mfadrill.core.status import FactorStatus, totp_status
from mfadrill.core.users import user_id
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.simulation import Simulation

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
ADA = user_id("ada")
ROUNDS = 200


def fresh() -> Simulation:
    organization = CreateOrganization(Organization(name="Nordwind"))
    return Simulation(START, 1, [organization, CreateUsers((NewUser(username="ada", password="x"),))])


def whole_way(simulation: Simulation) -> None:
    simulation.act(RequireMfa((ADA,)))
    simulation.act(LogIn("b", "ada", "x"))
    simulation.act(show_qr_code(simulation, "b"))
    simulation.act(ScanQrCode("b"))
    phone = simulation.world.phones[ADA]
    simulation.act(ConfirmTotp("b", phone.code(phone.entries[-1], simulation.now)))
    simulation.advance(timedelta(seconds=30))
    simulation.act(LogIn("b", "ada", "x"))
    simulation.act(AnswerTotp("b", phone.code(phone.entries[-1], simulation.now)))
    assert totp_status(simulation.world.users[ADA], simulation.world.organization, simulation.now) is (
        FactorStatus.ENROLLED
    )
    simulation.act(ResetTotp((ADA,)))


def with_pyotp() -> None:
    """The two codes shown and the two codes verified."""
    totp = TOTP("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
    for moment in (START, START + timedelta(seconds=30)):
        assert totp.verify(totp.at(moment), for_time=moment, valid_window=1)


def main() -> None:
    simulations = [[fresh() for _ in range(ROUNDS)] for _ in range(6)]

    def ours() -> None:
        for simulation in simulations.pop():
            whole_way(simulation)

    def peer() -> None:
        for _ in range(ROUNDS):
            with_pyotp()

    timing = pair(ours, peer)
    took = timing.ours / ROUNDS
    what = "enroll, log in, challenge, reset for one user"
    line(what, f"{took * 1000:.3f} ms", "< 1 ms", f"{timing.ratio:.1f}x pyotp's part")


if __name__ == "__main__":
    main()
