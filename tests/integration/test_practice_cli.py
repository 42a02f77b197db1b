"""What an administrator runs: check, test with another rubric, export."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.knowledge.library import Library
from bot.ops.practice import check_practice, export_gold, try_practice
from bot.settings import ROOT, Settings
from tests.integration.test_practice import press, whole
from tests.support.house import House
from tests.support.practice import book

RUBRIC = ROOT / "data" / "practice" / "rubric.yml"


def use_small_book(monkeypatch: pytest.MonkeyPatch) -> None:
    made = book()
    monkeypatch.setattr(Library, "practice", property(lambda library: made))


def tried(settings: Settings, rubric: Path | None = None) -> tuple[str, bool]:
    lines, right = try_practice(settings, rubric, lambda text, fraction: None)
    return "\n".join(lines), right


def test_the_data_that_comes_with_the_program_is_in_order(house: House) -> None:
    assert check_practice(house.container.settings) == []


def test_good_sellers_pass_and_poor_ones_fail(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    use_small_book(monkeypatch)
    text, right = tried(house.container.settings)
    assert right
    assert "优秀：3 场，通过 3 场" in text
    assert "只问影响：3 场，通过 0 场" in text


async def test_another_rubric_shows_what_it_would_change_and_changes_nothing(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await whole(house)
    use_small_book(monkeypatch)
    strict = tmp_path / "rubric.yml"
    strict.write_text(RUBRIC.read_text(encoding="utf-8").replace("pass_mark: 60", "pass_mark: 95"), encoding="utf-8")
    text, _ = tried(house.container.settings, strict)
    assert "过与不过对调的 1 场" in text
    answer = await house.say(press("practice.score", key=1))
    assert "通过（60分为线）" in answer["messages"][0]["text"]


async def test_what_leads_labelled_is_written_as_gold_sentences(house: House, tmp_path: Path) -> None:
    await whole(house)
    await house.say(house.read("我不同意第3句", "appeal_score"))
    await house.say(press("practice.verdict", key=1, value="situation"), as_="lina")
    assert export_gold(house.container.settings, tmp_path / "gold.jsonl") == 1
    row = json.loads((tmp_path / "gold.jsonl").read_text(encoding="utf-8"))
    assert (row["text"], row["move"], row["machine"]) == ("对账哪一步最烦", "situation", "problem")


@pytest.mark.parametrize(
    "do", ["score", "replay", "again", "appeal", "resume", "repeat", "verdict", "label", "mark", "rehearse"]
)
@pytest.mark.parametrize("key", ["999", "x", "99999999999999999999", "²"])
async def test_a_forged_button_says_that_there_is_no_such_thing(house: House, do: str, key: str) -> None:
    answer = await house.say(press(f"practice.{do}", key=key, value="problem"), as_="lina")
    assert answer["messages"] and answer["state"]["practice"] is None
