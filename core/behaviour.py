"""How a crowd behaves: users who log in on their own. `mfadrill.sim.crowd` lets them."""

from datetime import date

from msgspec import Struct

#: Log-ins are spread over the working days, Monday to Friday.
WORKING_DAYS = 5
MINUTES_A_DAY = 24 * 60


class Behaviour(Struct, frozen=True, kw_only=True):
    """What the users of an organization are like, all of them drawn from this one description.

    `opens` and `closes` are the working hours, in minutes after midnight in the organization's zone. `log_ins` is how
    often a user logs in during a week of five working days, on the average. `enroll_at_first` and `enroll_at_last`
    are the chances in percent that a user who is shown the set-up modal enrolls: just after the period began, and
    just before it ends (in between they rise evenly). `away` is how many percent of the users are away for all of a
    week, another lot each week. On `holidays`, dates in the organization's zone, nobody logs in.
    """

    name: str = "typical"
    log_ins: int = 4
    opens: int = 8 * 60
    closes: int = 18 * 60
    enroll_at_first: int = 10
    enroll_at_last: int = 50
    away: int = 5
    holidays: tuple[date, ...] = ()


PRESETS = {
    behaviour.name: behaviour
    for behaviour in (
        Behaviour(name="eager", log_ins=5, enroll_at_first=50, enroll_at_last=90, away=2),
        Behaviour(),
        Behaviour(name="reluctant", log_ins=3, enroll_at_first=2, enroll_at_last=25),
        # A quarter of them are not there at all in any one week, and come back to what has expired meanwhile.
        Behaviour(name="vacation", away=25),
    )
}
