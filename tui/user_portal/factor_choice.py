"""One of the factors on offer."""

from textual import events
from textual.content import Content
from textual.message import Message
from textual.widgets import RadioButton, RadioSet

from mfadrill.core.factors import Factor

IN_FULL = {
    Factor.TOTP: "Authenticator app (TOTP)",
    Factor.PUSH: "Push to your phone (Push)",
    Factor.WEBAUTHN: "Security key (WebAuthn)",
    Factor.DUO: "Duo",
}


class FactorButton(RadioButton):
    """Tells chosen from not chosen by its shape, not by a color alone."""

    def render(self) -> Content:
        label = self.label.pad(1, 1).stylize_before(self.get_visual_style("toggle--label"))
        return Content.assemble("(•)" if self.value else "( )", label)


class FactorChoice(RadioSet):
    """All factors are there, and those that are not on offer are hidden: the choice outlives a new offer."""

    DEFAULT_CSS = """
    FactorChoice { width: 1fr; }
    FactorChoice RadioButton:disabled { display: none; }
    """

    class GoOn(Message):
        """Enter: this one, and on."""

    def __init__(self, *, id: str) -> None:
        self._buttons = {factor: FactorButton(text, id=factor.lower()) for factor, text in IN_FULL.items()}
        super().__init__(*self._buttons.values(), id=id, compact=True)
        self._offered: tuple[Factor, ...] = ()

    def offer(self, factors: tuple[Factor, ...], *, afresh: bool) -> None:
        """Offer these. The first one is chosen when this is another log-in, or the chosen one is gone."""
        changed = factors != self._offered
        self._offered = factors
        if changed:
            for factor, choice in self._buttons.items():
                choice.disabled = factor not in factors
        if factors and (afresh or self.chosen not in factors):
            with self.prevent(self.Changed):  # the person has not chosen anything
                self.choose(factors[0])

    def on_key(self, event: events.Key) -> None:
        """Space chooses, as in every list of choices; enter chooses and goes on."""
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            self.action_toggle_button()
            self.post_message(self.GoOn())

    def choose(self, factor: Factor) -> None:
        # The set itself lets the old one go only later, and until then there would be two.
        with self.prevent(RadioButton.Changed):
            for other, choice in self._buttons.items():
                choice.value = choice.value and other is factor
        self._buttons[factor].value = True
        self._selected = list(self._buttons).index(factor)

    @property
    def chosen(self) -> Factor | None:
        return next((factor for factor, choice in self._buttons.items() if choice.value), None)
