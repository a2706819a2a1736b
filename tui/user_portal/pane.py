"""The User Portal pane: the log-in that the users will meet, in one browser."""

from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import structs
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.events import DescendantFocus, Resize
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from mfadrill.core.events import (
    Event,
    LoginBegun,
    PasswordRefused,
    PushEnrolled,
    SecurityKeyRegistered,
    TotpEnrolled,
)
from mfadrill.core.factors import Factor
from mfadrill.core.handling_phones import ScanQrCode
from mfadrill.core.phones import ATTACKER
from mfadrill.core.plain import plain
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import user_id
from mfadrill.core.world import World
from mfadrill.sim.ceremonies import show_qr_code
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.messages import Perform, Travel
from mfadrill.tui.user_portal.done import Done
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.factor_set_up import FactorSetUp
from mfadrill.tui.user_portal.header import PortalHeader
from mfadrill.tui.user_portal.inbox import InboxDrawer
from mfadrill.tui.user_portal.inbox_view import Letter
from mfadrill.tui.user_portal.log_in_form import LogInForm
from mfadrill.tui.user_portal.meanwhile import meanwhile
from mfadrill.tui.user_portal.phone import PhoneDrawer
from mfadrill.tui.user_portal.phone_strip import PhoneStrip
from mfadrill.tui.user_portal.refused import Refused
from mfadrill.tui.user_portal.save_mails_dialog import SaveMailsDialog
from mfadrill.tui.user_portal.screen import PortalScreen
from mfadrill.tui.user_portal.screens import DRAWERS, new_widget
from mfadrill.tui.user_portal.set_up_modal import SetUpModal
from mfadrill.tui.user_portal.totp_set_up import TotpSetUp
from mfadrill.tui.user_portal.user_picker import UserPicker
from mfadrill.tui.user_portal.view import Picked, Place, PortalView, Visit, portal_view
from mfadrill.tui.user_portal.welcome import Welcome
from mfadrill.tui.user_portal.why import Why

#: Below this height a drawer takes the place of the screen, above it has the lower part of the pane.
TALL = 28


#: The browser at which one sits down first.
BROWSER = "portal"


def wall_clock() -> datetime:
    """The real time; only a real phone lives in it (`mfadrill.tui.user_portal.real_phone`)."""
    return datetime.now(UTC)


