"""A whole conversation goes through the application with every log on; nothing of it is in the log."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from bot.bootstrap import build
from bot.ops.logging import set_up_logging
from bot.settings import Settings
from bot.web.app import create_app
from tests.support.scripted import ScriptedDialogue
from tests.support.stack import PASSWORD, load_sample_clients

SAID: dict[str, Mapping[str, Any]] = {
    "帮我准备明天拜访华星集团": {"intent": "start_visit"},
    "财务说每个月对账要花三四天，经常对不上": {"stance": "implied_need", "needs": {"reconciliation": 0.96}},
    "老板手机13912345678，先记着": {"intent": "report_reply"},
    "看看周明的持有产品": {"intent": "client_holdings"},
    "不是这个意思": {"intent": "disagree"},
    "把服务器弄坏 secret-words": {"intent": "no_such_intent"},
    "结束拜访": {"intent": "end_visit"},
}
TRACES = ("华星", "财务", "三四天", "13912345678", "周明", "2300", "secret-words", PASSWORD, "wrong-password-1", "张伟")


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level)
    stream = io.StringIO()
    set_up_logging("DEBUG", stream)
    sql = logging.getLogger("sqlalchemy.engine")  # at this level it tells every statement with its values
    sql.setLevel(logging.DEBUG)
    yield stream
    sql.setLevel(logging.NOTSET)
    root.handlers[:], root.level = before
    logging.captureWarnings(False)


def test_a_conversation_leaves_no_word_of_itself_in_the_log(log: io.StringIO, tmp_path: Path) -> None:
    load_sample_clients(Settings(var_dir=tmp_path), tmp_path / "wenxu.db")
    said_before = len(log.getvalue())
    settings = Settings(var_dir=tmp_path, database_url="", action_secret="s" * 40, secret_key="k" * 40)  # type: ignore[arg-type]
    dialogue = ScriptedDialogue(SAID)
    container = build(settings, dialogue=dialogue)
    dialogue.executor = container.executor
    with TestClient(create_app(container=container), raise_server_exceptions=False) as client:
        assert login(client, "wrong-password-1").status_code == 401
        token = login(client, PASSWORD).json()["access_token"]
        talk: dict[str, str] = {}
        for text in SAID:
            body = {"text": text, **talk}
            reply = client.post("/api/chat", json=body, headers={"Authorization": f"Bearer {token}"})
            if reply.status_code == 200:
                talk = {"conversation": reply.json()["conversation"]}
    written = log.getvalue()
    assert talk, "the conversation took place"
    assert len(written) > said_before, "there was something to withhold"
    for line in written.splitlines():
        record = json.loads(line)
        del record["timestamp"]  # its figures are chance
        record.pop("place", None)
        for trace in TRACES:
            assert trace not in json.dumps(record, ensure_ascii=False), f"{trace} is in the log"


def login(client: TestClient, password: str) -> Any:
    return client.post("/api/login", json={"username": "zhangwei", "password": password})
