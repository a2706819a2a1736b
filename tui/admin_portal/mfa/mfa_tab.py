"""The MFA tab: the factors, the portal default, and the other settings of the organization."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Select, Static

from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan, PortalDefault
from mfadrill.core.refusals import Refusal
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.mfa.settings_form import NUMBERS, shown_number, update_of
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.dialog import Field, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick

FACTOR_NOTES = {
    Factor.TOTP: "codes of an authenticator app; the enrollment period is for these",
    Factor.PUSH: "a prompt on the user's phone",
    Factor.WEBAUTHN: "security keys; cannot be the only factor",
    Factor.DUO: "needs no set-up here",
}


class MfaTab(VerticalScroll, Tab, can_focus=False):
    HELP = (
        "MFA: the factors that the organization has enabled, and what holds at the User Portal when no policy "
        "applies. Space ticks; a refusal says why."
    )
    DEFAULT_CSS = """
    MfaTab { padding: 0 1; background: $surface; scrollbar-size-vertical: 1; }
    MfaTab Static { height: auto; }
    MfaTab .heading { color: $primary; text-style: bold; margin: 1 0 0 0; }
    MfaTab Select { width: 44; max-width: 100%; }
    MfaTab Select > SelectCurrent { background: $panel; }
    MfaTab #mfa-said, MfaTab #number-said { color: $error; }
    MfaTab .number { height: 1; }
    MfaTab .number Label { width: 24; }
    MfaTab .number .unit { width: 1fr; color: $text-muted; padding: 0 0 0 1; }
    MfaTab .number Field { width: 8; }
    MfaTab .number Select { width: 20; }
    """

    BINDINGS = [
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("down", "move(1)", "Next", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.organization: Organization | None = None
        self._refused_number = False

    def compose(self) -> ComposeResult:
        yield Static("Factors", classes="heading")
        for factor in Factor:
            label = f"{factor.label} – {FACTOR_NOTES[factor]}"
            yield Tick(label, id=f"factor-{factor.value}")
        yield Static("Portal default, where no policy applies", classes="heading")
        yield Select(
            [(default.label, default) for default in PortalDefault],
            id="portal-default",
            allow_blank=False,
            compact=True,
        )
        yield Words(id="mfa-said")
        yield Static("Other settings", classes="heading")
        yield Tick("Unified MFA: resetting TOTP removes the push device, too", id="unified")
        for field, (label, unit) in NUMBERS.items():
            with Horizontal(classes="number"):
                yield Label(label)
                yield Field(id=f"number-{field}")
                yield Label(unit, classes="unit")
        yield Words(id="number-said")
        with Horizontal(classes="number"):
            yield Label("Plan")
            yield Select(
                [(plan.value.capitalize(), plan) for plan in Plan], id="plan", allow_blank=False, compact=True
            )
        yield Words(id="settings")

    def focus_first(self) -> None:
        self.query(Tick).first().focus()

    def action_move(self, by: int) -> None:
        """To the next control, or the one before."""
        controls = [*self.query("Tick, Select, Field")]
        at = next((n for n, control in enumerate(controls) if control.has_focus), None)
        if at is not None:
            controls[max(0, min(at + by, len(controls) - 1))].focus()

    def show(self, moment: Moment) -> None:
        self.organization = moment.world.organization
        self._put_back()

    def _put_back(self) -> None:
        """Show what is in force in the controls."""
        organization = self.organization
        if organization is None:
            return
        with self.prevent(Tick.Changed, Select.Changed):
            for factor in Factor:
                self.query_one(f"#factor-{factor.value}", Tick).value = factor in organization.factors
            self.query_one("#portal-default", Select).value = organization.portal_default
            self.query_one("#unified", Tick).value = organization.unified_mfa
            self.query_one("#plan", Select).value = organization.plan
        if not self._refused_number:
            for field in NUMBERS:
                self.query_one(f"#number-{field}", Input).value = shown_number(field, organization)
        self.query_one("#settings", Words).say(f"Time zone: {organization.zone}, which cannot be changed.")

    @on(Tick.Changed)
    def _switched(self, event: Tick.Changed) -> None:
        event.stop()
        if self.organization is None:
            return
        if event.tick.id == "unified":
            self.post_message(Perform(UpdateOrganization(unified_mfa=event.value), self._answered))
            return
        on = frozenset(f for f in Factor if self.query_one(f"#factor-{f.value}", Tick).value)
        if on != self.organization.factors:
            self.post_message(Perform(UpdateOrganization(factors=on), self._answered))

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        event.stop()
        chosen = event.value
        if self.organization is None:
            return
        if isinstance(chosen, PortalDefault) and chosen is not self.organization.portal_default:
            self.post_message(Perform(UpdateOrganization(portal_default=chosen), self._answered))
        elif isinstance(chosen, Plan) and chosen is not self.organization.plan:
            self.post_message(Perform(UpdateOrganization(plan=chosen), self._answered))

    @on(Input.Submitted)
    @on(Input.Blurred)
    def _number_typed(self, event: Input.Submitted | Input.Blurred) -> None:
        event.stop()
        field = (event.input.id or "").removeprefix("number-")
        if self.organization is None or event.value == shown_number(field, self.organization):
            self._number_answered(None)
            return
        try:
            command = update_of(field, event.value)
        except Refusal as refusal:
            self._number_answered(refusal)
        else:
            self.post_message(Perform(command, self._number_answered))

    def _number_answered(self, answer: Receipt | Refusal | None) -> None:
        """A number that is refused stays as it was typed."""
        self._refused_number = isinstance(answer, Refusal)
        words = self.query_one("#number-said", Words)
        words.say(answer.text if isinstance(answer, Refusal) else "", problem=self._refused_number)

    def _answered(self, answer: Receipt | Refusal) -> None:
        refused = isinstance(answer, Refusal)
        self.query_one("#mfa-said", Words).say(answer.text if refused else "")
        if refused:
            self._put_back()
