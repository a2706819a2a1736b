"""The actions of the whole application."""

from mfadrill.tui.actions.action import Action, Area, Situation

#: What the palette has over an open dialog, too.
ANYWHERE = ("app.save-screen", "app.theme", "app.quit")


def _why_not_keep(situation: Situation) -> str:
    if situation.served:
        return "The server keeps your sandbox, and nothing else: what a replay leaves is gone when you leave."
    return f"It is kept in {situation.workspace!r} already." if situation.workspace else ""


APPLICATION: tuple[Action, ...] = (
    Action(
        id="app.help",
        label="Help",
        keys=("question_mark", "f1"),
        help="Every key, what it does, and why it cannot be used now.",
        area=Area.APPLICATION,
        run="help",
        short="help",
    ),
    Action(
        id="app.palette",
        label="Command palette",
        keys=("ctrl+p",),
        help="Find any action by its name, open a user, or switch to another branch.",
        area=Area.APPLICATION,
        run="command_palette",
        short="palette",
    ),
    Action(
        id="app.pane",
        label="Other pane",
        keys=("ctrl+o", "f6"),
        help="Go to the other portal; below 120 columns one of them is shown at a time.",
        area=Area.APPLICATION,
        run="other_pane",
        short="other pane",
    ),
    Action(
        id="app.jump",
        label="Jump",
        keys=("semicolon",),
        help="Show a letter on each part of the screen; pressing it goes there.",
        area=Area.APPLICATION,
        run="jump",
    ),
    Action(
        id="app.theme",
        label="Dark or light",
        keys=("ctrl+t",),
        help="Switch between the dark and the light colors.",
        area=Area.APPLICATION,
        run="other_theme",
    ),
    Action(
        id="app.branch",
        label="Branches",
        keys=("ctrl+g",),
        help="The tree of branches: switch, rename, delete, compare two, or tell one again without one of its acts.",
        area=Area.APPLICATION,
        run="branches",
    ),
    Action(
        id="app.save-scenario",
        label="Save as scenario…",
        keys=(),
        help="Save what was done on this branch as a scenario file, which replays to the same log.",
        area=Area.APPLICATION,
        run="save_scenario",
    ),
    Action(
        id="app.acts",
        label="Acts of this branch…",
        keys=(),
        help="Everything that was done on this branch; tell it again without an act, or with other days.",
        area=Area.APPLICATION,
        run="acts",
    ),
    Action(
        id="app.keep",
        label="Keep as a workspace…",
        keys=(),
        help="Save this simulation in a file, and from then on everything that happens in it.",
        area=Area.APPLICATION,
        run="keep",
        why_not=_why_not_keep,
    ),
    Action(
        id="app.replay",
        label="Replay a scenario…",
        keys=("R",),
        help="Choose a shipped scenario or a file, and go through it step by step, forwards and back.",
        area=Area.APPLICATION,
        run="replay",
    ),
    Action(
        id="app.save-screen",
        label="Save this screen…",
        keys=(),
        help="Write what is on the screen to a file, as a drawing (.svg) or as text (.txt); open dialogs are in it.",
        area=Area.APPLICATION,
        run="save_screen",
    ),
    Action(
        id="app.quit",
        label="Quit",
        keys=("ctrl+q",),
        help="Leave mfadrill.",
        area=Area.APPLICATION,
        run="quit",
    ),
)
