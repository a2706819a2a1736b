"""The dialog that saves mails of a user as .eml files."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from mfadrill.core.organization import Organization
from mfadrill.core.refusals import Refusal
from mfadrill.core.users import Mail, User
from mfadrill.core.words import count
from mfadrill.sim.mail_export import Outgoing, write_mails
from mfadrill.tui.aside import aside
from mfadrill.tui.dialog import Box, Dialog, Field, RowButton, Words
from mfadrill.tui.files import files_of
from mfadrill.tui.tick import Tick


class SaveMailsDialog(Dialog[str]):
    """Answers with what was saved, or None. `opened` is the mail that is open, if one is."""

    HELP = (
        "Save mails of this user as .eml files, which mail programs open. Files that are in the folder already stay "
        "as they are: a mail that is among them is not saved again."
    )
    KEYS = (("enter", "save"), ("tab", "next"), ("esc", "closes"))
    DEFAULT_CSS = """
    SaveMailsDialog #said { height: auto; margin: 1 0 0 0; }
    SaveMailsDialog Field { margin: 0 0 1 0; }
    """

    def __init__(self, user: User, organization: Organization, opened: Mail | None) -> None:
        super().__init__()
        self.user, self.organization, self.opened = user, organization, opened

    def compose(self) -> ComposeResult:
        with Box(f"Save mails of {self.user.username} as .eml"):
            yield Field(files_of(self).folder, id="folder")
            if self.opened is not None and len(self.user.inbox) > 1:
                yield Tick(f"All {len(self.user.inbox)} mails, instead of the open one", id="all")
            yield Words("The folder for the files; no file in it is overwritten.", id="said", classes="muted")
            with Horizontal(classes="buttons"):
                yield RowButton("save", id="do", primary=True)
                yield RowButton("cancel", id="cancel")

    def on_mount(self) -> None:
        self.query_one("#folder").focus()

    @property
    def _mails(self) -> tuple[Outgoing, ...]:
        ticks = self.query("#all").results(Tick)
        chosen = (
            (self.opened,)
            if self.opened is not None and not any(tick.value for tick in ticks)
            else self.user.inbox
        )
        return tuple(Outgoing(mail, self.user, self.organization) for mail in chosen)

    @on(Input.Submitted)
    @on(Button.Pressed, "#do")
    def _do(self) -> None:
        text = self.query_one("#folder", Input).value.strip()
        if not text:
            self._say("Type the path of a folder.")
            return
        self.query_one("#do", Button).disabled = True
        aside(self, "save", self._write_aside, text, self._mails)

    async def _write_aside(self, text: str, mails: tuple[Outgoing, ...]) -> None:
        self.query_one("#said", Words).say(f"Saving {count(len(mails), 'mail')}…")
        try:
            folder = files_of(self).folder_path(text)
            written = await asyncio.to_thread(write_mails, folder, mails)
        except Refusal as refusal:
            self._say(refusal.text)
        except NotADirectoryError:
            self._say(f"There is no folder {text}.")
        except PermissionError:
            self._say(f"You may not write into {text}.")
        except OSError as error:
            self._say(f"Nothing was saved in {text}: {error.strerror or error}.")
        except (ValueError, RuntimeError):
            self._say("That is no path of a folder.")
        else:
            self.leave(written.in_words(text))
        self.query_one("#do", Button).disabled = False

    def _say(self, text: str) -> None:
        self.query_one("#said", Words).say(text, problem=True)

    @on(Button.Pressed, "#cancel")
    def _cancel(self) -> None:
        self.dismiss(None)
