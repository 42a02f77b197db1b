"""TensorFlow stays out, and what really needs it says so."""

import sys

import pytest
from wenxu_rasa import light


def test_rasas_components_load_without_tensorflow():
    import rasa.engine.recipes.default_components  # noqa: F401

    assert type(sys.modules["tensorflow"]) is light._Module


def test_using_a_stand_in_raises():
    import tensorflow

    with pytest.raises(RuntimeError, match="WENXU_TENSORFLOW"):
        tensorflow.constant(1, shape=(2,))()


def test_the_real_one_can_be_asked_for(monkeypatch):
    monkeypatch.setenv("WENXU_TENSORFLOW", "1")
    assert light.install() is False
