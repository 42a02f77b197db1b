"""The check of what actions answer: the same refusals as Rasa's, without checking the schema each time."""

import pytest
from jsonschema import ValidationError
from rasa.core.actions.action import RemoteAction
from wenxu_rasa import answers

GOOD = {"events": [{"event": "slot", "name": "a", "value": 1}], "responses": [{"text": "好"}]}


@pytest.fixture
def own(monkeypatch):
    monkeypatch.setattr(RemoteAction, answers.METHOD, getattr(RemoteAction, answers.METHOD))
    assert answers.install()
    return RemoteAction("action_x", None)


def test_a_good_answer_passes(own):
    assert own._validate_action_result(GOOD) is True


@pytest.mark.parametrize(
    "bad", [{"events": "none", "responses": []}, {"events": [{"name": "no event"}], "responses": []}, {"responses": 3}]
)
def test_a_bad_answer_is_refused(own, bad):
    with pytest.raises(ValidationError, match="Failed to validate Action server response"):
        own._validate_action_result(bad)


def test_an_unknown_version_of_rasa_keeps_its_own_check(monkeypatch, caplog):
    def other(self, result):
        return True

    monkeypatch.setattr(RemoteAction, answers.METHOD, other)
    assert answers.install() is False
    assert RemoteAction._validate_action_result is other
    assert "保留" in caplog.text


def test_a_missing_method_is_not_replaced(monkeypatch):
    monkeypatch.delattr(RemoteAction, answers.METHOD)
    assert answers.install() is False
