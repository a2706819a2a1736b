"""The log of the server: a JSON object a line, with the instant in UTC, what happened, and the facts."""

import json
import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

_logger = logging.getLogger("mfadrill.ssh")


class _Line(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line)


def write_to(file: Path | None) -> None:
    """Log to this file, or to the standard error, which is taken as it is now. Raises OSError."""
    # Textual puts other streams in the place of sys.stderr while an application runs.
    handler = (
        logging.StreamHandler(sys.stderr) if file is None else logging.FileHandler(file, encoding="utf-8")
    )
    handler.setFormatter(_Line())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    _logger.setLevel(logging.INFO)
    # It tells of every client that is cut off; what matters of that is told here.
    logging.getLogger("asyncssh").setLevel(logging.ERROR)


def log(event: str, **facts: object) -> None:
    _logger.info(event, extra={"facts": facts})


def log_failure(event: str, error: BaseException, **facts: object) -> None:
    _logger.error(event, exc_info=error, extra={"facts": facts})
