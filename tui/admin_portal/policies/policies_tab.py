"""The Conditional Policies tab: what each policy does to whom, and its switch."""

from typing import Any

from textual import on
from textual.app import ComposeResult

from mfadrill.core.conditional_access import SwitchPolicy
from mfadrill.core.refusals import Refusal
from mfadrill.sim.simulation import Receipt
from mfadrill.tui.actions.action import Area
from mfadrill.tui.actions.registry import bindings
from mfadrill.tui.admin_portal.policies.policies_view import PolicyRow, policy_rows
from mfadrill.tui.admin_portal.tab import Tab
from mfadrill.tui.cells import Piece, cell_len, fit
from mfadrill.tui.dialog import Words
from mfadrill.tui.line_list import LineList
from mfadrill.tui.messages import Perform
from mfadrill.tui.moment import Moment

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
        "user's own requirement, and deny beats all others. Space switches the policy at the cursor."
    )
    DEFAULT_CSS = """
    PoliciesTab PolicyList { height: 1fr; }
    PoliciesTab #policy-details { height: auto; max-height: 6; background: $boost; padding: 0 1; }
    PoliciesTab #policy-details.problem { color: $error; }
    """

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._policies = 0

    @property
    def situation(self) -> dict[str, Any]:
        return {"policies": self._policies}

    def focus_first(self) -> None:
        self.policy_list.focus()

    def compose(self) -> ComposeResult:
        yield PolicyList()
        yield Words(id="policy-details")

    @property
    def policy_list(self) -> PolicyList:
        return self.query_one(PolicyList)

    def show(self, moment: Moment) -> None:
        self._policies = len(moment.world.policies)
        self.policy_list.show(policy_rows(moment.world))
        self._show_details()

    def _show_details(self) -> None:
        details = self.query_one("#policy-details", Words)
        details.display = bool(self.policy_list.rows)
        if self.policy_list.rows:
            details.say(_details(self.policy_list.rows[self.policy_list.cursor]))

    @on(PolicyList.Moved)
    def _moved(self, event: PolicyList.Moved) -> None:
        event.stop()
        self._show_details()

    @on(PolicyList.Toggled)
    @on(PolicyList.Opened)
    def _chosen(self, event: PolicyList.Moved) -> None:
        event.stop()
        self._switch(event.index)

    def action_switch(self) -> None:
        self._switch(self.policy_list.cursor)

    def _switch(self, index: int) -> None:
        if index < len(self.policy_list.rows):
            row = self.policy_list.rows[index]
            self.post_message(Perform(SwitchPolicy(row.id, not row.on), self._answered))

    def _answered(self, answer: Receipt | Refusal) -> None:
        if isinstance(answer, Refusal):
            self.query_one("#policy-details", Words).say(answer.text, problem=True)


def _details(row: PolicyRow) -> str:
    lines = [row.description] if row.description else []
    lines.append(f"{'ON' if row.on else 'OFF'} · users: {row.targets} · resources: {row.resources}")
    if row.conditions:
        lines.append(f"Condition: {row.conditions}")
    lines.append(f"Effect: {row.effect}")
    return "\n".join(lines)
