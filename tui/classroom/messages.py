"""What an instructor asks of a server, and what it answers: a JSON line each, over a socket for its owner."""

import msgspec
from msgspec import Struct

#: The socket, in the folder of the server.
SOCKET = "classroom"

#: Bytes of the longest line, which is a screen full of colors.
LONGEST = 2**23


class Look(Struct, frozen=True, tag=True):
    """Who is there? `screen_of` is a trainee whose screen is shown, too."""

    screen_of: str = ""


class Say(Struct, frozen=True, tag=True):
    """Show a message to one trainee, or to everybody who is there."""

    text: str
    to: str = ""


class Restart(Struct, frozen=True, tag=True):
    """Begin a sandbox anew, or that of everybody who is there; what it was is put aside.

    `scenario` is what new sandboxes begin with from now on, those of everybody who is there first; never for one alone.
    """

    scenario: str = ""
    name: str = ""


Request = Look | Say | Restart


class Trainee(Struct, frozen=True):
    """One who is there. `door` is how they came, `idle` the seconds since they typed something.

    `looks_at` is what is on their screen, and `at` the simulated instant, both in words.
    """

    name: str
    address: str
    door: str
    looks_at: str
    at: str
    branch: str
    idle: float
    size: tuple[int, int]


class Screen(Struct, frozen=True):
    """The rows of a trainee's screen, with the codes of their colors."""

    name: str
    width: int
    rows: list[str]


class Seen(Struct, frozen=True, tag=True):
    """The answer to a look. `scenario` is what new sandboxes begin with."""

    trainees: list[Trainee]
    screen: Screen | None = None
    scenario: str = ""


class Done(Struct, frozen=True, tag=True):
    """The answer to the rest: for whom it was done."""

    names: list[str]


class NotDone(Struct, frozen=True, tag=True):
    """Nothing was done; the text says why."""

    why: str


Answer = Seen | Done | NotDone

requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
answers: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


def line(message: Request | Answer) -> bytes:
    return msgspec.json.encode(message) + b"\n"
