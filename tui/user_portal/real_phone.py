"""A real phone against a simulated clock.

A person may scan the QR code off the terminal with their own phone. That phone lives in real time, and the
simulated clock stands somewhere else, so none of its codes would ever be right. The secret is the same, though:
who can show the code of the real instant has the secret, and could show the code of the simulated one. So the
portal takes the first for the second. This is the interface's affair alone: the core never knows the wall clock.
"""

from datetime import datetime

from mfadrill.core.totp import accepted_step, code_at


def meant_code(secret: str, typed: str, now: datetime, wall: datetime) -> str:
    """The code to give to the core: what was typed, or the code of `now` if the typed one is right at `wall`."""
    if accepted_step(secret, typed, now) is not None or accepted_step(secret, typed, wall) is None:
        return typed
    return code_at(secret, now)
