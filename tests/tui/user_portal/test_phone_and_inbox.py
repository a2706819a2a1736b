"""The drawers: the user's phone and the user's mail."""

from datetime import timedelta
from pathlib import Path

from textual.widgets import Input, OptionList

from mfadrill.core.factors import Factor
from mfadrill.core.totp import code_at
from mfadrill.tui.dialog import Words
from mfadrill.tui.user_portal.drawers import Drawer
from mfadrill.tui.user_portal.inbox import OpenedMail
from mfadrill.tui.user_portal.save_mails_dialog import SaveMailsDialog
from mfadrill.tui.user_portal.view import Place
from user_portal_harness import ADA, SECRET, Person, at_portal, demand, enroll, nordwind


async def open_drawer(person: Person, drawer: Drawer) -> None:
    await person.click(drawer, within="PortalHeader")


async def test_the_phones_clock_is_set_off_and_right_again() -> None:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.PHONE)
        await person.click("plus-4-min", within="PhoneDrawer")
        await person.click("minus-30-s", within="PhoneDrawer")
        assert person.text("clock", within="PhoneDrawer") == "Its clock: Mon 09:03:30 (+3 min 30 s off)"
        await person.click("use", within="PhoneDrawer")
        await person.click("verify")
        assert person.text("failure") == "✗ That code is not right."
        await person.click("set-right", within="PhoneDrawer")
        assert person.app.simulation.world.phones[ADA].offset_seconds == 0


async def test_an_entry_types_its_code_into_the_portal() -> None:
    simulation = nordwind()
    enroll(simulation, Factor.TOTP)
    demand(simulation)
    async with at_portal(simulation, (80, 19)) as person:
        await person.log_in()
        await open_drawer(person, Drawer.PHONE)
        assert person.app.query_one("#entries", OptionList).has_focus
        await person.pilot.press("enter")
        await person.settle()
        assert person.screen.query_one("#code", Input).value == code_at(SECRET, simulation.now)
        assert person.app.query_one("#screens").display
        await open_drawer(person, Drawer.PHONE)
        await person.click("next", within="PhoneDrawer")
        assert person.app.travelled == [timedelta(seconds=30)]


async def test_the_qr_code_is_scanned_from_the_drawer() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await open_drawer(person, Drawer.PHONE)
        assert not person.app.query_one("PhoneDrawer #scan").display
        await person.click("continue")
        await person.click("scan", within="PhoneDrawer")
        assert person.app.query_one("#entries", OptionList).option_count == 1


async def test_a_prompt_is_answered_on_the_phone_in_the_drawer() -> None:
    simulation = nordwind(Factor.PUSH, Factor.TOTP)
    enroll(simulation, Factor.PUSH)
    demand(simulation)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.PHONE)
        await person.click("send")
        assert person.text("prompt", within="PhoneDrawer").startswith("Log-in at Nordwind Freight? 60 s")
        await person.click("approve", within="PhoneDrawer")
        assert person.place == Place.WELCOME


async def test_nobodys_phone_says_what_would_fill_it() -> None:
    async with at_portal(nordwind()) as person:
        await open_drawer(person, Drawer.PHONE)
        assert "pick a user first" in person.text("title", within="PhoneDrawer")
        await open_drawer(person, Drawer.INBOX)
        assert "pick a user first" in person.text("none", within="InboxDrawer")


async def test_the_mails_link_goes_to_that_users_log_in() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation) as person:
        await person.log_in()
        header = person.app.query_one("PortalHeader #inbox")
        assert str(header.label) == "Inbox (2)"  # type: ignore[attr-defined]
        await open_drawer(person, Drawer.INBOX)
        assert person.text("subject", within="InboxDrawer").startswith("Reminder")
        await person.pilot.press("down")
        await person.settle()
        assert person.text("subject", within="InboxDrawer").startswith("MFA Now Enabled")
        assert "You have 7 days." in person.text("body", within="InboxDrawer")
        assert "mfadrill://" not in person.text("body", within="InboxDrawer")
        await person.click("open-set-up", within="InboxDrawer")
        assert person.place == Place.LOG_IN
        assert person.text("mail") == "from the mail of Mon 2 Mar: log in to set up MFA"
        assert person.screen.query_one("#password").has_focus
        await person.click("submit")
        assert person.place == Place.SET_UP


async def test_going_back_in_time_takes_the_mail_away() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation) as person:
        await person.log_in()
        simulation.travel_to(simulation.start + timedelta(days=1))
        person.app.redraw()
        await person.settle()
        assert person.place == Place.LOG_IN
        assert len(person.app.pane.view.inbox) == 1  # type: ignore[union-attr]


