from __future__ import annotations

import subprocess
from importlib.util import find_spec
from pathlib import Path

from bot.ops.serve import TrainingLines, product_commands
from bot.ops.status import Status, read_status, write_status
from bot.settings import ROOT, Settings


def test_what_is_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "run" / "status.json"
    write_status(path, Status("loading", 0.4, "正在载入"))
    assert read_status(path) == Status("loading", 0.4, "正在载入")
    assert [p.name for p in path.parent.iterdir()] == ["status.json"]


def test_without_a_file_or_with_a_strange_one_there_is_no_status(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    assert read_status(path) is None
    for content in ("", "[]", '{"other": 1}', '"x"'):
        path.write_text(content)
        assert read_status(path) is None


def test_the_products_own_commands_are_programs_that_exist(tmp_path: Path) -> None:
    """Each is asked for its help or, the application, only found: running it takes a port."""
    settings = Settings(models_dir=tmp_path)
    commands = product_commands()
    asked = subprocess.run([*commands.train(settings), "--help"], capture_output=True, text=True, cwd=ROOT)
    assert asked.returncode == 0 and "--json" in asked.stdout
    assert commands.app(settings)[1:] == ("-m", "bot.web.serve") and find_spec("bot.web.serve")
    rasa = commands.rasa(settings, tmp_path / "m.tar.gz")
    assert (ROOT / "bot" / "rasa" / f"{rasa[2].replace('.', '/')}.py").exists()
    assert commands.model(settings) is None


def test_training_reports_are_read_from_its_output() -> None:
    seen: list[tuple[str, float]] = []
    lines = TrainingLines(lambda text, done: seen.append((text, done)))
    assert lines.take('{"progress": 0.25, "detail": "切词"}')
    assert lines.take('{"error": "磁盘满了"}')
    assert not lines.take('{"level": "info"}')
    assert not lines.take("{broken")
    assert not lines.take("plain")
    assert seen == [("切词", 0.25)]
    assert lines.error == "磁盘满了"
