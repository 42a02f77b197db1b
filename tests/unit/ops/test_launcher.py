from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from bot.ops.checks import launcher
from bot.settings import ROOT

PAGE = """
<a href="../../packages/aa/uv-0.9.1-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl#sha256=11">x</a>
<a href="../../packages/bb/uv-0.13.9-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl#sha256=22">x</a>
<a href="../../packages/cc/uv-0.13.10-py3-none-manylinux_2_28_aarch64.whl#sha256=33">x</a>
<a href="../../packages/dd/uv-0.13.10-py3-none-macosx_11_0_arm64.whl#sha256=44">x</a>
<a href="../../packages/ee/uv-0.13.10.tar.gz#sha256=55">x</a>
<a href="../../packages/ff/uv-0.13.11-py3-none-win_amd64.whl#sha256=66">x</a>
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    module = launcher()
    monkeypatch.setattr(module, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(module, "TOOLS", tmp_path / "tools")
    return module


@pytest.mark.parametrize(
    ("system", "machine", "file"),
    [
        ("Linux", "x86_64", "bb/uv-0.13.9-"),
        ("Linux", "aarch64", "cc/uv-0.13.10-"),
        ("Darwin", "arm64", "dd/uv-0.13.10-"),
    ],
)
def test_the_newest_uv_for_this_machine_is_chosen(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, system: str, machine: str, file: str
) -> None:
    monkeypatch.setattr(module.platform, "system", lambda: system)
    monkeypatch.setattr(module.platform, "machine", lambda: machine)
    link = module._newest_wheel(PAGE, "https://mirror.example/simple/uv/")
    assert link.startswith(f"https://mirror.example/packages/{file}")


def test_there_is_no_uv_for_an_unknown_machine(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.platform, "system", lambda: "Plan9")
    assert module._newest_wheel(PAGE, "https://mirror.example/simple/uv/") is None


def test_without_uv_or_network_it_says_what_to_do(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module.shutil, "which", lambda name: None)
    for way in ("_uv_by_pip", "_uv_by_venv", "_uv_by_download"):
        monkeypatch.setattr(module, way, lambda: None)
    with pytest.raises(module.SetupError, match="PIP_INDEX_URL"):
        module.uv()


def test_a_named_python_that_is_no_python_310_is_refused(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENXU_PYTHON310", sys.executable)
    with pytest.raises(module.SetupError, match="WENXU_PYTHON310"):
        module.island_python("uv")


def test_pyenvs_python_310_is_found_though_its_shim_does_not_work(
    module: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    real = tmp_path / "versions" / "3.10.9" / "bin" / "python3.10"
    real.parent.mkdir(parents=True)
    real.touch()
    monkeypatch.delenv("WENXU_PYTHON310", raising=False)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr(module.shutil, "which", lambda name: "/shims/python3.10")
    monkeypatch.setattr(module, "_python_version", lambda command: "3.10" if command == str(real) else "")
    assert module.island_python("uv") == str(real)


def test_an_environment_is_in_sync_only_while_its_lock_is_the_one_it_was_made_from(
    module: ModuleType, tmp_path: Path
) -> None:
    for name in ("pyproject.toml", "uv.lock"):
        (tmp_path / name).write_text("1")
    assert not module.in_sync(tmp_path, ["app"])
    module.STAMPS.mkdir()
    (module.STAMPS / "app").write_text(module._digest(tmp_path))
    assert module.in_sync(tmp_path, ["app", "app-dev"])
    assert not module.in_sync(tmp_path, ["app-dev"])
    (tmp_path / "uv.lock").write_text("2")
    assert not module.in_sync(tmp_path, ["app"])


def test_all_parts_run_when_none_is_named_and_options_go_to_pytest(module: ModuleType) -> None:
    names = [name for name, _, _ in module._test_commands(list(module.PARTS), [])]
    assert names[:5] == ["ruff", "mypy", "import-linter", "数据检查", "训练"]
    (command,) = [c for name, c, _ in module._test_commands(["unit"], ["-k", "lock"]) if name == "pytest"]
    assert command[-5:] == ["tests/unit", "tests/practice", "tests/bundles", "-k", "lock"]


def test_an_unknown_part_is_refused_by_name(module: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    assert module.test(["unitt"]) == 2
    assert "unitt" in capsys.readouterr().err


def test_an_old_python_gets_one_clear_sentence() -> None:
    old = (
        next((p for p in Path("/root/.pyenv/versions").glob("3.[89].*/bin/python")), None)
        if os.access("/root", os.R_OK)
        else None
    )
    if old is None:
        pytest.skip("no older Python here")
    result = subprocess.run([str(old), str(ROOT / "wenxu"), "--help"], capture_output=True, text=True)
    assert result.returncode == 1
    assert "Python 3.11" in result.stderr
    assert "Traceback" not in result.stderr
