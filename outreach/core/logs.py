"""Logs: one JSON object a line on standard error, ASCII only, so that nothing a visitor sends can start a line.

A line never holds an address, a query string, a cookie or a body; the request id joins what belongs together.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import ExcInfo, Processor

HANDLER_NAME = "outreach"


class StandardError(structlog.WriteLogger):
    """Writes each line in one piece to whatever standard error is at that moment."""

    def __init__(self, *_args: Any) -> None:
        super().__init__(sys.stderr)

    def msg(self, message: str) -> None:
        sys.stderr.write(message + "\n")
        sys.stderr.flush()

    log = debug = info = warn = warning = msg
    fatal = failure = err = error = critical = exception = msg


class LibraryHandler(logging.StreamHandler[Any]):
    """Writes the libraries' records to whatever standard error is at that moment."""

    @property
    def stream(self) -> Any:
        return sys.stderr

    @stream.setter
    def stream(self, _ignored: Any) -> None:
        """The parent class sets one; ours is never fixed."""


def plain_traceback(exc_info: ExcInfo) -> str:
    """A traceback as Python prints it, causes included, but for the carets.

    Those come from the parser, which Python 3.11 cannot run in two threads at once: logging would raise SystemError.
    """
    parts: list[str] = []
    error: BaseException | None = exc_info[1]
    while error is not None:
        stack = traceback.StackSummary.extract(traceback.walk_tb(error.__traceback__))
        told = ["Traceback (most recent call last):\n", *stack.format(), *traceback.format_exception_only(error)]
        parts.insert(0, "".join(told))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\nwhich led to\n\n".join(parts).rstrip()


def _processors() -> list[Processor]:
    """What every line gets, whether it comes from our code or from a library."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(plain_traceback),
    ]


def configure(level: str) -> None:
    """Send our events and the libraries' log records to standard error in the same form. May be called again."""
    number = logging.getLevelNamesMapping()[level]
    renderer = structlog.processors.JSONRenderer(sort_keys=False)
    structlog.configure(
        processors=[*_processors(), renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=StandardError,
        cache_logger_on_first_use=True,
    )
    handler = LibraryHandler()
    handler.name = HANDLER_NAME
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*_processors(), structlog.stdlib.add_logger_name],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    for old in [one for one in root.handlers if one.name == HANDLER_NAME]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(number)
