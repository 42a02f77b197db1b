"""Training sentences as they also arrive: mistyped by sound, and replies without the question before them."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable

from bot.zh.scripts import pinyin_readings

SEEN = 20  # a character has to be this frequent to be typed by mistake
ONE_IN = 8  # characters, at least one a sentence
ALONE = 6  # a reply this long says what it says without its question


class Mistyping:
    """Replaces characters by others of the same sound that the sentences use often."""

    def __init__(self, texts: Iterable[str], seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.alike: dict[str, list[tuple[str, float]]] = defaultdict(list)
        for char, count in sorted(Counter(char for text in texts for char in text).items()):
            if count >= SEEN and (readings := pinyin_readings(char)):
                self.alike[readings[0]].append((char, count**0.5))

    def __call__(self, text: str) -> str:
        places = [at for at, char in enumerate(text) if self._others(char)]
        for at in self.chance.sample(places, min(len(places), max(1, len(text) // ONE_IN))):
            others = self._others(text[at])
            wrong = self.chance.choices([char for char, _ in others], [weight for _, weight in others])[0]
            text = text[:at] + wrong + text[at + 1 :]
        return text

    def _others(self, char: str) -> list[tuple[str, float]]:
        readings = pinyin_readings(char)
        return [one for one in self.alike.get(readings[0], ()) if one[0] != char] if readings else []

    def some(self, share: float) -> bool:
        return self.chance.random() < share
