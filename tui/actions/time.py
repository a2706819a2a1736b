"""The actions that move the clock."""

from mfadrill.tui.actions.action import Action, Area, Situation, always


def _needs_start_behind(now: Situation) -> str:
    return "The clock stands at the start; there is nothing before it." if now.at_start else ""


def _needs_something_ahead(now: Situation) -> str:
    if now.something_ahead:
        return ""
    return "Nothing will happen by itself: no period runs and nothing is scheduled."


def _needs_act(now: Situation) -> str:
    return "" if now.can_undo else "There is nothing to undo."


def _travel(id_: str, label: str, key: str, hours: int, short: str = "") -> Action:
    return Action(
        id=f"time.{id_}",
        label=label,
        keys=(key,),
        help="What is due on the way happens at its exact instant."
        if hours > 0
        else "Nothing is lost: what happened stays recorded, ahead of the clock.",
        area=Area.TIME,
        run=f"travel_hours({hours})",
        short=short,
        why_not=always if hours > 0 else _needs_start_behind,
    )


TIME: tuple[Action, ...] = (
    _travel("forward-hour", "Forward an hour", "h", 1, "+hour"),
    _travel("forward-day", "Forward a day", "d", 24, "+day"),
    _travel("forward-week", "Forward a week", "w", 168, "+week"),
    _travel("back-hour", "Back an hour", "H", -1),
    _travel("back-day", "Back a day", "D", -24),
    _travel("back-week", "Back a week", "W", -168),
    Action(
        id="time.next",
        label="Next event",
        keys=("n",),
        help="Go to what happens next; the time bar says what that is.",
        area=Area.TIME,
        run="next_event",
        short="next",
        why_not=_needs_something_ahead,
    ),
    Action(
        id="time.until",
        label="Go on until…",
        keys=("U",),
        help="Until someone is locked out, nobody is in enrollment, so many are enrolled, or an event of a user.",
        area=Area.TIME,
        run="until",
        why_not=_needs_something_ahead,
    ),
    Action(
        id="time.date",
        label="To a date…",
        keys=("g",),
        help="Go to a date and time, or by a span such as +36h, +8d or -2d.",
        area=Area.TIME,
        run="to_date",
        short="date",
    ),
    Action(
        id="time.start",
        label="Back to the start",
        keys=("0",),
        help="Set the clock to the start of the simulation.",
        area=Area.TIME,
        run="to_start",
        why_not=_needs_start_behind,
    ),
    Action(
        id="time.play",
        label="Play or pause",
        keys=("P",),
        help="Let time pass by itself at the speed that was chosen, or pause it. You can act meanwhile.",
        area=Area.TIME,
        run="play",
    ),
    Action(
        id="time.speed",
        label="Speed…",
        keys=("S",),
        help="How fast time passes while it plays, from real time to a day a second, and whether it pauses at events.",
        area=Area.TIME,
        run="speed",
    ),
    Action(
        id="time.digest",
        label="What happened",
        keys=("v",),
        help="Everything that the last journey of the clock brought, by day and kind with names; enter goes there.",
        area=Area.TIME,
        run="digest",
    ),
    Action(
        id="time.zoom-in",
        label="Show less of the timeline",
        keys=("right_square_bracket",),
        help="Show a shorter span on the strip, down to an hour; so does the wheel over it.",
        area=Area.TIME,
        run="zoom(-1)",
    ),
    Action(
        id="time.zoom-out",
        label="Show more of the timeline",
        keys=("left_square_bracket",),
        help="Show a longer span on the strip, up to a year, or everything.",
        area=Area.TIME,
        run="zoom(1)",
    ),
    Action(
        id="time.crowd",
        label="Crowd…",
        keys=(),
        help="Let users log in on their own from now on, and choose how they behave; or nobody any more.",
        area=Area.TIME,
        run="crowd",
    ),
    Action(
        id="time.undo",
        label="Undo",
        keys=("u",),
        help="Step back to just before the latest act, on a new branch without it. The old branch keeps it.",
        area=Area.TIME,
        run="undo",
        short="undo",
        why_not=_needs_act,
    ),
)
