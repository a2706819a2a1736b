"""The application: it wires panes, time bar and simulation, and does nothing else."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from textual import events, on
from textual.app import ComposeResult
from textual.dom import DOMNode
from textual.screen import Screen
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import User, UserId
from mfadrill.sim.mail_delivery import Server
from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.simulation import Receipt, Simulation
from mfadrill.sim.workspace import Workspace
from mfadrill.sim.workspaces import new_path
from mfadrill.tui.actions.action import Area, Situation
from mfadrill.tui.actions.registry import BY_ID, bindings
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.admin_portal.pane import AdminPortal
from mfadrill.tui.admin_portal.users.filters import ShowUsers
from mfadrill.tui.admin_portal.users.saved_filters import SavedFilters
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.aside import MANY
from mfadrill.tui.ask_dialog import AskDialog
from mfadrill.tui.autosave import Autosave
from mfadrill.tui.branches.acts_screen import ActsScreen
from mfadrill.tui.branches.branches_screen import BranchesScreen
from mfadrill.tui.dialog import Dialog
from mfadrill.tui.files import ANYWHERE, Files, OneFolder
from mfadrill.tui.header import Header, HeaderView
from mfadrill.tui.help_screen import HelpScreen
from mfadrill.tui.jump_screen import JumpScreen, go_to, spots
from mfadrill.tui.key_line import CLOSES, KeyLine
from mfadrill.tui.main_screen import Main
from mfadrill.tui.menu import Menu
from mfadrill.tui.messages import OpenLogIn, OpenUser, Perform, Reply, Rework, Travel, is_heard
from mfadrill.tui.moment import Moment
from mfadrill.tui.outgoing_mail import OutgoingMail
from mfadrill.tui.palette import DrillCommands
from mfadrill.tui.panes import Panes
from mfadrill.tui.picture import Picture
from mfadrill.tui.replay.bar import ReplayBar
from mfadrill.tui.replay.choose_screen import ChooseScreen
from mfadrill.tui.save_scenario_dialog import SaveScenarioDialog
from mfadrill.tui.save_screen import SaveScreen
from mfadrill.tui.style_sheet import StyleSheet
from mfadrill.tui.theme import DARK, LIGHT, THEMES
from mfadrill.tui.time_bar.bar import TimeBar
from mfadrill.tui.time_bar.past_question import ALWAYS, PastQuestion, StaysInThePast
from mfadrill.tui.time_bar.time_view import (
    done_in_words,
)
from mfadrill.tui.time_bar.timeline_strip import TimelineStrip
from mfadrill.tui.time_bar.tooltip import what_lies_between
from mfadrill.tui.too_small import TooSmall, is_too_small
from mfadrill.tui.travelling import Travelling

#: The tab of the Admin Portal that does the actions of an area.
TAB_OF = {
    Area.USERS: "users",
    Area.GROUPS: "groups",
    Area.POLICIES: "policies",
    Area.EVENTS: "events",
}

Answer = TypeVar("Answer")

#: A scenario to replay, and after which of its steps to begin.
Replayed = tuple[Scenario, int]


@runtime_checkable
class Shows(Protocol):
    """A pane or dialog that draws the world."""

    def show(self, moment: Moment) -> None: ...


class DrillApp(Travelling):
    CSS = """
    CommandPalette SearchIcon { display: none; }
    """
    TITLE = "mfadrill"
    COMMANDS = {DrillCommands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS = [
        *bindings(Area.APPLICATION),
    ]

    def __init__(
        self,
        simulation: Simulation,
        *,
        title: str = "",
        saved_filters: Path | None = None,
        smtp: Server | None = None,
        workspace: Workspace | None = None,
        replay: Replayed | None = None,
        beginning: str = "",
        files: Files = ANYWHERE,
    ) -> None:
        """`saved_filters` is the file that keeps them; without it they last as long as the application.

        `smtp` is the mail server that is handed the mails which are sent from now on. `workspace` is what the
        simulation is kept in. `replay` is what it begins with. `beginning` is how the scenario begins that the
        simulation comes from, as it was written. `files` is where dialogs read and write.
        """
        super().__init__(simulation, workspace)
        self.stylesheet = StyleSheet(variables=self.get_css_variables())
        self.outgoing = None if smtp is None else OutgoingMail(self, smtp, simulation)
        self.saved_filters = SavedFilters(saved_filters)
        self.scenario_title = title
        self.beginning = beginning
        self.files = files
        self.animation_level = "none"
        self._replay = replay
        #: Acting in the past starts a branch; that is asked until the question is answered for good.
        self.asks_in_the_past = True
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def update_styles(self, node: DOMNode, animate: bool = True) -> None:
        # A widget that is not mounted yet is styled when it is; Textual would do it with each class it is given, too.
        if node.is_attached:
            super().update_styles(node, animate)

    def get_default_screen(self) -> Screen:
        return Main(id="_default")

    def compose(self) -> ComposeResult:
        yield Header()
        yield Panes()
        yield ReplayBar()
        yield TimeBar()
        yield KeyLine()

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._focus_moved, init=False)
        self.screen_change_signal.subscribe(self, lambda _: self._show_keys(), immediate=True)
        self.panes.fit(self.size.width)
        self.panes.admin.users.saved = self.saved_filters
        self.query_one(TimelineStrip).says = lambda *span: what_lies_between(self.simulation, *span)
        if self.autosave is not None:
            self.panes.admin.users.set_filters(self.autosave.filters)
        self.changed()
        self.panes.bring("admin")
        if self._replay is not None:
            self.replay_bar.begin(*self._replay, return_to=False)

    # One changed-signal

    def changed(self) -> None:
        """Show the world as it is now in every pane, and in dialogs that are open."""
        simulation = self.simulation
        moment = Moment(simulation.world, simulation.now, simulation.timeline, simulation.position)
        self.panes.show(moment)
        if self._knows_time or not self._is_large:
            self._main.query_one(TimeBar).show(self._time_view())
        else:
            self._simulate(lambda: None, lambda _: self.changed(), large=True)
        self.replay_bar.show()
        for screen in self.screen_stack[1:]:
            if isinstance(screen, Shows):
                screen.show(moment)
        self._show_header()
        self._show_keys()
        if self.outgoing is not None:
            self.outgoing.look(simulation)

    def _show_header(self) -> None:
        simulation = self.simulation
        self._main.query_one(Header).show(
            HeaderView(
                self.scenario_title,
                simulation.world.organization.name,
                len(simulation.world.users),
                simulation.timeline.name,
                "" if self.panes.is_wide else self.panes.current,
                self._one_at_a_time.locked(),
                self._workspace_name,
            )
        )

    # What the panes ask for

    @on(Perform)
    async def _perform(self, message: Perform) -> None:
        message.stop()
        if not (self.simulation.in_the_past and self.asks_in_the_past):
            self._do(message)
            return

        def answered(answer: str | None) -> None:
            if answer is None:
                self._acted(StaysInThePast(), message.reply)
                return
            self.asks_in_the_past = answer != ALWAYS
            self._do(message)

        self.push_screen(PastQuestion(self.simulation), answered)

    def _do(self, message: Perform) -> None:
        self._simulate(
            lambda: self.simulation.act(message.made(self.simulation)),
            lambda a: self._acted(a, message.reply),
            large=len(getattr(message.command, "users", ())) > MANY,
        )

    @on(Travel)
    def _travel(self, message: Travel) -> None:
        message.stop()
        self.travel(message.target)

    @on(OpenLogIn)
    def _open_log_in(self, message: OpenLogIn) -> None:
        message.stop()
        self.log_in_as(message.username)

    def _acted(self, answer: Receipt | Refusal, reply: Reply | None) -> None:
        heard = reply is not None and is_heard(reply)
        if isinstance(answer, Refusal):
            if not heard:
                self.notify(plain(answer.text), severity="warning", markup=False)
        elif answer.forked:
            self._tell(f"acted in the past: now on the new {answer.forked}", "warn")
        elif answer.events:
            self._tell("")
        if reply is not None and heard:
            reply(answer)
        elif isinstance(answer, Receipt) and answer.outcomes:
            self._tell(done_in_words(answer.outcomes, answer.forked))
            self.panes.admin.users.unselect(answer.outcomes)
        self.changed()

    def stage(self, simulation: Simulation, title: str, beginning: str) -> None:
        """Have this simulation from now on; who asks for it shows it. Mails that another one has are not sent."""
        if self.outgoing is not None and simulation is not self.simulation:
            self.outgoing.know(simulation)
        self.simulation, self.scenario_title, self.beginning = simulation, title, beginning

    @on(ShowUsers)
    async def _show_users(self, message: ShowUsers) -> None:
        message.stop()
        await self._widget_of(Area.USERS)
        self.panes.admin.users.set_filters(message.filters)

    @on(OpenUser)
    async def _open_user(self, message: OpenUser) -> None:
        message.stop()
        await self.open_user(message.user)

    @on(UsersTab.SelectionChanged)
    def _keep_filters(self) -> None:
        if self._saving is not None:
            self._saving.keep_filters(self.panes.admin.users.filters)

    # Actions

    @property
    def situation(self) -> Situation:
        """What can be done depends on this."""
        simulation = self.simulation
        bar = self._main.query_one(TimeBar)
        return Situation(
            at_start=simulation.now <= simulation.start,
            can_undo=any(act.position < simulation.position for act in simulation.timeline.acts[:1]),
            something_ahead=bar.view is None or bar.view.something_ahead,
            mails=len(self.panes.portal.inbox),
            workspace=self._workspace_name,
            served=isinstance(self.files, OneFolder),
            **self.replay_bar.situation,
            **self.panes.admin.situation,
        )

    async def action_do(self, action_id: str) -> None:
        """Do an action of the registry, or say why it cannot be done now."""
        action = BY_ID[action_id]
        why_not = action.why_not(self.situation)
        if why_not:
            self.notify(plain(why_not), severity="warning", markup=False)
            return
        await self.run_action(action.run, await self._widget_of(action.area))

    async def _widget_of(self, area: Area) -> "Widget | DrillApp":
        admin = self.panes.admin
        tab = TAB_OF.get(area)
        if area is Area.USER_PORTAL:
            return self.panes.portal
        if area is Area.REPLAY:
            return self.replay_bar
        if tab is None and area is not Area.ADMIN:
            return self
        self.bring("admin")
        if tab is None:
            return admin
        if admin.tab != tab:
            await admin.show_tab(tab)
        return admin.query_one(f"#{tab}")

    def action_help(self) -> None:
        focused = self.screen.focused
        around = focused.ancestors_with_self if focused else ()
        here = next((widget.HELP for widget in around if isinstance(widget, Widget) and widget.HELP), "")
        self.push_screen(HelpScreen(self.situation, str(here or ""), [*self._areas_in_focus()]))

    def action_command_palette(self) -> None:
        if isinstance(self.screen, ResultSheet):
            self.screen.dismiss(None)
        if len(self.screen_stack) == 1 or isinstance(self.screen, Dialog | Menu):
            super().action_command_palette()

    def action_jump(self) -> None:
        if len(self.screen_stack) == 1:
            self.push_screen(JumpScreen(spots(self._main)), lambda spot: go_to(self, spot))

    def action_save_screen(self) -> None:
        def saved(told: str | None) -> None:
            if told is not None:
                self.notify(plain(told), markup=False)

        # The palette is gone by then, and its place painted.
        self.call_after_refresh(
            lambda: self.push_screen(SaveScreen(Picture.of(self), self.scenario_title), saved)
        )

    def action_other_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_save_scenario(self) -> None:
        def saved(answer: str | None) -> None:
            if answer is not None:
                self._tell(answer)

        branch = self.simulation.timeline
        self.push_screen(SaveScenarioDialog(branch, self.scenario_title, self.beginning), saved)

    def action_branches(self) -> None:
        def chosen(name: str | None) -> None:
            if name is not None:
                self.switch_to(name)

        self.push_screen(BranchesScreen(self.simulation), chosen)

    def action_acts(self) -> None:
        self.push_screen(ActsScreen(self.simulation, self.simulation.timeline))

    def action_replay(self) -> None:
        def chosen(scenario: Scenario | None) -> None:
            if scenario is not None:
                self.replay_bar.begin(scenario)

        self.push_screen(ChooseScreen(), chosen)

    @on(Rework)
    def _rework(self, message: Rework) -> None:
        branch = self.simulation.timeline

        def done(answer: object) -> None:
            if self.simulation.timeline is not branch:
                self._now_on_branch()
            message.reply(answer)
            self.changed()

        message.stop()
        self._simulate(lambda: message.work(self.simulation), done, large=message.large)

    def switch_to(self, branch: str) -> None:
        def switched(_: Refusal | None) -> None:
            self._now_on_branch()
            self.changed()

        self._simulate(lambda: self.simulation.switch_to(branch), switched)

    def action_keep(self) -> None:
        """Keep the simulation in a workspace from now on."""

        def named(name: str | None) -> None:
            if name is not None:
                path = new_path(name)
                self._simulate(
                    lambda: Workspace.create(path, self.simulation, self.scenario_title, self.beginning), kept
                )

        def kept(made: Workspace | Refusal) -> None:
            if isinstance(made, Refusal):
                self._tell(made.text, "bad")
                return
            if self.autosave is not None:
                self.autosave.close()
            self.autosave = Autosave(self, made)
            self._keep_filters()
            self._show_header()
            self._tell(f"Kept in the workspace {made.name} from now on.")

        self.push_screen(AskDialog("Keep as a workspace", "Name", "", "keep", new_path), named)

    async def open_user(self, user: UserId) -> None:
        await self._widget_of(Area.USERS)
        self.panes.admin.users.open_user(user)

    def log_in_as(self, username: str) -> None:
        self.bring("user")
        self.panes.portal.open_log_in(username)

    def users_like(self, text: str, most: int) -> list[User]:
        return self.panes.admin.users.users_like(text)[:most]

    # Panes, focus and size

    @property
    def panes(self) -> Panes:
        return self._main.query_one(Panes)

    @property
    def replay_bar(self) -> ReplayBar:
        return self._main.query_one(ReplayBar)

    def bring(self, pane: str) -> None:
        """Bring a pane on screen; the focus stays where it is."""
        self.panes.bring(pane, focus=False)
        self._fitted()

    def _areas_in_focus(self) -> Iterator[Area]:
        if self.replay_bar.has_focus:
            yield Area.REPLAY
        yield from self.panes.areas_in_focus()

    def action_other_pane(self) -> None:
        self.panes.bring_other()
        self._fitted()

    def _focus_moved(self) -> None:
        if len(self.screen_stack) == 1:
            self.panes.focus_moved()
            self._show_keys()

    @on(UsersTab.SelectionChanged)
    @on(AdminPortal.TabShown)
    def _show_keys(self) -> None:
        line = self._main.query_one(KeyLine)
        if self.screen is self._main:
            line.show([*self._areas_in_focus(), Area.TIME], self.situation)
        else:
            line.show_keys(getattr(self.screen, "KEYS", CLOSES))

    def _fitted(self) -> None:
        self._show_header()
        self._show_keys()

    def on_resize(self, event: events.Resize) -> None:
        covering = next((screen for screen in self.screen_stack if isinstance(screen, TooSmall)), None)
        if is_too_small(event.size):
            if covering is None:
                self.push_screen(TooSmall())
            else:
                covering.show_size(event.size)
        elif covering is not None and self.screen is covering:
            self.pop_screen()
        if self.is_mounted and event.size.width != self.panes.columns:
            self.panes.fit(event.size.width)
            self._fitted()
