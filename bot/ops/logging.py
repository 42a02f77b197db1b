"""Structured logs, one JSON object a line, that cannot hold client data.

What a person typed, a client's name, a quote or a figure must never reach a log, whoever writes the call. So nothing
is trusted: a field passes only when its name is listed below and its value is a number or a plain ASCII token, and of
an exception only its type and the places in the code are kept, because messages quote the data that upset them.

    log = get_logger("turn")
    log.info("turn_answered", conversation=conversation_id, intent="report_reply", seconds=0.041)
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any, TextIO

import structlog

FIELDS = {
    *("event", "level", "logger", "timestamp", "error", "trace", "place"),
    *(
        "action",
        "attempt",
        "channel",
        "code",
        "conversation",
        "count",
        "document",
        "fallback",
        "file",
        "host",
        "intent",
        "item",
    ),
    *(
        "kind",
        "line",
        "method",
        "mode",
        "number",
        "outcome",
        "part",
        "parts",
        "path",
        "phase",
        "pid",
        "port",
        "process",
    ),
    *("reason", "request", "role", "route", "seconds", "session", "size", "stage", "state", "status", "task", "turn"),
    *("user", "version", "visit"),
}
TOKEN = re.compile(r"[A-Za-z0-9_.:/{}<>+-]{0,200}", re.ASCII)
LONG_DIGITS = re.compile(r"\d{7,}")  # a telephone, an account, an identity number
WITHHELD = "***"
PLAIN_LOGGERS = ("uvicorn", "alembic", "bot")  # their sentences are about the program; others' may quote data
QUIET = ("uvicorn.access", "httpx2", "httpcore2", "websockets", "alembic", "rasa_sdk")

Event = MutableMapping[str, Any]


def set_up_logging(level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send every log of this process, also those of libraries, to `stream` (stderr) as JSON lines."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[_stamp, _level, structlog.stdlib.add_logger_name, _foreign],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                _exception,
                withhold,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).propagate = True
    logging.captureWarnings(True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            _stamp,
            _level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def get_logger(name: str) -> Any:
    return structlog.get_logger(f"bot.{name}")


def withhold(_logger: Any, _name: str, event: Event) -> Event:
    """Keep the listed fields whose values are harmless; what is withheld is seen to be."""
    return {
        key: _harmless(value) if key != "event" else _event_name(value) for key, value in event.items() if key in FIELDS
    }


def _event_name(value: Any) -> Any:
    text = str(value)
    return text if re.fullmatch(r"[\x20-\x7e]{1,200}", text) and not LONG_DIGITS.search(text) else WITHHELD


def _harmless(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_harmless(v) for v in value]
    if isinstance(value, dict):
        return {k: _harmless(v) for k, v in value.items() if TOKEN.fullmatch(str(k))}
    text = str(value)
    return text if TOKEN.fullmatch(text) and not LONG_DIGITS.search(text) else WITHHELD


_stamp = structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp")
_level = structlog.stdlib.add_log_level


def _foreign(_logger: Any, _name: str, event: Event) -> Event:
    """A library's record: its place in the code always, its sentence only when the library is known to be plain."""
    record: logging.LogRecord | None = event.get("_record")
    if record is not None:
        event["place"] = f"{record.module}:{record.lineno}"
        if not record.name.startswith(PLAIN_LOGGERS):
            event["event"] = "library_message"
    return event


def _exception(_logger: Any, _name: str, event: Event) -> Event:
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = " < ".join(_causes(error)).replace(" ", "")
        frames = traceback.extract_tb(error.__traceback__)[-12:]
        event["trace"] = ["/".join(Path(f.filename).parts[-2:]) + f":{f.lineno}:{f.name}" for f in frames]
    return event


def _causes(error: BaseException) -> list[str]:
    names: list[str] = []
    current: BaseException | None = error
    while current is not None and len(names) < 5:
        names.append(f"{type(current).__module__}.{type(current).__qualname__}")
        current = current.__cause__ or current.__context__
    return names
