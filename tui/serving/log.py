"""The log of the server: a JSON object a line, with the instant in UTC, what happened, and the facts."""

import json
import logging
import os
import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_logger = logging.getLogger("mfadrill.serving")


class _Line(logging.Formatter):
    """`always` are facts for every line."""

    def __init__(self, **always: object) -> None:
        super().__init__()
        self._always = always

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **self._always,
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


class _WholeLines(logging.Handler):
    """Writes a line at once: those of several processes stay apart in one file."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(OSError):  # a disk that is full ends no session
            os.write(self._descriptor, (self.format(record) + "\n").encode("utf-8", "replace"))


def write_to(file: Path | None, **always: object) -> None:
    """Log to this file, or to the standard error; each line with these facts. Raises OSError."""
    # Textual puts other streams in the place of sys.stderr while an application runs; the descriptor stays.
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    handler = _WholeLines(sys.stderr.fileno() if file is None else os.open(file, flags, 0o666))
    handler.setFormatter(_Line(**always))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    _logger.setLevel(logging.INFO)
    # It tells of every client that is cut off; what matters of that is told here.
    logging.getLogger("asyncssh").setLevel(logging.ERROR)


def log(event: str, **facts: object) -> None:
    _logger.info(event, extra={"facts": facts})


_failures = 0


def failures() -> int:
    """How many mistakes of ours were logged in this process."""
    return _failures


def log_failure(event: str, error: BaseException, **facts: object) -> None:
    global _failures
    _failures += 1
    _logger.error(event, exc_info=error, extra={"facts": facts})
