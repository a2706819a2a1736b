"""Running the application in this terminal."""

import sys
from typing import TYPE_CHECKING, Any

from mfadrill.core.plain import plain
from mfadrill.tui.exit_status import FAILED, PASSED

if TYPE_CHECKING:
    from mfadrill.sim.mail_delivery import Server
    from mfadrill.sim.simulation import Simulation


def has_terminal() -> bool:
    """Whether the application can be shown; if not, it is said."""
    if sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty():
        return True
    print("mfadrill: the application needs a terminal; `mfadrill replay` does not.", file=sys.stderr)
    return False


def run(simulation: "Simulation", title: str, smtp: "Server | None", **more: Any) -> int:
    """Run it until the user leaves. What is asked for beyond that is what DrillApp takes."""
    from platformdirs import user_config_path

    from mfadrill.core.words import count
    from mfadrill.tui.app import DrillApp

    saved_filters = user_config_path("mfadrill", appauthor=False) / "filters.json"
    app = DrillApp(simulation, title=title, saved_filters=saved_filters, smtp=smtp, **more)
    app.run()
    if app.outgoing is not None and (left := len(app.outgoing.delivery.waiting)):
        print(f"{count(left, 'mail')} could not be delivered to {smtp}.", file=sys.stderr)
    if app.autosave is not None and (unsaved := app.autosave.close()):
        print(plain(f"{unsaved} What happened since then is lost."), file=sys.stderr)
        return FAILED
    return PASSED
