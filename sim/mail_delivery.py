"""Handing mails to an SMTP server, for who wants to see them in a mail program."""

from collections import deque
from collections.abc import Iterable
from smtplib import SMTP, SMTPException, SMTPRecipientsRefused, SMTPResponseException, SMTPServerDisconnected
from typing import NamedTuple
from weakref import WeakKeyDictionary

from mfadrill.core.events import MailSent
from mfadrill.core.words import count
from mfadrill.sim.mail_export import Outgoing
from mfadrill.sim.simulation import Simulation
from mfadrill.sim.timeline import Timeline

#: Seconds that the server has for each answer.
PATIENCE = 5.0


class Server(NamedTuple):
    host: str
    port: int

    @classmethod
    def parse(cls, text: str) -> "Server":
        """Such as `localhost:1025` or `[::1]:1025`. Raises ValueError."""
        host, _, port = text.strip().rpartition(":")
        if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port[:6]) < 65536:
            raise ValueError(f"{text!r} is no mail server; write it as HOST:PORT, such as localhost:1025")
        return cls(host.removeprefix("[").removesuffix("]"), int(port))

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class SentSince:
    """Which mails of a simulation are new: each fact is told once, however the cursor goes back and forth."""

    def __init__(self, simulation: Simulation) -> None:
        self._told: WeakKeyDictionary[Timeline, int] = WeakKeyDictionary()
        for branch in simulation.branches.values():
            self._told[branch] = len(branch)

    def new(self, simulation: Simulation) -> list[Outgoing]:
        """The mails that were sent on this branch since the last look; what it shares with another is not new."""
        branch = simulation.timeline
        begin = self._told.get(branch, branch.shared)
        events = branch.events[begin:]
        self._told[branch] = begin + len(events)
        # Names change by an admin's act only, and there is a look after each.
        world = branch.head
        return [
            Outgoing(event.mail, world.users[event.user], world.organization)
            for event in events
            if isinstance(event, MailSent)
        ]


class MailDelivery:
    """Mails on their way to a server, in order. What cannot be delivered waits for the next time."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.waiting: deque[Outgoing] = deque()
        self._down = False

    def hand_over(self, mails: Iterable[Outgoing]) -> None:
        self.waiting.extend(mails)

    def deliver(self) -> str:
        """Deliver what waits, one call at a time. Blocks; answers with what should be told, or nothing.

        A server that is away is told once. A mail that it refuses for good is given up; one refused for now waits.
        """
        delivered, refused, later = 0, list[str](), list[Outgoing]()
        away = ""
        try:
            # Without a name of our own, smtplib would look for one in the network.
            with SMTP(self.server.host, self.server.port, "localhost", PATIENCE) as smtp:
                while self.waiting:
                    try:
                        smtp.send_message(self.waiting[0].message)
                        delivered += 1
                    except (SMTPRecipientsRefused, SMTPResponseException) as error:
                        code, why = _answer(error)
                        if code < 500:
                            later.append(self.waiting[0])
                        else:
                            refused.append(f"{self.waiting[0].user.username}: {code} {why}")
                    self.waiting.popleft()
        except (SMTPException, OSError) as error:
            away = _reason(error)
        self.waiting.extendleft(reversed(later))
        return " ".join(part for part in (self._state(away, delivered), self._refused(refused)) if part)

    def _state(self, away: str, delivered: int) -> str:
        was_down, self._down = self._down, bool(away)
        if away and not was_down:
            return (
                f"The mail server {self.server} cannot be used: {away}. Mails are kept, and go out "
                "with the next one once it is back."
            )
        if was_down and not away:
            return f"The mail server {self.server} is back: {count(delivered, 'mail')} delivered."
        return ""

    def _refused(self, refused: list[str]) -> str:
        if not refused:
            return ""
        more = f" and {len(refused) - 1} more" if len(refused) > 1 else ""
        return f"The mail server {self.server} refused {count(len(refused), 'mail')}: {refused[0]}{more}."


def _answer(error: SMTPRecipientsRefused | SMTPResponseException) -> tuple[int, str]:
    """The server's code and words."""
    if isinstance(error, SMTPRecipientsRefused):
        code, said = next(iter(error.recipients.values()))
    else:
        code, said = error.smtp_code, error.smtp_error
    return code, said.decode("utf-8", "replace") if isinstance(said, bytes) else said


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it does not answer"
    if isinstance(error, SMTPServerDisconnected):
        return "it closed the connection"
    if isinstance(error, SMTPResponseException):
        return f"it answers {error.smtp_code}"
    return str(getattr(error, "strerror", None) or error).rstrip(".").lower()
