"""The Conditional Policies tab: what each policy does to whom, its switch, and the way to its editor."""

import asyncio
from typing import Any

from textual import on
from textual.app import ComposeResult

from mfadrill.core.policies import Policy, PolicyId
from mfadrill.core.refusals import Refusal
from mfadrill.core.world import World
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.action_line import ActionLine, Link
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.policies.change_dialog import ChangeDialog
from mfadrill.tui.admin_portal.policies.policies_view import (
    Grouped,
    PolicyRow,
    details,
    grouped,
    policy_rows,
)
from mfadrill.tui.admin_portal.policies.policy_change import Effects, PolicyChange
from mfadrill.tui.admin_portal.policies.policy_editor import PolicyEditor
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.aside import MANY, aside
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.dialog import Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment

TITLE = "SECURITY MANAGEMENT › Conditional Policies"
PRECEDENCE = "Order does not matter: deny beats allow + MFA, which beats allow; all beat the portal default."

#: The buttons below the list: the action, and its label. The first one needs no policy.
BUTTONS = (("new", "+ new"), ("edit", "edit"), ("switch", "switch"), ("delete", "delete"))

#: The cells that users and effect have at least, however long the names are.
LEAST = 10


class PolicyList(LineList):
    """Policies by name. A click on the switch at the left switches the policy."""

    BINDINGS = bindings(Area.POLICIES)
    has_header = True
    box_width = 6

    def __init__(self) -> None:
        super().__init__(id="policies-list")
        self.rows: tuple[PolicyRow, ...] = ()

    def show(self, rows: tuple[PolicyRow, ...]) -> None:
        self.rows = rows
        self.lines_changed()

    def line_count(self) -> int:
        return len(self.rows)

    def _widths(self, width: int) -> tuple[int, int, int]:
        """The cells of name, users and effect: the names have what they need, then the effects."""
        left = width - self.box_width - 2
        name = min(max([len("Policy"), *(cell_len(row.name) for row in self.rows)]), left - 2 * LEAST)
        effect = min(max([len("Effect"), *(cell_len(row.effect) for row in self.rows)]), left - name - LEAST)
        return name, left - name - effect, effect

    def header(self, width: int) -> list[Piece]:
        name, targets, effect = self._widths(width)
        return [
            (
                " " * self.box_width
                + f"{fit('Policy', name)} {fit('Users', targets)} {fit('Effect', effect)}",
                "",
            )
        ]

    def line(self, index: int, width: int) -> list[Piece]:
        row = self.rows[index]
        name, targets, effect = self._widths(width)
        switch: Piece = ("● ON  ", "good") if row.on else ("○ OFF ", "muted")
        tone = "" if row.on else "muted"
        return [
            switch,
            (fit(row.name, name) + " ", "strong" if row.on else "muted"),
            (fit(row.targets, targets) + " ", tone),
            (
                fit(row.effect, effect),
                ("bad" if row.effect.startswith("Deny") else "") if row.on else "muted",
            ),
        ]

    def empty(self) -> str:
        return "There are no conditional access policies:\nthe portal default (tab MFA) decides alone."


