"""The actions of a replay."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_replay(now: Situation) -> str:
    return "" if now.replaying else "No scenario is replayed; Replay a scenario… begins one."


def _needs_step_ahead(now: Situation) -> str:
    return _needs_replay(now) or ("" if now.steps_ahead else "That was the last step of the scenario.")


def _needs_step_behind(now: Situation) -> str:
    return _needs_replay(now) or ("" if now.steps_behind else "No step has been done yet.")


REPLAY: tuple[Action, ...] = (
    Action(
        id="replay.step",
        label="Next step",
        keys=("right", "full_stop"),
        help="Do the next step of the scenario, and show what it is about.",
        area=Area.REPLAY,
        run="step(1)",
        short="step",
        why_not=_needs_step_ahead,
    ),
    Action(
        id="replay.back",
        label="Step back",
        keys=("left", "comma"),
        help="Go to how everything was before the latest step.",
        area=Area.REPLAY,
        run="step(-1)",
        short="back",
        why_not=_needs_step_behind,
    ),
    Action(
        id="replay.play",
        label="Play or pause the replay",
        keys=("space",),
        help="Do one step after the other, up to the end or to one that does not bring what it should.",
        area=Area.REPLAY,
        run="play",
        short="play",
        why_not=_needs_replay,
    ),
    Action(
        id="replay.steps",
        label="Steps…",
        keys=("enter",),
        help="List all steps, with what they brought so far, and go to any of them.",
        area=Area.REPLAY,
        run="steps",
        short="steps",
        why_not=_needs_replay,
    ),
    Action(
        id="replay.first",
        label="To the beginning",
        keys=("home",),
        help="Go to before the first step.",
        area=Area.REPLAY,
        run="go_to(0)",
        why_not=_needs_step_behind,
    ),
    Action(
        id="replay.last",
        label="To the last step",
        keys=("end",),
        help="Do all steps that are left.",
        area=Area.REPLAY,
        run="go_to(-1)",
        why_not=_needs_step_ahead,
    ),
    Action(
        id="replay.speed",
        label="Pace of the replay…",
        keys=("s",),
        help="For how long each step is shown while the replay plays.",
        area=Area.REPLAY,
        run="pace",
        why_not=_needs_replay,
    ),
    Action(
        id="replay.leave",
        label="Leave the replay…",
        keys=("x",),
        help="Go on from here on your own, or go back to what you had before the replay.",
        area=Area.REPLAY,
        run="leave",
        short="leave",
        why_not=_needs_replay,
    ),
)
