"""The actions of every list."""

from mfadrill.tui.actions.action import Action, Area

LISTS: tuple[Action, ...] = (
    *(
        Action(id=f"list.{id_}", label=label, keys=keys, help=help_, area=Area.LISTS, run=run, short=short)
        for id_, label, keys, help_, run, short in (
            ("toggle", "Select", ("space",), "Select the line, or no longer.", "toggle_line", "select"),
            ("open", "Open", ("enter",), "Open the line, as a double click does.", "open", "open"),
            ("up", "Up", ("up", "k"), "One line up.", "cursor_up", ""),
            ("down", "Down", ("down", "j"), "One line down.", "cursor_down", ""),
            ("page-up", "Page up", ("pageup",), "One screen up.", "page_up", ""),
            ("page-down", "Page down", ("pagedown",), "One screen down.", "page_down", ""),
            ("first", "First", ("home",), "To the first line.", "first", ""),
            ("last", "Last", ("end",), "To the last line.", "last", ""),
        )
    ),
)
