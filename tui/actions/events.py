"""The actions of the Events tab."""

from mfadrill.tui.actions.action import Action, Area, Situation


def _needs_event(now: Situation) -> str:
    return "" if now.events else "No event is listed."


def _needs_filter(now: Situation) -> str:
    return "" if now.events_filtered else "No filter of the events is set."


EVENTS: tuple[Action, ...] = tuple(
    Action(
        id=f"events.{id_}",
        label=label,
        keys=keys,
        help=says,
        area=Area.EVENTS,
        run=run,
        short=short,
        why_not=why,
    )
    for id_, label, keys, says, run, short, why in (
        (
            "jump",
            "Go to the instant of the event",
            ("t",),
            "Set the clock to the instant of the event at the cursor; the log then shows what happened up to there.",
            "jump",
            "go there",
            _needs_event,
        ),
        (
            "search",
            "Search the events",
            ("slash",),
            "Search what happened and whom it touched; every word must be found.",
            "search",
            "search",
            lambda _: "",
        ),
        (
            "kind",
            "Events of one kind…",
            ("e",),
            "Show the events with one name of the vendor's log only.",
            "kind",
            "kind",
            lambda _: "",
        ),
        (
            "actor",
            "Events by whom…",
            ("b",),
            "Show what the admin, the users or the system did only.",
            "actor",
            "by",
            lambda _: "",
        ),
        (
            "problems",
            "Only problems",
            ("p",),
            "Show refused log-ins, expired periods and lock-outs only, or everything again.",
            "problems",
            "problems",
            lambda _: "",
        ),
        (
            "same-user",
            "Events of this user",
            ("s",),
            "Show the events of the user or thing that the event at the cursor touches only.",
            "same_user",
            "",
            _needs_event,
        ),
        (
            "clear",
            "Clear the filters of the events",
            ("c",),
            "Show every event again.",
            "clear",
            "",
            _needs_filter,
        ),
    )
)
