"""The payload of docs/architecture.md, and who may ask for it."""

import asyncio
from types import SimpleNamespace

import pytest
from sanic import Sanic
from wenxu_rasa.channel import Collected, WenxuInput, reading


def test_spans_are_those_of_the_text_as_sent():
    found = reading(
        "  去海达吧",
        {"intent": {"name": "x"}, "entities": [{"entity": "client", "start": 1, "end": 3, "text": "海达"}]},
    )
    assert [(one["start"], one["end"], one["text"]) for one in found["entities"]] == [(3, 5, "海达")]


def test_a_payload_has_its_value_and_no_heads():
    found = reading(
        "/product_info", {"intent": {"name": "product_info"}, "entities": [{"entity": "product", "value": "payroll"}]}
    )
    assert found["entities"][0]["value"] == "payroll"
    assert (found["move"], found["stance"], found["needs"], found["fallback"]) == (None, None, [], None)


def test_a_message_stays_whole_with_buttons_and_card():
    out = Collected()
    asyncio.run(
        out.send_response(
            "a",
            {
                "text": "一\n\n二",
                "buttons": [{"title": "好", "payload": "/affirm"}],
                "custom": {"card": {"type": "list"}},
            },
        )
    )
    assert out.messages == [
        {"text": "一\n\n二", "buttons": [{"title": "好", "payload": "/affirm"}], "card": {"type": "list"}}
    ]


def test_there_is_no_channel_without_a_secret(monkeypatch):
    monkeypatch.delenv("WENXU_ACTION_SECRET", raising=False)
    with pytest.raises(ValueError, match="WENXU_ACTION_SECRET"):
        WenxuInput.from_credentials({})


@pytest.mark.parametrize(
    ("header", "allowed"),
    [("Bearer geheim", True), ("Bearer other", False), ("geheim", False), ("", False), ("Bearer 密", False)],
)
def test_only_the_shared_secret_opens(header, allowed):
    request = SimpleNamespace(headers={"authorization": header})
    assert WenxuInput("geheim")._allowed(request) is allowed


def test_the_three_routes_are_there():
    app = Sanic("test_routes")
    app.blueprint(WenxuInput("s").blueprint(None), url_prefix="/webhooks/wenxu")
    app.router.finalize()
    paths = {route.path for route in app.router.routes}
    assert {"webhooks/wenxu/ready", "webhooks/wenxu/parse", "webhooks/wenxu/turn"} <= paths