async def test_a_drawer_takes_the_focus_tab_moves_in_it_and_escape_gives_it_back() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await person.log_in()
        await person.pilot.press("tab")
        assert person.screen.query_one("#continue").has_focus
        for drawer, path in (
            (Drawer.PHONE, ["minus-4-min", "minus-30-s"]),
            (Drawer.INBOX, ["open-set-up"]),
        ):
            person.app.pane.toggle_drawer(drawer)
            await person.settle()
            for number, id_ in enumerate(path):
                if number:
                    await person.pilot.press("tab")
                assert person.app.focused is not None
                assert person.app.focused.id == id_
            await person.pilot.press("escape")
            await person.settle()
            assert person.screen.query_one("#continue").has_focus


async def test_the_first_of_several_mails_has_the_focus() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.INBOX)
        mails = person.app.query_one("#mails", OptionList)
        assert mails.has_focus
        assert mails.highlighted == 0
        await person.pilot.press("enter")
        await person.settle()
        await person.pilot.press("enter")
        await person.settle()
        assert person.text("mail") == "from the mail of Sun 8 Mar: log in to set up MFA"
        await person.type("username", "grace.hopper")
        assert person.text("mail") == ""


async def test_the_phone_says_whose_code_an_entry_shows() -> None:
    async with at_portal(nordwind(days=7)) as person:
        await person.log_in()
        await person.click("continue")
        await open_drawer(person, Drawer.PHONE)
        await person.click("scan", within="PhoneDrawer")
        entry = person.app.query_one("#entries", OptionList).get_option_at_index(0)
        assert str(entry.prompt).endswith("this QR code's account, scanned Mon 2 Mar")


def entries(person: Person) -> list[str]:
    """The lines of the list of mails."""
    return [str(option.prompt) for option in person.app.query_one("#mails", OptionList).options]


async def test_a_reminder_that_comes_with_the_clock_is_in_the_open_drawer_at_once() -> None:
    simulation = nordwind(days=7)
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.INBOX)
        head = person.text("head", within="InboxDrawer").splitlines()
        assert head[0] == "From: Nordwind Freight IT <it@nordwindfreight.example>"
        assert head[1].startswith("To: Ada Lovelace <")
        assert head[2] == "Date: Mon 2 Mar 2026 09:00"
        simulation.advance(timedelta(days=6))
        person.app.redraw()
        await person.settle()
        assert person.text("subject", within="InboxDrawer").startswith("Reminder")
        assert [entry[:13].strip() for entry in entries(person)] == ["Sun 8 Mar", "Mon 2 Mar"]


async def test_a_mail_that_was_not_opened_has_a_dot() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.INBOX)
        assert [entry[0] for entry in entries(person)] == [" ", "●"]
        await person.pilot.press("down")
        await person.settle()
        assert [entry[0] for entry in entries(person)] == [" ", " "]


async def test_a_mail_that_is_longer_than_its_room_scrolls_by_key() -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation, (40, 18)) as person:
        await person.log_in()
        await open_drawer(person, Drawer.INBOX)
        await person.pilot.press("tab")
        await person.settle()
        opened = person.app.query_one(OpenedMail)
        assert opened.has_focus
        await person.pilot.press("end")
        await person.settle()
        assert opened.scroll_offset.y == opened.max_scroll_y > 0


async def save_into(person: Person, folder: Path) -> None:
    person.app.screen.query_one("#folder", Input).value = str(folder)
    await person.pilot.press("enter")
    await person.app.workers.wait_for_complete()
    await person.settle()


async def test_the_open_mail_or_all_are_saved_as_files(tmp_path: Path) -> None:
    simulation = nordwind(days=7)
    simulation.advance(timedelta(days=6))
    async with at_portal(simulation) as person:
        await person.log_in()
        await open_drawer(person, Drawer.INBOX)
        await person.click("save", within="InboxDrawer")
        await save_into(person, tmp_path / "none")
        said = str(person.app.screen.query_one("#said", Words).render())
        assert said == f"There is no folder {tmp_path / 'none'}."
        await save_into(person, tmp_path)
        assert [path.name for path in tmp_path.iterdir()] == ["20260308T080000-reminder-ada.lovelace.eml"]
        person.app.pane.action_save_mails()
        await person.settle()
        assert isinstance(person.app.screen, SaveMailsDialog)
        await person.pilot.press("tab", "space")
        await save_into_by_button(person, tmp_path)
        assert len(list(tmp_path.iterdir())) == 2
        told = [notice.message for notice in person.app._notifications]
        assert told[-1] == f"1 mail saved in {tmp_path}; 1 was there already"


async def save_into_by_button(person: Person, folder: Path) -> None:
    person.app.screen.query_one("#folder", Input).value = str(folder)
    person.app.screen.query_one("#do").press()  # type: ignore[attr-defined]
    await person.settle()
    await person.app.workers.wait_for_complete()
    await person.settle()
