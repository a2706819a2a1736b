"""What a worker has to ask the front, and hears from it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count

from mfadrill.tui.classroom import messages as classroom
from mfadrill.tui.classroom.messages import Request
from mfadrill.tui.serving.guards import NotLetIn
from mfadrill.tui.serving.log import log_failure
from mfadrill.tui.serving.messages import (
    Answer,
    Ask,
    Attempt,
    Claim,
    FromWorker,
    Leave,
    Line,
    Release,
    Stop,
    Told,
    ToWorker,
)

#: Seconds that the session before has to end.
PATIENCE = 15.0

STOPPING = "The server stops; your sandbox is saved, and waits for you."


class ToFront:
    """The line to the front, for everything in a worker."""

    def __init__(self, line: Line[ToWorker]) -> None:
        self._line = line
        self._tickets = count(1)
        self._asked: dict[int, asyncio.Future[None]] = {}
        self._leave: dict[int, Callable[[str], None]] = {}
        #: Answers an instructor.
        self.answers: Callable[[Request], Awaitable[classroom.Answer]] | None = None
        self._answering: set[asyncio.Task[None]] = set()
        #: Set when the worker is to stop, or the front is gone.
        self.stopping = asyncio.Event()

    def tell(self, message: FromWorker) -> None:
        self._line.say(message)

    async def may_try(self, address: str) -> None:
        """Whether a password from there may be tried. Raises NotLetIn."""
        ticket = next(self._tickets)
        await self._answer(Attempt(ticket, address))

    @asynccontextmanager
    async def claimed(self, name: str, address: str, leave: Callable[[str], None]) -> AsyncIterator[None]:
        """Have a sandbox, once whoever has it has left; `leave` is called when somebody else wants it.

        Raises NotLetIn.
        """
        ticket = next(self._tickets)
        self._leave[ticket] = leave
        try:
            try:
                await asyncio.wait_for(self._answer(Claim(ticket, name, address)), PATIENCE)
            except TimeoutError:
                raise NotLetIn("Your other session is still at work; try again in a minute.") from None
            yield
        finally:
            del self._leave[ticket]
            self.tell(Release(ticket))

    async def _answer(self, question: Attempt | Claim) -> None:
        answer = self._asked[question.ticket] = asyncio.get_running_loop().create_future()
        self.tell(question)
        try:
            await answer
        finally:
            del self._asked[question.ticket]

    async def listen(self) -> None:
        """Until the front is gone, which is a reason to stop as well."""
        try:
            async for message in self._line.heard():
                self._heard(message)
        finally:
            self.stopping.set()
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_exception(NotLetIn(STOPPING))

    def _heard(self, message: ToWorker) -> None:
        match message:
            case Answer(ticket, refused):
                answer = self._asked.get(ticket)
                if answer is None or answer.done():
                    return
                if refused is None:
                    answer.set_result(None)
                else:
                    answer.set_exception(NotLetIn(refused))
            case Leave(ticket, why):
                if leave := self._leave.get(ticket):
                    leave(why)
            case Ask(ticket, request):
                task = asyncio.get_running_loop().create_task(self._tell_instructor(ticket, request))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case Stop():
                self.stopping.set()

    async def _tell_instructor(self, ticket: int, request: Request) -> None:
        answer: classroom.Answer = classroom.NotDone("this worker is not ready")
        if self.answers is not None:
            try:
                answer = await self.answers(request)
            except Exception as error:  # a mistake of ours takes no session along
                log_failure("instructor", error)
                answer = classroom.NotDone("a worker failed; the log says why")
        self.tell(Told(ticket, answer))

    async def close(self) -> None:
        await self._line.close()
