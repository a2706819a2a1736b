"""The editor of a conditional access policy, with what it would change while it is edited."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Button, Input, Label, Static

from mfadrill.core.conditional_access import CreatePolicy, UpdatePolicy
from mfadrill.core.factors import Factor
from mfadrill.core.organization import Plan
from mfadrill.core.policies import Policy, ResourceId
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import GroupId
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.admin_portal.policies.conditions_form import ConditionsForm
from mfadrill.tui.admin_portal.policies.policy_form_view import Answer, PolicyValues, policy_of, values_of
from mfadrill.tui.admin_portal.policies.what_if_panel import WhatIfPanel
from mfadrill.tui.choice import Choice
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment
from mfadrill.tui.tick import Tick
from mfadrill.tui.tick_list import TickList

EVERYBODY, SOME = "All users", "Members of groups"
PORTAL, APPLICATIONS = "User Portal", "Applications"


class PolicyEditor(Dialog[None]):
    """Saves by itself. A refusal is explained in place, and the world may change below it: edits are kept."""

    HELP = (
        "A conditional access policy: whom it targets, what it guards, under which conditions, and what it does. "
        "Below stands what everybody's next log-in would meet if the policy were saved as it is in the form; "
        "enter on a line shows the names. Nothing is saved until you press save."
    )
    KEYS = (
        ("tab", "next"),
        ("←→", "choose"),
        ("space", "tick"),
        ("enter", "names, press"),
        ("esc", "closes"),
    )
    DEFAULT_CSS = """
    /* Of one height, so that nothing moves under the mouse while numbers come and go. */
    PolicyEditor #box { width: 100; height: 100%; max-height: 44; }
    PolicyEditor .row { height: 1; }
    PolicyEditor .lists { height: auto; }
    PolicyEditor .label { width: 13; }
    PolicyEditor .row Field { width: 1fr; }
    PolicyEditor .column { width: 1fr; height: auto; margin: 0 2 0 0; }
    PolicyEditor #factors-row Tick { margin: 0 3 0 0; }
    PolicyEditor #said { height: auto; }
    PolicyEditor #said.problem { color: $error; }
    """

    def __init__(self, policy: Policy | None, moment: Moment) -> None:
        super().__init__()
        self.policy, self.moment = policy, moment
        self.saved = values_of(policy)
        self._seen = self.saved
        self._asked = False

    def compose(self) -> ComposeResult:
        values = self.saved
        title = "New conditional access policy" if self.policy is None else f"Policy: {self.policy.name}"
        with Box(title):
            with Horizontal(classes="row"):
                yield Label("Name", classes="label")
                yield Field(values.name, id="name")
            with Horizontal(classes="row"):
                yield Label("Description", classes="label")
                yield Field(values.description, id="description")
            with Horizontal(classes="row"):
                yield Label("Status", classes="label")
                yield Tick("ON", values.on, id="on")
            yield from self._targets(values)
            yield from self._effect(values)
            yield Static("Conditions", classes="heading", markup=False)
            yield ConditionsForm(None if self.policy is None else self.policy.conditions, id="conditions")
            yield Static("What if it were saved like this?", classes="heading", markup=False)
            yield WhatIfPanel(self.moment, id="what-if")
            yield Words(id="said")
            with Horizontal(classes="buttons"):
                yield RowButton("save policy", id="save", primary=True)
                yield RowButton("discard", id="discard")

    def _targets(self, values: PolicyValues) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label("Users", classes="label")
            yield Choice([EVERYBODY, SOME], EVERYBODY if values.all_users else SOME, id="whom")
        with Horizontal(classes="lists"):
            yield Label("", classes="label")
            with Vertical(classes="column", id="groups-column"):
                yield Label("targeted groups", classes="muted")
                yield TickList("There is no group.", id="groups")
            with Vertical(classes="column"):
                yield Label("except (always wins)", classes="muted")
                yield TickList("There is no group.", id="excluded")
        with Horizontal(classes="row"):
            yield Label("Resources", classes="label")
            yield Choice([PORTAL, APPLICATIONS], PORTAL if values.portal else APPLICATIONS, id="what")
        with Horizontal(classes="lists", id="applications-row"):
            yield Label("", classes="label")
            yield TickList("There is no application.", id="applications")

    def _effect(self, values: PolicyValues) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Label("Action", classes="label")
            yield Choice([*Answer], values.answer, id="answer")
        with Horizontal(classes="row", id="factors-row"):
            yield Label("Factors", classes="label")
            enabled = self.moment.world.organization.factors
            for factor in Factor:
                label = factor.label if factor in enabled else f"{factor.label} (off)"
                yield Tick(label, factor in values.factors, id=f"factor-{factor.value.lower()}")
        yield Static("             none ticked: all that are on", id="factors-note", classes="muted")
        with Horizontal(classes="row", id="message-row"):
            yield Label("Message", classes="label")
            yield Field(values.message, "what the person who is denied reads", id="message")

    def on_mount(self) -> None:
        self._show_choices(self.saved)
        self._fit_form(self.saved)
        self.query_one("#said").display = False
        self.query_one("#name").focus()
        self._look_ahead()

    def show(self, moment: Moment) -> None:
        """The world changed below: what is typed and ticked stays."""
        same = moment.world is self.moment.world and moment.now == self.moment.now
        self.moment = moment
        if self.is_mounted and not same:
            self._show_choices(self.values)
            self._look_ahead()

    def _show_choices(self, values: PolicyValues) -> None:
        world = self.moment.world
        groups = sorted(((g.id, g.name) for g in world.groups.values()), key=lambda g: g[1].casefold())
        self.query_one("#groups", TickList).show(groups, values.groups)
        self.query_one("#excluded", TickList).show(groups, values.excluded)
        applications = ((a.id, a.name) for a in world.applications.values())
        self.query_one("#applications", TickList).show(
            sorted(applications, key=lambda a: a[1].casefold()), values.applications
        )
        self.query_one(ConditionsForm).show(world.organization.plan is Plan.PREMIUM)

    @property
    def values(self) -> PolicyValues:
        """What the form holds."""
        ticks = {id_: self.query_one(f"#{id_}", TickList).ticked for id_ in ("groups", "excluded")}
        applications = self.query_one("#applications", TickList).ticked
        return PolicyValues(
            name=self.query_one("#name", Input).value,
            description=self.query_one("#description", Input).value,
            on=self.query_one("#on", Tick).value,
            all_users=self.query_one("#whom", Choice).value == EVERYBODY,
            groups=frozenset(GroupId(id_) for id_ in ticks["groups"]),
            excluded=frozenset(GroupId(id_) for id_ in ticks["excluded"]),
            portal=self.query_one("#what", Choice).value == PORTAL,
            applications=frozenset(ResourceId(id_) for id_ in applications),
            conditions=self.query_one(ConditionsForm).values,
            answer=Answer(self.query_one("#answer", Choice).value),
            factors=frozenset(
                factor for factor in Factor if self.query_one(f"#factor-{factor.value.lower()}", Tick).value
            ),
            message=self.query_one("#message", Input).value,
        )

    # Editing

    @on(Input.Changed)
    @on(Tick.Changed)
    @on(Choice.Changed)
    @on(TickList.Changed)
    @on(ConditionsForm.Changed)
    def _edited(self, event: Message) -> None:
        event.stop()
        values = self.values
        if values != self._seen:
            self._seen = values
            self._asked = False
            self._say("")
            self._fit_form(values)
            self._look_ahead()

    def _fit_form(self, values: PolicyValues) -> None:
        """Show the fields that count with what is chosen."""
        self.query_one("#groups-column").display = not values.all_users
        self.query_one("#applications-row").display = not values.portal
        mfa = values.answer is Answer.MFA
        self.query_one("#factors-row").display = self.query_one("#factors-note").display = mfa
        self.query_one("#message-row").display = values.answer is Answer.DENY

    def _look_ahead(self) -> None:
        self.query_one(WhatIfPanel).ask(policy_of(self.values, self.policy), self.moment)

    @on(WhatIfPanel.Said)
    def _said_below(self, event: WhatIfPanel.Said) -> None:
        """The numbers stay in sight where the terminal is too low for all of the form."""
        event.stop()
        self.query_one("#box").border_subtitle = event.text

    def _say(self, text: str, *, problem: bool = False) -> None:
        said = self.query_one("#said", Words)
        said.say(text, problem=problem)
        said.display = bool(text)
        if text:
            said.scroll_visible(animate=False)

    # Saving and leaving

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next()

    @on(Button.Pressed, "#save")
    def _save(self) -> None:
        policy = policy_of(self.values, self.policy)
        command = CreatePolicy(policy) if self.policy is None else UpdatePolicy(policy)
        self.post_message(Perform(command, self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._say(answer.text, problem=True)
        elif not answer.events:
            self._say("Nothing was changed, so nothing is saved.")
        else:
            self.leave(None)

    @on(Button.Pressed, "#discard")
    def _discard(self) -> None:
        self.dismiss(None)

    def action_close(self) -> None:
        if self.values != self.saved and not self._asked:
            self._asked = True
            self._say("Unsaved: esc again discards what you edited.", problem=True)
        else:
            self.dismiss(None)
