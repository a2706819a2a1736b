"""The part of the policy editor that is about conditions."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Input, Label

from mfadrill.core.policies import Condition
from mfadrill.tui.admin_portal.policies.policies_view import condition_in_words
from mfadrill.tui.admin_portal.policies.policy_form_view import ConditionValues, Device, condition_values
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Field, Words
from mfadrill.tui.tick import Tick

LOCKED = "Conditions need the premium plan, which this organization does not have."
ALL_OF, ANY_OF = "all of these", "any of these"


class ConditionsForm(Vertical):
    """Flat conditions. Others are shown in words, and kept until they are to be replaced."""

    DEFAULT_CSS = """
    ConditionsForm { height: auto; }
    ConditionsForm .row { height: 1; }
    ConditionsForm .label { width: 13; }
    ConditionsForm Field { width: 1fr; margin: 0 2 0 0; }
    ConditionsForm Words { height: auto; }
    ConditionsForm #locked { color: $warning; }
    """

    class Changed(Message):
        """Another condition is meant than before."""

    def __init__(self, condition: Condition | None, *, id: str) -> None:
        super().__init__(id=id)
        self._condition = condition
        self._fitting = condition_values(condition)
        self._premium = True

    @property
    def values(self) -> ConditionValues | None:
        """None while conditions that do not fit are kept."""
        if self._fitting is None and not self.query_one("#replace", Tick).value:
            return None
        return ConditionValues(
            device=Device(self.query_one("#device", Choice).value),
            ips=self.query_one("#ips", Input).value,
            not_ips=self.query_one("#not-ips", Tick).value,
            countries=self.query_one("#countries", Input).value,
            not_countries=self.query_one("#not-countries", Tick).value,
            systems=self.query_one("#systems", Input).value,
            not_systems=self.query_one("#not-systems", Tick).value,
            any_of=self.query_one("#combine", Choice).value == ANY_OF,
        )

    def compose(self) -> ComposeResult:
        values = self._fitting or ConditionValues()
        yield Words(LOCKED, id="locked")
        if self._fitting is None and self._condition is not None:
            yield Words(f"Kept as it is: {condition_in_words(self._condition)}", id="kept")
            yield Tick("Replace it by the fields below", id="replace")
        with Vertical(id="fields"):
            with Horizontal(classes="row"):
                yield Label("Device", classes="label")
                yield Choice([*Device], values.device, id="device")
            yield from _row("IP in", "ips", values.ips, "such as 10.0.0.0/8, 192.0.2.1", values.not_ips)
            yield from _row(
                "Country in", "countries", values.countries, "such as DE, PL", values.not_countries
            )
            yield from _row("OS in", "systems", values.systems, "such as windows, macos", values.not_systems)
            with Horizontal(classes="row"):
                yield Label("Holds for", classes="label")
                yield Choice([ALL_OF, ANY_OF], ANY_OF if values.any_of else ALL_OF, id="combine")

    def on_mount(self) -> None:
        self.query_one("#fields").styles.height = "auto"
        self.show(self._premium)

    def show(self, premium: bool) -> None:
        """Whether the organization may have conditions at all."""
        self._premium = premium
        if not self.is_mounted:
            return
        self.query_one("#locked").display = not premium
        kept = self._fitting is None and not self.query_one("#replace", Tick).value
        self.query_one("#fields").disabled = kept or not premium
        for tick in self.query("#replace"):
            tick.disabled = not premium

    @on(Tick.Changed)
    @on(Choice.Changed)
    @on(Input.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        self.show(self._premium)
        self.post_message(self.Changed())


def _row(label: str, id_: str, value: str, example: str, negated: bool) -> ComposeResult:
    with Horizontal(classes="row"):
        yield Label(label, classes="label")
        yield Field(value, example, id=id_)
        yield Tick("not", negated, id=f"not-{id_}")
