"""The application: it wires panes, time bar and simulation, and does nothing else."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol, TypeVar, runtime_checkable

from textual import events, on
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import User, UserId
from mfadrill.sim.mail_delivery import Server
from mfadrill.sim.scenario.load import Scenario
from mfadrill.sim.simulation import Digest, Receipt, Simulation
from mfadrill.sim.timeline import Act
from mfadrill.tui.actions.action import Area, Situation
from mfadrill.tui.actions.registry import BY_ID, bindings
from mfadrill.tui.admin_portal.bulk.result_sheet import ResultSheet
from mfadrill.tui.admin_portal.pane import AdminPortal
from mfadrill.tui.admin_portal.users.filters import ShowUsers
from mfadrill.tui.admin_portal.users.saved_filters import SavedFilters
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.aside import MANY
from mfadrill.tui.header import Header, HeaderView
from mfadrill.tui.help_screen import HelpScreen
from mfadrill.tui.jump_screen import JumpScreen, go_to, spots
from mfadrill.tui.key_line import CLOSES, KeyLine
from mfadrill.tui.menu import Item, Menu
from mfadrill.tui.messages import OpenLogIn, OpenUser, Perform, Reply, Travel, is_heard
from mfadrill.tui.moment import Moment
from mfadrill.tui.outgoing_mail import OutgoingMail
from mfadrill.tui.palette import DrillCommands
from mfadrill.tui.panes import Panes
from mfadrill.tui.save_scenario_dialog import SaveScenarioDialog
from mfadrill.tui.theme import DARK, LIGHT, THEMES
from mfadrill.tui.time_bar.bar import TimeBar
from mfadrill.tui.time_bar.date_dialog import DateDialog
from mfadrill.tui.time_bar.time_view import (
    Recorded,
    TimeView,
    digest_in_words,
    done_in_words,
    time_view,
    undone_in_words,
)
from mfadrill.tui.too_small import TooSmall, is_too_small
from mfadrill.tui.typing import TypedInOrder

#: The tab of the Admin Portal that does the actions of an area.
TAB_OF = {
    Area.USERS: "users",
    Area.GROUPS: "groups",
    Area.POLICIES: "policies",
    Area.EVENTS: "events",
}

Answer = TypeVar("Answer")


@runtime_checkable
class Shows(Protocol):
    """A pane or dialog that draws the world."""

    def show(self, moment: Moment) -> None: ...


class Main(Screen[None]):
    """The screen with the panes. It starts in the Admin Portal, not where the first widget happens to be mounted."""

    AUTO_FOCUS = ""


class DrillApp(TypedInOrder):
    CSS = """
    CommandPalette SearchIcon { display: none; }
    """
    TITLE = "mfadrill"
    COMMANDS = {DrillCommands}
    COMMAND_PALETTE_BINDING = "ctrl+p"
    BINDINGS = [
        *bindings(Area.APPLICATION),
        *bindings(Area.TIME),
    ]

    def __init__(
        self,
        simulation: Simulation,
        *,
        title: str = "",
        saved_filters: Path | None = None,
        smtp: Server | None = None,
        opened: Scenario | None = None,
    ) -> None:
        """`saved_filters` is the file that keeps them; without it they last as long as the application.

        `smtp` is the mail server that is handed the mails which are sent from now on. `opened` is the scenario that
        the simulation comes from.
        """
        super().__init__()
        self.outgoing = None if smtp is None else OutgoingMail(self, smtp, simulation)
        self.saved_filters = SavedFilters(saved_filters)
        self.simulation = simulation
        self.scenario_title = title
        self.opened = opened
        self.animation_level = "none"
        self._one_at_a_time = asyncio.Lock()
        self._time: tuple[object, TimeView] | None = None
        self._recorded = Recorded()
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = DARK.name

    def get_default_screen(self) -> Screen:
        return Main(id="_default")

    def compose(self) -> ComposeResult:
        yield Header()
        yield Panes()
        yield TimeBar()
        yield KeyLine()

    def on_mount(self) -> None:
        self.watch(self.screen, "focused", self._focus_moved, init=False)
        self.screen_change_signal.subscribe(self, lambda _: self._show_keys(), immediate=True)
        self.panes.fit(self.size.width)
        self.panes.admin.users.saved = self.saved_filters
        self.changed()
        self.panes.bring("admin")

    # One changed-signal

    def changed(self) -> None:
        """Show the world as it is now in every pane, and in dialogs that are open."""
        simulation = self.simulation
        moment = Moment(simulation.world, simulation.now, simulation.timeline, simulation.position)
        self.panes.show(moment)
        self._main.query_one(TimeBar).show(self._time_view())
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
            )
        )

    # What the panes ask for

    @on(Perform)
    async def _perform(self, message: Perform) -> None:
        message.stop()
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

    def _simulate(
        self, work: Callable[[], Answer], done: Callable[[Answer | Refusal], None], *, large: bool = False
    ) -> None:
        """Let the simulation work, at once or in a thread, and pass on its answer or refusal."""
        large = large or len(self.simulation.world.users) > MANY
        if not large and not self._one_at_a_time.locked():
            done(_answer(work))
        else:
            self.run_worker(self._simulate_aside(work, done), group="simulation")

    async def _simulate_aside(
        self, work: Callable[[], Answer], done: Callable[[Answer | Refusal], None]
    ) -> None:
        async with self._one_at_a_time:
            self._show_header()
            answer = await asyncio.to_thread(self._answer_and_look, work)
        done(answer)

    def _answer_and_look(self, work: Callable[[], Answer]) -> Answer | Refusal:
        """What takes long in a large organization is not only the work, but also to see what comes next."""
        answer = _answer(work)
        self._time_view()
        return answer

    def _time_view(self) -> TimeView:
        """The view of the time bar, computed once for each place of the cursor."""
        simulation = self.simulation
        cursor = (simulation.timeline, len(simulation.timeline), simulation.position, simulation.now)
        if self._time is None or self._time[0] != cursor:
            self._time = cursor, time_view(simulation, self._recorded)
        return self._time[1]

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

    def travel(self, target: timedelta | datetime | None) -> None:
        """Move the clock by a span, to an instant, or to the next event, and tell what happened."""
        simulation = self.simulation

        def work() -> Digest:
            if target is None:
                return simulation.next_event()
            if isinstance(target, timedelta):
                return simulation.advance(target)
            return simulation.travel_to(target)

        self._simulate(work, self._arrived)

    def _arrived(self, answer: Digest | Refusal) -> None:
        if isinstance(answer, Refusal):
            self._tell(answer.text, "bad")
        else:
            self._tell(digest_in_words(answer))
            self.changed()

    def _tell(self, news: str, tone: str = "good") -> None:
        self._main.query_one(TimeBar).tell(news, tone)

    @on(ShowUsers)
    async def _show_users(self, message: ShowUsers) -> None:
        message.stop()
        await self._widget_of(Area.USERS)
        self.panes.admin.users.set_filters(message.filters)

    @on(OpenUser)
    async def _open_user(self, message: OpenUser) -> None:
        message.stop()
        await self.open_user(message.user)

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
            branches=len(simulation.branches),
            mails=len(self.panes.portal.inbox),
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
        if tab is None and area is not Area.ADMIN:
            return self
        self.panes.bring("admin", focus=False)
        self._fitted()
        if tab is None:
            return admin
        if admin.tab != tab:
            await admin.show_tab(tab)
        return admin.query_one(f"#{tab}")

    def action_travel_hours(self, hours: int) -> None:
        target = self.simulation.now + timedelta(hours=hours)
        self.travel(max(target, self.simulation.start) if hours < 0 else target)

    def action_next_event(self) -> None:
        self.travel(None)

    def action_to_start(self) -> None:
        self.travel(self.simulation.start)

    def action_to_date(self) -> None:
        def chosen(instant: datetime | None) -> None:
            if instant is not None:
                self.travel(instant)

        self.push_screen(DateDialog(self.simulation.now, self.simulation.start, self.simulation.zone), chosen)

    def action_undo(self) -> None:
        def undone(answer: Act | Refusal) -> None:
            if isinstance(answer, Refusal):
                self._tell(answer.text, "bad")
            else:
                self._tell(undone_in_words(answer, self.simulation))
                self.changed()

        self._simulate(self.simulation.undo, undone)

    def action_help(self) -> None:
        focused = self.screen.focused
        around = focused.ancestors_with_self if focused else ()
        here = next((widget.HELP for widget in around if isinstance(widget, Widget) and widget.HELP), "")
        self.push_screen(HelpScreen(self.situation, str(here or ""), [*self.panes.areas_in_focus()]))

    def action_command_palette(self) -> None:
        if isinstance(self.screen, ResultSheet):
            self.screen.dismiss(None)
        if len(self.screen_stack) == 1:
            super().action_command_palette()

    def action_jump(self) -> None:
        if len(self.screen_stack) == 1:
            self.push_screen(JumpScreen(spots(self._main)), lambda spot: go_to(self, spot))

    def action_other_theme(self) -> None:
        self.theme = LIGHT.name if self.theme == DARK.name else DARK.name

    def action_save_scenario(self) -> None:
        def saved(answer: str | None) -> None:
            if answer is not None:
                self._tell(answer)

        # A copy of its own: nothing that happens meanwhile is in it.
        simulation = self.simulation
        whole = Simulation.standing_at(
            simulation.timeline, len(simulation.timeline), simulation.timeline.until, simulation.seed
        )
        whole.founded = simulation.founded
        self.push_screen(SaveScenarioDialog(whole, self.opened), saved)

    def action_choose_branch(self) -> None:
        simulation = self.simulation
        items = [Item(name, name, f"{len(branch):,} events") for name, branch in simulation.branches.items()]
        header = self._main.query_one("#header-title")

        def chosen(name: str | None) -> None:
            if name is not None:
                self.switch_to(name)

        self.push_screen(Menu("Branch", items, header.region, simulation.timeline.name), chosen)

    def switch_to(self, branch: str) -> None:
        def switched(_: Refusal | None) -> None:
            self._tell(f"now on {branch}")
            self.changed()

        self._simulate(lambda: self.simulation.switch_to(branch), switched)

    async def open_user(self, user: UserId) -> None:
        await self._widget_of(Area.USERS)
        self.panes.admin.users.open_user(user)

    def log_in_as(self, username: str) -> None:
        self.panes.bring("user", focus=False)
        self._fitted()
        self.panes.portal.open_log_in(username)

    def users_like(self, text: str, most: int) -> list[User]:
        return self.panes.admin.users.users_like(text)[:most]

    # Panes, focus and size

    @property
    def _main(self) -> Screen:
        """The screen with the panes, whatever dialog is over it."""
        return self.screen_stack[0]

    @property
    def panes(self) -> Panes:
        return self._main.query_one(Panes)

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
            line.show([*self.panes.areas_in_focus(), Area.TIME], self.situation)
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
        if self.is_mounted:
            self.panes.fit(event.size.width)
            self._fitted()


def _answer(work: Callable[[], Answer]) -> Answer | Refusal:
    try:
        return work()
    except Refusal as refusal:
        return refusal
