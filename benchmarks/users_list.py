"""The list of users at 100,000: first paint, filter keystroke, sort, cursor down, page down.

Peer: Textual's DataTable with as many rows of the same cells, in the same run. Both applications run whole, with a
driver that counts the bytes they write and has no terminal. A keystroke ends with the last byte written for it.
Filling the DataTable takes half a minute. Run: python benchmarks/users_list.py [--million]
"""

import argparse
import asyncio
import gc
import os
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import NamedTuple

os.environ["TEXTUAL_COLOR_SYSTEM"] = "truecolor"  # read when textual is imported

from measure import line
from textual import events
from textual.app import App, ComposeResult
from textual.drivers import headless_driver
from textual.pilot import Pilot
from textual.widgets import DataTable

from mfadrill.core.accounts import CreateUsers
from mfadrill.core.organization import Organization
from mfadrill.core.requirement import RequireMfa
from mfadrill.core.settings import CreateGroup, CreateOrganization
from mfadrill.core.users import User, user_id
from mfadrill.sim.population import DEPARTMENTS, people
from mfadrill.sim.simulation import Simulation
from mfadrill.tui.admin_portal.status_text import status_in_short
from mfadrill.tui.admin_portal.users.columns import Column
from mfadrill.tui.admin_portal.users.filters import Filters
from mfadrill.tui.admin_portal.users.user_list import UserList
from mfadrill.tui.admin_portal.users.users_tab import UsersTab
from mfadrill.tui.admin_portal.users.users_view import Lists
from mfadrill.tui.app import DrillApp
from mfadrill.tui.directory import Directory

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
SIZE = (120, 40)
#: Long after the last byte of a keystroke, in seconds.
SETTLED = 0.15


class Meter(headless_driver.HeadlessDriver):
    """No terminal; counts what would be written to one."""

    written = 0
    wrote_at = 0.0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        Meter.written += len(data.encode())
        Meter.wrote_at = time.perf_counter()


class Cost(NamedTuple):
    """Seconds until the last byte, seconds of CPU, bytes."""

    took: float
    cpu: float
    output: int


async def cost(act: Callable[[], object], ready: Callable[[], bool] = lambda: True) -> Cost:
    written, cpu, began = Meter.written, time.process_time(), time.perf_counter()
    act()
    while True:
        await asyncio.sleep(SETTLED)
        if ready() and time.perf_counter() - max(Meter.wrote_at, began) >= SETTLED:
            break
    return Cost(max(Meter.wrote_at - began, 0), time.process_time() - cpu, Meter.written - written)


def middle(costs: list[Cost]) -> Cost:
    return Cost(*(median(values) for values in zip(*costs, strict=True)))  # type: ignore[arg-type]


def most(costs: list[Cost]) -> Cost:
    return Cost(*(max(values) for values in zip(*costs, strict=True)))  # type: ignore[arg-type]


def press(app: App, key: str) -> Callable[[], object]:
    character = key if len(key) == 1 else None
    return lambda: app.post_message(events.Key(key, character))


class Figures(NamedTuple):
    paint: float
    keystroke: Cost
    sort: Cost
    down: Cost
    page: Cost


def organization(size: int) -> Simulation:
    groups = [CreateGroup(department) for department in DEPARTMENTS]
    found = Simulation(
        START,
        1,
        [
            CreateOrganization(Organization(name="Nordwind")),
            *groups,
            CreateUsers(tuple(people(size, 1))),
        ],
    )
    everybody = tuple(user_id(user.username) for user in found.world.users.values())
    found.act(RequireMfa(everybody[::2], 7))
    found.advance(timedelta(days=8))
    found.act(RequireMfa(everybody[1::4], 14))
    return found


async def movements(app: App) -> tuple[Cost, Cost]:
    downs = [await cost(press(app, "down")) for _ in range(10)]
    pages = [await cost(press(app, "pagedown")) for _ in range(10)]
    return middle(downs), middle(pages)


async def running(app: App, measure: Callable[[Pilot], Awaitable[Figures]]) -> Figures:
    gc.collect()
    async with app.run_test(size=SIZE) as pilot:
        return await measure(pilot)


def ours(simulation: Simulation) -> Figures:
    app = DrillApp(simulation)
    began = time.perf_counter()

    async def measure(_: Pilot) -> Figures:
        await cost(lambda: None)
        paint = Meter.wrote_at - began
        tab = app.query_one(UsersTab)
        down, page = await movements(app)
        sorts: list[Cost] = []
        for column in (*(c for c in Column if c is not Column.USER), Column.USER):

            def ready(column: Column = column) -> bool:
                view = tab.user_list.view
                return view is not None and view.sorting.column is column

            sorts.append(await cost(lambda column=column: tab.sort_by(column), ready))  # type: ignore[misc]
        tab.action_search()
        await cost(press(app, "z"))  # makes what is searched through
        strokes: list[Cost] = []
        for text in ("an", "mar", "an mar", "example mar 2"):
            tab.set_filters(type(tab.filters)())
            await cost(lambda: None)
            strokes += [await cost(press(app, "space" if key == " " else key)) for key in text]
        return Figures(paint, middle(strokes), most(sorts), down, page)

    return asyncio.run(running(app, measure))


