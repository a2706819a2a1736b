"""The MFA tab: the factors, which can be switched, and the other settings."""

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Select, Static

from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, PortalDefault
from mfadrill.core.refusals import Refusal
from mfadrill.core.settings import UpdateOrganization
from mfadrill.core.words import count
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.dialog import Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick

FACTOR_NOTES = {
    Factor.TOTP: "codes of an authenticator app; the enrollment period is for these",
    Factor.PUSH: "a prompt on the user's phone",
    Factor.WEBAUTHN: "security keys; cannot be the only factor",
    Factor.DUO: "needs no set-up here",
}


def settings_in_words(organization: Organization) -> str:
    """The settings that are shown only."""
    lockout = (
        "until an admin unlocks"
        if organization.lockout_minutes is None
        else f"for {count(organization.lockout_minutes, 'minute')}"
    )
    unified = "on: resetting TOTP removes the push device" if organization.unified_mfa else "off"
    return "\n".join(
        (
            f"Plan                {organization.plan.value.capitalize()}",
            f"Time zone           {organization.zone}",
            f"Account lock-out    after {count(organization.max_login_attempts, 'bad log-in')}, {lockout}",
            f"Push prompt waits   {count(organization.push_timeout_seconds, 'second')}",
            f"Unified MFA         {unified}",
        )
    )


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
    MfaTab #mfa-said { color: $error; }
    """

    BINDINGS = [
        Binding("up", "move(-1)", "Previous", show=False),
        Binding("down", "move(1)", "Next", show=False),
    ]

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self.organization: Organization | None = None

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
        yield Words(id="settings")

    def focus_first(self) -> None:
        self.query(Tick).first().focus()

    def action_move(self, by: int) -> None:
        """To the next control, or the one before."""
        controls = [*self.query(Tick), self.query_one(Select)]
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
        self.query_one("#settings", Words).say(settings_in_words(organization))

    @on(Tick.Changed)
    def _switched(self, event: Tick.Changed) -> None:
        event.stop()
        on = frozenset(f for f in Factor if self.query_one(f"#factor-{f.value}", Tick).value)
        if self.organization is not None and on != self.organization.factors:
            self.post_message(Perform(UpdateOrganization(factors=on), self._answered))

    @on(Select.Changed)
    def _default_chosen(self, event: Select.Changed) -> None:
        event.stop()
        chosen = event.value
        if self.organization is None or not isinstance(chosen, PortalDefault):
            return
        if chosen is not self.organization.portal_default:
            self.post_message(Perform(UpdateOrganization(portal_default=chosen), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        refused = isinstance(answer, Refusal)
        self.query_one("#mfa-said", Words).say(answer.text if refused else "")
        if refused:
            self._put_back()
