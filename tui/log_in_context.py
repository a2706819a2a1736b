"""Where a log-in comes from, to be filled in: device, country, IP address, operating system."""

from ipaddress import ip_address

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from mfadrill.core.plain import is_plain
from mfadrill.core.policies import Context
from mfadrill.core.refusals import UnusableValue
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Field

DEVICES = {"unknown": None, "managed": True, "not managed": False}

#: No address or name of a system is longer, whatever is pasted.
MAX_TYPED = 60


def read_context(managed: bool | None, country: str, ip: str, system: str) -> Context:
    """Where the log-in comes from; what is empty is unknown. Raises UnusableValue for what is wrong with it."""
    country, ip, system = country.strip(), ip.strip(), system.strip()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise UnusableValue(f"{country!r} is not a two-letter country code, such as 'DE'.")
    if ip and not _is_address(ip):
        raise UnusableValue(f"{ip!r} is not an IP address.")
    if not is_plain(system):
        raise UnusableValue("An operating system is one line of printable characters, such as 'windows'.")
    return Context(
        ip=ip or None,
        country=country.upper() or None,
        device_managed=managed,
        os=system.casefold() or None,
    )


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return is_plain(text)  # what follows the % of an IPv6 address may be anything


class ContextFields(Vertical):
    """Two rows. Says nothing by itself: who shows it listens to the fields, and reads the context."""

    DEFAULT_CSS = """
    ContextFields { height: auto; }
    ContextFields .row { height: 1; }
    ContextFields .label { width: 13; }
    ContextFields .next { width: auto; margin: 0 1 0 0; }
    ContextFields Field { width: 1fr; margin: 0 2 0 0; }
    ContextFields #from-country { width: 9; }
    """

    def __init__(self, context: Context | None = None, *, id: str = "from") -> None:
        super().__init__(id=id)
        self._shown_first = context or Context()

    def compose(self) -> ComposeResult:
        known = self._shown_first
        device = next(words for words, managed in DEVICES.items() if managed is known.device_managed)
        with Horizontal(classes="row"):
            yield Label("From device", classes="label")
            yield Choice([*DEVICES], device, id="from-device")
        with Horizontal(classes="row"):
            yield Label("Country", classes="label")
            yield _field(known.country, "from-country")
            yield Label("IP", classes="next")
            yield _field(known.ip, "from-ip")
            yield Label("OS", classes="next")
            yield _field(known.os, "from-os")

    @property
    def context(self) -> Context:
        """What is known of the log-in. Raises UnusableValue for what is wrong with it."""
        country, ip, system = (
            self.query_one(f"#from-{fact}", Input).value for fact in ("country", "ip", "os")
        )
        return read_context(DEVICES[self.query_one("#from-device", Choice).value], country, ip, system)


def _field(known: str | None, id_: str) -> Field:
    field = Field(known or "", "unknown", id=id_)
    field.max_length = MAX_TYPED
    return field