class Bare(App[None]):
    """The list of users alone."""

    def __init__(self, simulation: Simulation) -> None:
        super().__init__()
        self.simulation = simulation

    def compose(self) -> ComposeResult:
        yield UserList()

    def on_mount(self) -> None:
        world = self.simulation.world
        view = Lists(Directory(world.users)).view(world, self.simulation.now, Filters())
        self.query_one(UserList).show(view)


def first_paint(app: App) -> float:
    """Seconds from starting an application to its last byte."""
    gc.collect()
    began = time.perf_counter()

    async def run() -> float:
        async with app.run_test(size=SIZE):
            await cost(lambda: None)
            return Meter.wrote_at - began

    return asyncio.run(run())


class Table(App[None]):
    def __init__(self, rows: list[tuple[str, ...]]) -> None:
        super().__init__()
        self.rows = rows
        self.animation_level = "none"

    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("User", "State", "Department", "Groups", "Alerts", "MFA", "Req.")
        table.add_rows(self.rows)


def peer(rows: list[tuple[str, ...]]) -> Figures:
    app = Table(rows)
    began = time.perf_counter()

    async def measure(_: Pilot) -> Figures:
        await cost(lambda: None)
        paint = Meter.wrote_at - began
        table = app.query_one(DataTable)
        down, page = await movements(app)
        column = list(table.columns)[2]
        sort = await cost(lambda: table.sort(column))

        def narrow() -> None:
            table.clear()
            table.add_rows(row for row in rows if "mar" in row[0])

        return Figures(paint, await cost(narrow), sort, down, page)

    return asyncio.run(running(app, measure))


def cells(user: User, simulation: Simulation) -> tuple[str, ...]:
    status = status_in_short(user, simulation.world.organization, simulation.now)
    required = "yes" if user.required else "–"
    return f"{user.username} {user.name}", user.state.label, user.department, "", "", status, required


def say(ours: Figures, peer: Figures, alone: float) -> None:
    def row(what: str, value: float, unit: str, goal: str, theirs: float) -> None:
        scale = 1 if unit == "bytes" else 1000
        line(
            what,
            f"{value * scale:,.{0 if unit == 'bytes' else 1}f} {unit}",
            goal,
            f"{theirs / value:,.1f}x less than DataTable ({theirs * scale:,.0f} {unit})",
        )

    row("first paint of the list alone", alone, "ms", "50x faster", peer.paint)
    row("first paint of the whole application", ours.paint, "ms", "", peer.paint)
    stroke = "filter keystroke to painted rows, median"
    row(stroke, ours.keystroke.took, "ms", "< 50 ms", peer.keystroke.took)
    row("filter keystroke, CPU", ours.keystroke.cpu, "ms", "", peer.keystroke.cpu)
    row("sort, the slowest column", ours.sort.took, "ms", "< 500 ms", peer.sort.took)
    row("sort, the slowest column, CPU", ours.sort.cpu, "ms", "", peer.sort.cpu)
    row("cursor down, CPU", ours.down.cpu, "ms", "< 5 ms", peer.down.cpu)
    row("cursor down, output", ours.down.output, "bytes", "< 1,000 bytes", peer.down.output)
    row("page down, CPU", ours.page.cpu, "ms", "< 25 ms", peer.page.cpu)
    row("page down, output", ours.page.output, "bytes", "", peer.page.output)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--million", action="store_true", help="open 1,000,000 users and scroll, without DataTable"
    )
    million = parser.parse_args().million
    headless_driver.HeadlessDriver = Meter  # type: ignore[misc]
    size = 1_000_000 if million else 100_000
    simulation = organization(size)
    found = ours(simulation)
    if million:
        line(f"{size:,} users: start to first paint", f"{found.paint * 1000:,.0f} ms", "it opens")
        line("cursor down, CPU", f"{found.down.cpu * 1000:.1f} ms", "it scrolls")
        line("page down, CPU", f"{found.page.cpu * 1000:.1f} ms", "it scrolls")
        line("filter keystroke, median", f"{found.keystroke.took * 1000:.0f} ms", "")
        line("sort, the slowest column", f"{found.sort.took * 1000:,.0f} ms", "")
        return
    alone = first_paint(Bare(simulation))
    say(found, peer([cells(user, simulation) for user in simulation.world.users.values()]), alone)


if __name__ == "__main__":
    main()
