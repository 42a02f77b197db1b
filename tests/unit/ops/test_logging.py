from __future__ import annotations

import io
import json
import logging
import warnings
from collections.abc import Iterator

import pytest

from bot.ops.logging import get_logger, set_up_logging

CLIENT_WORDS = ("华星机械集团有限公司", "每个月对账要三四天", "13800138000", "zhou ming", "6222020200112233")


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    set_up_logging("INFO", stream)
    yield stream
    root.handlers[:], root.level = before
    logging.captureWarnings(False)


def records(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_a_line_is_json_with_the_fields_given(lines: io.StringIO) -> None:
    get_logger("turn").info("turn_answered", conversation="c_01ABC", intent="report_reply", seconds=0.04, needs=3)
    (record,) = records(lines)
    assert record["event"] == "turn_answered"
    assert record["level"] == "info"
    assert record["logger"] == "bot.turn"
    assert record["seconds"] == 0.04
    assert str(record["timestamp"]).endswith("Z")


@pytest.mark.parametrize("words", CLIENT_WORDS)
def test_client_data_is_withheld_wherever_it_is_put(lines: io.StringIO, words: str) -> None:
    log = get_logger("turn")
    log.info("turn", text=words, quote=words, name=words)  # fields nobody listed
    log.warning("turn", intent=words, status=[words], state={"kind": words})  # listed fields with strange values
    if not words.isascii() or words.isdigit():
        log.error(f"cannot read {words}")
    logging.getLogger("rasa_sdk.executor").error("Failed on %s", words)
    logging.getLogger("sqlalchemy.engine").warning(f"INSERT {words}")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(True)
        warnings.warn(words, UserWarning, stacklevel=1)
    assert words not in lines.getvalue()
    assert words.encode("unicode_escape").decode() not in lines.getvalue()


@pytest.mark.parametrize("words", CLIENT_WORDS)
def test_an_exceptions_message_is_withheld_but_not_its_kind_and_place(lines: io.StringIO, words: str) -> None:
    try:
        try:
            raise ValueError(words)
        except ValueError as error:
            raise RuntimeError(f"no {words}") from error
    except RuntimeError:
        get_logger("turn").exception("turn_failed", turn=3)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    assert words not in lines.getvalue()
    ours, theirs = records(lines)
    assert ours["error"] == "builtins.RuntimeError<builtins.ValueError"
    assert "ops/test_logging.py" in str(ours["trace"])
    assert theirs["event"] == "Exception in ASGI application"


def test_the_level_is_heeded(lines: io.StringIO) -> None:
    get_logger("turn").debug("too_fine")
    assert lines.getvalue() == ""