class UserPortal(Widget):
    """Draws what `show` is given, and posts what the person does to the application."""

    HELP = (
        "User Portal: the log-in as the users will meet it. Log in as somebody, set up what is asked for or put it "
        "off, answer challenges with the phone; the admin's changes count here at once."
    )
    DEFAULT_CSS = """
    UserPortal { height: 1fr; width: 1fr; layout: vertical; }
    UserPortal Button.-style-default:focus { background: $foreground; color: $background; text-style: bold; }
    UserPortal #screens { height: 1fr; }
    UserPortal #drawers { height: 14; display: none; border-top: solid $primary; padding: 0 1; }
    UserPortal #drawers.-open { display: block; }
    UserPortal #drawers.-mail { height: 17; }
    UserPortal #drawers > Widget { display: none; height: 1fr; padding: 0; }
    UserPortal #drawers > .-open { display: block; }
    UserPortal.-short #drawers { height: 1fr; border-top: none; }
    UserPortal.-short.-drawer #screens { display: none; }
    """

    BINDINGS = [Binding("escape", "close_drawer", "Close", show=False)]

    def __init__(
        self,
        browser: str = BROWSER,
        *,
        wall: Callable[[], datetime] = wall_clock,
        id: str | None = None,
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        #: The browser of who sits at the keyboard, and what each has picked in theirs.
        self.browser = self._users_browser = browser
        self._picked_in: dict[str, Picked] = {}
        self._wall = wall
        self._world = World()
        self._now: datetime | None = None
        self._picked = Picked()
        self._drawer: Drawer | None = None
        self._last_focused: Widget | None = None
        #: What each browser showed last, and whether what comes next was asked for at this keyboard.
        self._seen_in: dict[str, PortalView] = {}
        self._asked_here = False
        self.view: PortalView | None = None

    def compose(self) -> ComposeResult:
        yield PortalHeader()
        with ContentSwitcher(initial=Place.LOG_IN, id="screens"):
            yield LogInForm(self.browser, id=Place.LOG_IN)
        yield Vertical(id="drawers")

    # Showing

    def show(self, world: World, now: datetime) -> None:
        """Draw the browser in this world at this instant; what is typed stays."""
        self._world, self._now = world, now
        self._draw()

    def open_log_in(self, username: str, *, mail: str = "") -> None:
        """Fill the user in and go to the form, whoever is in this browser; the attacker is not asked.

        `mail` is the day of the mail whose link was followed.
        """
        if self.browser == ATTACKER:
            self.action_change_seat()
        self._drawer = None
        self._pick(form_over=self._visit(), typed=username, mail=mail)
        form = self.query_one(LogInForm)
        form.open_for(username)
        self._focus(form)

    def sit_at(self, browser: str, username: str | None = None, drawer: Drawer | None = None) -> None:
        """Look into this browser, at what the next `show` has in it; without a user, with what was picked there."""
        self._picked_in[self.browser] = self._picked
        self._take(browser)
        self._picked = self._picked_in.get(browser, Picked()) if username is None else Picked(typed=username)
        self._drawer = drawer
        self._asked_here = True

    def _take(self, browser: str) -> None:
        """This browser is the one on screen, the attacker's or one of users."""
        self.browser = browser
        if browser != ATTACKER:
            self._users_browser = browser
        for screen in self.query(PortalScreen):
            screen.browser = browser

    @property
    def typed(self) -> str:
        """Who is filled into the log-in form."""
        return next((picker.username for picker in self.query(UserPicker)), "")

    def fill_in(self, username: str) -> None:
        """Fill the user into the form where that is on screen; the focus stays."""
        if self.view is None or self.view.place is not Place.LOG_IN:
            return
        self.query_one(LogInForm).open_for(username)
        visit = self._visit()
        if visit is not None and visit.user is None:
            self._pick(failed=(visit, user_id(username)))

    @on(PortalHeader.SeatChanged)
    def _seat_changed(self, event: PortalHeader.SeatChanged) -> None:
        event.stop()
        self.action_change_seat()

    def action_change_seat(self) -> None:
        """Let the attacker sit down, who has the password of whoever was at the keyboard; or the user again."""
        typed = "" if self.view is None or self.view.person is None else self.view.person.username
        self._picked_in[self.browser] = self._picked
        self._take(self._users_browser if self.browser == ATTACKER else ATTACKER)
        self._picked = structs.replace(self._picked_in.get(self.browser, Picked()), typed=typed)
        if self._drawer is Drawer.INBOX:
            self._drawer = None
        if self._visit() is None:
            self.query_one(LogInForm).open_for(typed)
        self._draw()
        self.call_later(self.focus_screen)

    def focus_screen(self) -> None:
        """Put the focus where the person goes on: in the open drawer, else in the screen."""
        if self._drawer is None:
            self._focus(self._screen())
            return
        opened = self._opened(self._drawer)
        within = opened.first_focus() if isinstance(opened, PortalScreen) else None
        target = within or self.query_one(PortalHeader).query_one(f"#{self._drawer}")
        self.call_after_refresh(target.focus)

    def _visit(self) -> Visit | None:
        session = self._world.browsers.get(self.browser)
        return None if session is None else Visit(session.user, session.begun_at)

    def _pick(self, **changes: object) -> None:
        self._asked_here = True
        self._picked = structs.replace(self._picked, **changes)
        self._draw()

    def _screen(self) -> PortalScreen:
        return self.query_one(f"#{self.query_one('#screens', ContentSwitcher).current}", PortalScreen)

    def _draw(self) -> None:
        if self._now is None or not self.is_mounted:
            return
        view = portal_view(self._world, self._now, self.browser, self._picked)
        absent = [place for place in (view.place, self._drawer) if place and not self._has(place)]
        if absent:
            self.call_later(self._mount_and_draw, absent)
            return
        before, self.view = self._seen_in.get(self.browser), view
        self._seen_in[self.browser] = view
        news = "" if before is None or self._asked_here else meanwhile(before, view)
        self._asked_here = False
        focused = self.screen.focused if self.has_focus_within else None
        self.query_one(LogInForm).know(self._world)
        switcher = self.query_one("#screens", ContentSwitcher)
        screen = self.query_one(f"#{view.place}", PortalScreen)
        moved = before is not None and (before.place, before.visit) != (view.place, view.visit)
        screen.at(self._now)
        screen.show(view)
        if moved or news:
            screen.refuse(news)
        if switcher.outer_size:  # a pane that was never on screen has no room yet
            screen.fit(switcher.outer_size)
        switcher.current = view.place
        self._draw_drawers(view)
        if focused is not None and focused is self.screen.focused:
            self._keep_focus(focused, screen, moved=moved)

    def _has(self, place: Place | Drawer) -> bool:
        if isinstance(place, Drawer):
            return self._opened(place) is not None
        return bool(self.query(f"#screens > #{place}"))

    async def _mount_and_draw(self, absent: list[Place | Drawer]) -> None:
        for place in absent:
            if not self._has(place):
                made = new_widget(place, self.browser, self._wall)
                made.display = isinstance(place, Drawer)
                await self.query_one("#drawers" if isinstance(place, Drawer) else "#screens").mount(made)
        self._draw()

    def _keep_focus(self, focused: Widget, screen: PortalScreen, *, moved: bool) -> None:
        """Go on where the screen goes on, and where a button that had the focus is gone; stay in this pane."""
        ways = focused.ancestors_with_self
        in_drawer = self.query_one("#drawers") in ways
        gone = not all(node.display for node in ways if isinstance(node, Widget))
        if in_drawer and gone:
            self.focus_screen()
        elif not in_drawer and (gone or moved):
            if self._drawer is not None and self.has_class("-short"):
                self.focus_screen()
            else:
                self._focus(screen)

    def _draw_drawers(self, view: PortalView) -> None:
        if self._drawer is Drawer.WHY and not view.reasons:
            self._drawer = None
        self.query_one(PortalHeader).show(view, self._drawer)
        opened = None if self._drawer is None else self._opened(self._drawer)
        if opened is not None:
            opened.show(view)
        self.set_class(self._drawer is not None, "-drawer")
        self.query_one("#drawers").set_class(self._drawer is not None, "-open")
        self.query_one("#drawers").set_class(self._drawer is Drawer.INBOX, "-mail")
        for drawer in self.query_one("#drawers").children:
            drawer.set_class(drawer is opened, "-open")

    def _opened(self, drawer: Drawer) -> Why | PhoneDrawer | InboxDrawer | None:
        """The drawer, if it has ever been opened."""
        return next(iter(self.query(DRAWERS[drawer])), None)

    def _focus(self, screen: PortalScreen) -> None:
        target = screen.first_focus()
        if target is not None:
            self.call_after_refresh(target.focus)

    def on_resize(self, event: Resize) -> None:
        self.set_class(event.size.height < TALL, "-short")

    # Asking

    @on(PortalScreen.Asked)
    def _asked(self, event: PortalScreen.Asked) -> None:
        event.stop()

        def reply(answer: Receipt | Refusal) -> None:
            if isinstance(answer, Refusal):
                event.screen.refuse(answer.text)
            else:
                self._done(answer)

        self.post_message(Perform(event.command, reply))

    def _done(self, receipt: Receipt) -> None:
        """What the facts change among the things picked. The application shows the new world after this."""
        self._asked_here = True
        for fact in receipt.events:
            if isinstance(fact, LoginBegun | PasswordRefused):
                self._picked = Picked(typed=self._picked.typed)
            if isinstance(fact, PasswordRefused):
                self._picked = structs.replace(self._picked, failed=(Visit(None, fact.at), fact.user))
            factor = _enrolled(fact)
            if factor is not None and (visit := self._visit()) is not None:
                self._picked = structs.replace(self._picked, done=(visit, factor), factor=None)

    @on(PortalScreen.Waited)
    def _waited(self, event: PortalScreen.Waited) -> None:
        event.stop()
        self.post_message(Travel(event.span))

    @on(SetUpModal.Chosen)
    @on(Welcome.SetUp)
    def _set_up(self, event: SetUpModal.Chosen | Welcome.SetUp) -> None:
        event.stop()
        if event.factor is not Factor.TOTP:
            self._pick(factor=event.factor, done=None)
            return
        screen = self._screen()
        self._picked = structs.replace(self._picked, left_secret=None, factor=None, done=None)

        def reply(answer: Receipt | Refusal) -> None:
            if isinstance(answer, Refusal):
                screen.refuse(answer.text)
            else:
                self._asked_here = True

        browser = self.browser
        self.post_message(Perform(lambda simulation: show_qr_code(simulation, browser), reply))

    @on(TotpSetUp.Left)
    def _left_totp(self, event: TotpSetUp.Left) -> None:
        event.stop()
        self._pick(left_secret=event.secret)

    @on(FactorSetUp.Left)
    def _left_factor(self, event: FactorSetUp.Left) -> None:
        event.stop()
        self._pick(factor=None)

    @on(Done.Closed)
    def _closed_done(self, event: Done.Closed) -> None:
        event.stop()
        self._pick(done=None)

    @on(Refused.Left)
    def _left_refused(self, event: Refused.Left) -> None:
        event.stop()
        name = self.view.person.username if self.view is not None and self.view.person is not None else ""
        self.open_log_in(name)

    @on(LogInForm.Closed)
    def _closed_form(self, event: LogInForm.Closed) -> None:
        event.stop()
        self._pick(form_over=None, mail="")

    @on(UserPicker.Typed)
    def _typed(self, event: UserPicker.Typed) -> None:
        event.stop()
        if event.username != self._picked.typed:
            self._pick(typed=event.username, mail="")

    # The phone, the inbox and the reasons

    @on(PhoneStrip.Scanned)
    def _scanned(self, event: PhoneStrip.Scanned) -> None:
        event.stop()
        screen = self._screen()
        screen.ask(ScanQrCode(self.browser, screen.holder))

    @on(PhoneStrip.CodeUsed)
    def _code_used(self, event: PhoneStrip.CodeUsed) -> None:
        event.stop()
        if self._screen().take_code(event.code) and self.has_class("-short"):
            self._last_focused = None
            self.action_close_drawer()

    @on(InboxDrawer.SetUpOpened)
    def _set_up_opened(self, event: InboxDrawer.SetUpOpened) -> None:
        event.stop()
        if self.view is not None and self.view.person is not None:
            self.open_log_in(self.view.person.username, mail=event.day)

    @property
    def inbox(self) -> tuple[Letter, ...]:
        """The mails of who is at the keyboard."""
        return () if self.view is None else self.view.inbox

    @on(InboxDrawer.SaveWished)
    def _save_wished(self, event: InboxDrawer.SaveWished) -> None:
        event.stop()
        self.action_save_mails()

    def action_save_mails(self) -> None:
        """Ask where to save the mails; from the drawer, the open one or all of them."""
        if self.view is None or self.view.person is None or not self.view.inbox:
            return
        opened = self._opened(Drawer.INBOX) if self._drawer is Drawer.INBOX else None
        letter = opened.letter if isinstance(opened, InboxDrawer) else None

        def saved(told: str | None) -> None:
            if told is not None:
                self.app.notify(plain(told), markup=False)

        dialog = SaveMailsDialog(self.view.person, self._world.organization, letter and letter.mail)
        self.app.push_screen(dialog, saved)

    @on(PortalHeader.Toggled)
    def _toggled(self, event: PortalHeader.Toggled) -> None:
        event.stop()
        self.toggle_drawer(event.drawer)

    def toggle_drawer(self, drawer: Drawer) -> None:
        """Open the drawer in place of another one, or close it."""
        if self._drawer is drawer:
            self.action_close_drawer()
            return
        self._drawer = drawer
        self._draw()
        self.call_later(self.focus_screen)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        if self.query_one("#screens") in event.widget.ancestors:
            self._last_focused = event.widget

    def action_close_drawer(self) -> None:
        """Close the drawer, and go back to where the person was in the screen."""
        if self._drawer is None:
            return
        self._drawer = None
        self._draw()
        screen, last = self._screen(), self._last_focused
        if last is not None and screen in last.ancestors and last.focusable and last.display:
            self.call_after_refresh(last.focus)
        else:
            self._focus(screen)


def _enrolled(fact: Event) -> Factor | None:
    match fact:
        case TotpEnrolled():
            return Factor.TOTP
        case PushEnrolled():
            return Factor.PUSH
        case SecurityKeyRegistered():
            return Factor.WEBAUTHN
    return None
