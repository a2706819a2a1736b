"""Takes the mails that are new to the mail server, in a thread beside the interface."""

import asyncio

from textual.app import App

from mfadrill.core.plain import plain
from mfadrill.sim.mail_delivery import MailDelivery, SentSince, Server
from mfadrill.sim.simulation import Simulation


class OutgoingMail:
    """`look` after each change of the simulation."""

    def __init__(self, app: App[None], server: Server, simulation: Simulation) -> None:
        self._app = app
        self.delivery = MailDelivery(server)
        self._sent = SentSince(simulation)
        self._news = self._under_way = False

    def know(self, simulation: Simulation) -> None:
        """Look at another simulation from now on; what was sent in it already is not new."""
        self._sent = SentSince(simulation)

    def look(self, simulation: Simulation) -> None:
        """Have what was sent since the last look delivered."""
        mails = self._sent.new(simulation)
        if not mails:
            return
        self.delivery.hand_over(mails)
        self._news = True
        if not self._under_way:
            self._under_way = True
            self._app.run_worker(self._deliver, group="delivery", description="delivery")

    async def _deliver(self) -> None:
        # One at a time, so that mails arrive in order; what is handed over meanwhile is the next round.
        try:
            while self._news:
                self._news = False
                told = await asyncio.to_thread(self.delivery.deliver)
                if told:
                    self._app.notify(plain(told), severity="warning", markup=False)
        finally:
            self._under_way = False
