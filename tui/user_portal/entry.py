"""A field of the portal: what is pasted goes in whole, or not at all."""

from textual.events import Paste
from textual.geometry import Size
from textual.message import Message
from textual.reactive import Reactive
from textual.widgets import Input

from mfadrill.core.plain import is_plain

#: No code, name or password is longer, whatever is pasted.
MAX_TYPED = 200


class Entry(Input):
    """Says why it did not take something. Textual would keep the first line of a paste, or ring the bell."""

    class NotTaken(Message):
        """What was typed or pasted is not in the field, which is as it was; `why` is a sentence."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    #: What is typed does not change the size of a field, so that the screen need not be laid out for each letter.
    virtual_size = Reactive(Size(0, 0))

    def __init__(self, *, id: str, placeholder: str = "", secret: bool = False, select: bool = True) -> None:
        super().__init__(
            id=id,
            placeholder=placeholder,
            password=secret,
            max_length=MAX_TYPED,
            compact=True,
            select_on_focus=select,
        )
        self.cursor_blink = False

    def _on_paste(self, event: Paste) -> None:
        event.stop()
        event.prevent_default()
        self.take(event.text)

    def action_paste(self) -> None:
        self.take(self.app.clipboard)

    def take(self, pasted: str) -> None:
        """Put a paste where the selection or the cursor is. What ends a copied line or cell does not count."""
        text = pasted.strip("\r\n\t")
        if is_plain(text):
            self.replace(text, *self.selection)
        else:
            self.post_message(
                self.NotTaken("Nothing was pasted: it has several lines, or characters that cannot be shown.")
            )

    def restricted(self) -> None:
        self.post_message(self.NotTaken(f"That did not go in: {MAX_TYPED} characters are the most here."))
