from __future__ import annotations

from bot.ops import metrics


def value(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def test_a_turn_is_counted_with_its_parts() -> None:
    before = value("wenxu_turns_total", mode="visit", intent="report_reply", outcome="ok")
    parses = value("wenxu_turn_seconds_count", part="parse")
    metrics.observe_turn("visit", "report_reply", "ok", {"parse": 0.01, "total": 0.04})
    assert value("wenxu_turns_total", mode="visit", intent="report_reply", outcome="ok") == before + 1
    assert value("wenxu_turn_seconds_count", part="parse") == parses + 1


def test_a_fallback_is_counted_by_its_kind() -> None:
    before = value("wenxu_fallbacks_total", kind="ask")
    metrics.observe_turn("idle", "help", "fallback", {}, fallback="ask")
    assert value("wenxu_fallbacks_total", kind="ask") == before + 1


def test_the_exposition_is_prometheus_text() -> None:
    metrics.count_login("wrong")
    metrics.set_rasa_up(True)
    text = metrics.exposition().decode()
    assert 'wenxu_logins_total{outcome="wrong"}' in text
    assert "wenxu_rasa_up 1.0" in text
    metrics.set_rasa_up(False)
    assert "wenxu_rasa_up 0.0" in metrics.exposition().decode()
