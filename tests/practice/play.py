"""Shows how the client answers a dialogue; no score, so that an annotator judges for himself."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.practice import client
from tests.practice.dialogues_io import read, said, world


def main(path: Path) -> None:
    dialogue = read(path)
    w = world(dialogue)
    state, first = client.begin(w)
    print(f"{w.persona.title} {w.persona.name}：{first}")
    for turn in dialogue.turns:
        if state.over:
            print(f"—— 对方已经结束谈话，后面的话说不出来了：{turn['say']}")
            continue
        state, line = client.respond(w, state, said(dialogue, turn))
        print(f"{line.turn:>2} [{turn['move']}] 我：{turn['say']}\n   {w.persona.name}：{line.reply}")
    print(f"—— 结果：{client.conclude(state).outcome}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
