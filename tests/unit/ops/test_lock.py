from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.ops.errors import OpsError
from bot.ops.lock import only_one, running
from bot.settings import Settings


def test_a_second_instance_on_the_same_data_is_refused_with_the_first_ones_process(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    with only_one(settings):
        assert running(settings) == os.getpid()
        with pytest.raises(OpsError, match=f"进程 {os.getpid()}") as refused, only_one(settings):
            pass
        assert "WENXU_VAR_DIR" in refused.value.remedy


def test_the_lock_is_free_again_afterwards(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    assert running(settings) is None
    with only_one(settings):
        pass
    assert running(settings) is None
    with only_one(settings):
        pass
