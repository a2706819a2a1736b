"""Importing 100,000 users: our reading and checking of every row, in times of csv.DictReader reading alone.

Run: python benchmarks/import_users.py
"""

import csv
import io
from datetime import UTC, datetime

from measure import line, pair

from mfadrill.core.organization import Organization
from mfadrill.core.world import World
from mfadrill.sim.user_csv import check, guess, parse_sheet

USERS = 100_000
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
WORLD = World(Organization(name="Nordwind"))
TEXT = (
    "Username,FirstName,LastName,Email,department,enable_user_portal_multifactor,EnrollmentDays\r\n"
    + "".join(
        f'user{n},Ada,"Love, Lace",user{n}@nordwind.example,Engineering,True,14\r\n' for n in range(USERS)
    )
)


def ours() -> None:
    sheet = parse_sheet(TEXT)
    assert len(check(sheet, guess(sheet.headers), WORLD, NOW).users) == USERS


def dict_reader() -> None:
    assert sum(1 for _ in csv.DictReader(io.StringIO(TEXT, newline=""))) == USERS


def main() -> None:
    timing = pair(ours, dict_reader, 3)
    line(
        f"read and check {USERS:,} rows",
        f"{timing.ours:.2f} s",
        "< 2 s",
        f"{timing.ratio:.1f}x csv.DictReader",
    )


if __name__ == "__main__":
    main()
