"""The MFA tab: the factors, the portal default, and the other settings of the organization."""

import asyncio

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Label, Select, Static

from mfadrill.core.factors import Factor
from mfadrill.core.organization import Organization, Plan, PortalDefault
from mfadrill.core.refusals import Refusal
from mfadrill.core.settings import UpdateOrganization
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.mfa.harm import Harm, can_hurt, harm, question, switched_off
from mfadrill.tui.admin_portal.mfa.settings_form import NUMBERS, shown_number, update_of
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.confirm_dialog import ConfirmDialog
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
        "applies. Space ticks; numbers are saved on enter, or when you go on. A refusal says why. On a factor that is "
        "on, and on the portal default, a line says how many users it would hurt to switch the factor off, or to deny; "
        "such a switch asks first."
    )
    DEFAULT_CSS = """
    MfaTab { padding: 0 1; background: $surface; scrollbar-size-vertical: 1; }
    MfaTab Static { height: auto; }
    MfaTab .heading { color: $primary; text-style: bold; margin: 1 0 0 0; }
    MfaTab Select { width: 44; max-width: 100%; }
    MfaTab Select > SelectCurrent { background: $panel; }
    MfaTab #mfa-said, MfaTab #number-said { color: $error; }
    /* Always as high, so that nothing moves under the mouse. */
    MfaTab #mfa-touches { color: $warning; height: 4; }
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
        self.moment: Moment | None = None
        #: What each number field showed when it was last in force, and why what is typed there was refused.
        self._shown: dict[str, str] = {}
        self._refused: dict[str, str] = {}

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
        yield Words(id="mfa-touches")
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
        before, self.moment = self.organization, moment
        self._put_back(before)
        self._look_ahead()

    @property
    def organization(self) -> Organization | None:
        return None if self.moment is None else self.moment.world.organization

    def _put_back(self, before: Organization | None = None) -> None:
        """Show what is in force in the controls; since `before`, only the factors that were switched.

        Another factor may have been ticked just now, and what that asks for is still on its way.
        """
        organization = self.organization
        if organization is None:
            return
        with self.prevent(Tick.Changed, Select.Changed):
            for factor in Factor if before is None else before.factors ^ organization.factors:
                self.query_one(f"#factor-{factor.value}", Tick).value = factor in organization.factors
            self.query_one("#portal-default", Select).value = organization.portal_default
            self.query_one("#unified", Tick).value = organization.unified_mfa
            self.query_one("#plan", Select).value = organization.plan
        for field in NUMBERS:
            number, shown = self.query_one(f"#number-{field}", Input), self._shown.get(field, "")
            self._shown[field] = shown_number(field, organization)
            if number.value == shown:  # else somebody is typing there, or was refused
                number.value = self._shown[field]
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
            self._try(UpdateOrganization(factors=on))

    @on(Select.Changed)
    def _chosen(self, event: Select.Changed) -> None:
        event.stop()
        chosen = event.value
        if self.organization is None:
            return
        if isinstance(chosen, PortalDefault) and chosen is not self.organization.portal_default:
            self._try(UpdateOrganization(portal_default=chosen))
        elif isinstance(chosen, Plan) and chosen is not self.organization.plan:
            self.post_message(Perform(UpdateOrganization(plan=chosen), self._answered))

    @on(Input.Submitted)
    @on(Input.Blurred)
    def _number_typed(self, event: Input.Submitted | Input.Blurred) -> None:
        event.stop()
        field = (event.input.id or "").removeprefix("number-")
        if self.moment is None or self.organization is None:
            return
        if event.value.strip() == shown_number(field, self.organization):
            self._say_number(field, "")
            return
        try:
            command = update_of(field, event.value)
            command.decide(self.moment.world, self.moment.now)
        except Refusal as refusal:
            self._say_number(field, refusal.text)
        else:
            self._say_number(field, "")
            self._shown[field] = event.value
            self.post_message(Perform(command, self._number_answered))

    def _say_number(self, field: str, refusal: str) -> None:
        """A number that is refused stays as it was typed, and why stays beside it."""
        self._refused[field] = refusal
        refusals = "\n".join(self._refused[field] for field in NUMBERS if self._refused.get(field))
        self.query_one("#number-said", Words).say(refusals, problem=bool(refusals))

    # What hurts asks first

    def _try(self, command: UpdateOrganization) -> None:
        """Change the setting; one that can hurt is counted first, and asks where it does."""
        moment, organization = self.moment, self.organization
        if moment is None or organization is None:
            return
        try:
            command.decide(moment.world, moment.now)
        except Refusal as refusal:
            self._answered(refusal)
            return
        if not can_hurt(command, organization):
            self._perform(command)
            return
        self._put_back()
        if len(moment.world.users) <= MANY:
            self._ask(command, organization, harm(command, moment.world, moment.now))
        else:
            self._say_touched("Counting whom it touches…")
            aside(self, "harm", self._ask_aside, command, moment)

    async def _ask_aside(self, command: UpdateOrganization, moment: Moment) -> None:
        found = await asyncio.to_thread(harm, command, moment.world, moment.now)
        if self.screen.is_current and self.moment is moment:
            self._ask(command, moment.world.organization, found)

    def _ask(self, command: UpdateOrganization, organization: Organization, found: Harm) -> None:
        self._say_touched("")
        if not found.any:
            self._perform(command)
            return

        def answered(do_it: bool | None) -> None:
            if do_it:
                self._perform(command)

        verb = "switch off" if switched_off(command, organization) else "deny"
        self.app.push_screen(ConfirmDialog(question(command, organization), found.lines(), verb), answered)

    def _perform(self, command: UpdateOrganization) -> None:
        self.post_message(Perform(command, self._answered))

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        self._look_ahead()

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        self._say_touched("")

    def _look_ahead(self) -> None:
        """Say whom it would hurt to use the control that has the focus."""
        moment = self.moment
        command = None if moment is None else self._hurting_command(moment.world.organization)
        if moment is None or command is None:
            self.workers.cancel_group(self, "harm")
            self._say_touched("")
        elif len(moment.world.users) <= MANY:
            self._tell(command, moment.world.organization, harm(command, moment.world, moment.now))
        else:
            aside(self, "harm", self._look_aside, command, moment)

    async def _look_aside(self, command: UpdateOrganization, moment: Moment) -> None:
        found = await asyncio.to_thread(harm, command, moment.world, moment.now)
        self._tell(command, moment.world.organization, found)

    def _hurting_command(self, organization: Organization) -> UpdateOrganization | None:
        """What the control that has the focus could do that hurts."""
        for factor in organization.factors:
            if self.query_one(f"#factor-{factor.value}").has_focus:
                return UpdateOrganization(factors=organization.factors - {factor})
        default = self.query_one("#portal-default")
        if default.has_focus and organization.portal_default is not PortalDefault.DENY:
            return UpdateOrganization(portal_default=PortalDefault.DENY)
        return None

    def _tell(self, command: UpdateOrganization, organization: Organization, found: Harm) -> None:
        said = " ".join(found.lines())
        self._say_touched(f"{question(command, organization)}: {said}" if said else "")

    def _say_touched(self, text: str) -> None:
        self.query_one("#mfa-touches", Words).say(text)

    def _number_answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#number-said", Words).say(answer.text, problem=True)

    def _answered(self, answer: Receipt | Refusal) -> None:
        refused = isinstance(answer, Refusal)
        self.query_one("#mfa-said", Words).say(answer.text if refused else "")
        if refused:
            self._put_back()
