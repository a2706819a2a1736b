"""What the portal makes up for the set-up of a factor: secrets, challenges, and the keys that people bring.

All of it comes from the streams of the user, so that a replay makes up the same.
"""

from mfadrill.core.authenticator import encoded
from mfadrill.core.commands import Command
from mfadrill.core.handling_keys import BeginKeyCeremony, GiveSecurityKey, TouchSecurityKey
from mfadrill.core.keys_in_hand import KeyInHand
from mfadrill.core.refusals import NotAtThisStep
from mfadrill.core.relying_party import ORIGIN
from mfadrill.core.setting_up import StartTotpEnrollment
from mfadrill.core.together import Together
from mfadrill.core.users import UserId
from mfadrill.core.world import World
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.streams import base32_secret, digest


def show_qr_code(simulation: Simulation, browser: str) -> StartTotpEnrollment:
    """Begin to set up TOTP in this browser, with a new secret."""
    user = _user(simulation.world, browser)
    secret = base32_secret(simulation.seed, user or "", f"totp {browser} {simulation.now.isoformat()}")
    return StartTotpEnrollment(browser, secret)


def new_key(simulation: Simulation, holder: str) -> GiveSecurityKey:
    """A new security key for a user or the attacker."""
    number = 1
    while (serial := f"{holder.replace(' ', '-')}-key{number}") in simulation.world.keys:
        number += 1
    return GiveSecurityKey(
        holder, serial, digest(simulation.seed, holder, f"security key {number}", 32).hex()
    )


def touch_key(
    simulation: Simulation,
    browser: str,
    *,
    holder: str = "",
    serial: str = "",
    origin: str = ORIGIN,
    counter: int | None = None,
    challenge: str = "",
) -> Command:
    """The whole ceremony: the portal asks, the holder touches a key, the portal verifies.

    The holder is the user unless somebody else is named; the key is the one that fits, unless one is named. Who has
    no key is handed a new one to register. The challenge (base64url) is made up, if none is given.
    Raises NotAtThisStep where no key can answer.
    """
    world = simulation.world
    user = _user(world, browser)
    holder = holder or user or ""
    if not challenge:
        purpose = f"webauthn {browser} {simulation.position}"
        challenge = encoded(digest(simulation.seed, user or "", purpose, 32))
    commands: list[Command] = []
    if not serial:
        keys = keys_of(world, holder)
        registered: set[str] = set()
        if user is not None:
            registered = {key.credential for key in world.users[user].security_keys}
        wanted = [key for key in keys if bool(registered.intersection(key.credentials)) is bool(registered)]
        if wanted:
            serial = max(wanted, key=lambda key: key.plugged_in).serial
        elif registered:
            raise NotAtThisStep("No security key at hand is registered for this account.")
        else:
            given = new_key(simulation, holder)
            commands.append(given)
            serial = given.serial
    commands.append(BeginKeyCeremony(browser, challenge))
    commands.append(TouchSecurityKey(browser, serial, origin, counter))
    return Together(tuple(commands))


def keys_of(world: World, holder: str) -> list[KeyInHand]:
    """The security keys in somebody's hand, by serial."""
    return sorted((key for key in world.keys.values() if key.holder == holder), key=lambda key: key.serial)


def _user(world: World, browser: str) -> UserId | None:
    session = world.browsers.get(browser)
    return None if session is None else session.user