class PoliciesTab(Tab):
    HELP = (
        "Conditional Policies: who may reach what, and with which factor. A policy that is ON beats the "
        "user's own requirement, and deny beats all others. Enter opens the policy at the cursor in the editor, "
        "space switches it, and + makes a new one."
    )
    DEFAULT_CSS = """
    PoliciesTab #policies-title { height: 1; padding: 0 1; text-style: bold; color: $primary; }
    PoliciesTab #policies-order { height: auto; padding: 0 1; color: $text-muted; }
    PoliciesTab PolicyList { height: 1fr; }
    PoliciesTab #policy-details { height: auto; max-height: 6; background: $boost; padding: 0 1; }
    PoliciesTab #policy-details.problem { color: $error; }
    PoliciesTab #policy-buttons { background: $surface; padding: 0 1; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._moment: Moment | None = None
        self._grouped: Grouped | None = None

    @property
    def situation(self) -> dict[str, Any]:
        if self._moment is None:
            return {}  # not looked at yet
        return {"policies": len(self._moment.world.policies)}

    def focus_first(self) -> None:
        self.policy_list.focus()

    def compose(self) -> ComposeResult:
        yield Words(TITLE, id="policies-title")
        yield Words(PRECEDENCE, id="policies-order")
        yield PolicyList()
        yield Words(id="policy-details")
        yield ActionLine(id="policy-buttons")

    @property
    def policy_list(self) -> PolicyList:
        return self.query_one(PolicyList)

    # Showing

    def show(self, moment: Moment) -> None:
        before, self._moment = self._moment, moment
        rows, chosen = policy_rows(moment.world), self._chosen
        self.policy_list.show(rows)
        self._keep_cursor(chosen)
        if before is None or before.world.users is not moment.world.users:
            self._count(moment)
        self._show_details()

    def _keep_cursor(self, policy: PolicyId | None) -> None:
        """The cursor stays on its policy when others come before it, or go."""
        rows = self.policy_list.rows
        found = next((index for index, row in enumerate(rows) if row.id == policy), None)
        if found is not None and found != self.policy_list.cursor:
            self.policy_list.move_to(found)

    def point_at(self, name: str) -> None:
        """Put the cursor on the policy of this name, if there is one."""
        named = (row.id for row in self.policy_list.rows if row.name.casefold() == name.casefold())
        self._keep_cursor(next(named, None))

    def _count(self, moment: Moment) -> None:
        self.workers.cancel_group(self, "targets")
        self._grouped = None
        if len(moment.world.users) <= MANY:
            self._grouped = grouped(moment.world)
        else:
            aside(self, "targets", self._count_aside, moment.world)

    async def _count_aside(self, world: World) -> None:
        self._grouped = await asyncio.to_thread(grouped, world)
        self._show_details()

    def _show_details(self) -> None:
        words, policy = self.query_one("#policy-details", Words), self._policy
        words.display = policy is not None
        if policy is not None:
            row = self.policy_list.rows[self.policy_list.cursor]
            words.say(details(row, policy, self._grouped))
        links = []
        for action, label in BUTTONS if policy is not None else BUTTONS[:1]:
            if action == "switch" and policy is not None:
                label = "switch off" if policy.on else "switch on"
            links += [Link(f" {label} ", "button", f"app.do('policies.{action}')"), Link(" ")]
        self.query_one("#policy-buttons", ActionLine).show_links(links)

    @property
    def _chosen(self) -> PolicyId | None:
        """The id of the policy at the cursor."""
        rows, cursor = self.policy_list.rows, self.policy_list.cursor
        return rows[cursor].id if cursor < len(rows) else None

    @property
    def _policy(self) -> Policy | None:
        """The policy at the cursor, as it is now."""
        return self._policy_at(self.policy_list.cursor)

    def _policy_at(self, index: int) -> Policy | None:
        rows = self.policy_list.rows
        if self._moment is None or index >= len(rows):
            return None
        return self._moment.world.policies.get(rows[index].id)

    @on(PolicyList.Moved)
    def _moved(self, event: PolicyList.Moved) -> None:
        event.stop()
        self._show_details()

    @on(PolicyList.Toggled)
    def _toggled(self, event: PolicyList.Toggled) -> None:
        event.stop()
        self._switch(self._policy_at(event.index))

    @on(PolicyList.Opened)
    def _opened(self, event: PolicyList.Opened) -> None:
        event.stop()
        self._edit(self._policy_at(event.index))

    # Actions

    def action_new(self) -> None:
        if self._moment is not None:
            self.app.push_screen(PolicyEditor(None, self._moment))

    def action_edit(self) -> None:
        self._edit(self._policy)

    def _edit(self, policy: Policy | None) -> None:
        if policy is not None and self._moment is not None:
            self.app.push_screen(PolicyEditor(policy, self._moment))

    def action_delete(self) -> None:
        if self._policy is not None:
            self._ask(PolicyChange(self._policy))

    def action_switch(self) -> None:
        self._switch(self._policy)

    def _switch(self, policy: Policy | None) -> None:
        """Switch at once, or ask first if somebody would be shut out."""
        moment = self._moment
        if policy is None or moment is None:
            return
        change = PolicyChange(policy, not policy.on)
        if len(moment.world.users) <= MANY:
            self._switch_or_ask(change, change.effects(moment.world, moment.now))
        else:
            aside(self, "switch", self._look_aside, change, moment)

    async def _look_aside(self, change: PolicyChange, moment: Moment) -> None:
        effects = await asyncio.to_thread(change.effects, moment.world, moment.now)
        self._switch_or_ask(change, effects)

    def _switch_or_ask(self, change: PolicyChange, effects: Effects) -> None:
        if effects.shut_out:
            self._ask(change)
        else:
            self.post_message(Perform(change.command, self._answered))

    def _ask(self, change: PolicyChange) -> None:
        if self._moment is not None:
            self.app.push_screen(ChangeDialog(change, self._moment))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#policy-details", Words).say(answer.text, problem=True)
