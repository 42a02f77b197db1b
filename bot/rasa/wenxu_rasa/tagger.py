"""A conditional random field over characters: which stretches of a sentence are entities.

It sees the vocabulary's and the extractor's finds as features, so that it decides by context whether 对账 is a product,
a need or neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from wenxu_rasa.vocabulary import Hit

Span = tuple[int, int, str]
QUANTITIES = ("amount", "rate", "count", "duration", "date")


def marks(length: int, hits: Sequence[Hit]) -> list[list[str]]:
    """For each character the finds it lies in: `product:B`, `product:I`, `product:E`, `product:S`."""
    found: list[list[str]] = [[] for _ in range(length)]
    for hit in hits:
        for at in range(hit.start, hit.end):
            place = "S" if hit.end - hit.start == 1 else "B" if at == hit.start else "E" if at == hit.end - 1 else "I"
            found[at].append(f"{hit.type}:{place}")
            if at == hit.start:
                found[at].append(f"{hit.type}:{min(hit.end - hit.start, 5)}")
    return found


def _kind(char: str) -> str:
    if char.isdigit():
        return "0"
    if char.isascii():
        return "a" if char.isalpha() else "."
    return "n" if char in "零一二两三四五六七八九十百千万亿几半俩仨" else "。" if not char.isalnum() else "h"


def _words(tokens: Sequence[str], length: int) -> list[tuple[str, str]]:
    """For each character its word and its place in it; spaces between tokens belong to none."""
    found = [("", "O")] * length
    at = 0
    for token in tokens:
        for offset in range(len(token)):
            place = "S" if len(token) == 1 else "B" if offset == 0 else "E" if offset == len(token) - 1 else "I"
            if at + offset < length:
                found[at + offset] = (token, place)
        at += len(token)
    return found


def features(text: str, tokens: Sequence[str], hits: Sequence[Hit], mode: str, intent: str = "") -> list[list[str]]:
    """One list of feature names a character. `text` is normalised; `tokens` join to `text`."""
    finds, words, size = marks(len(text), hits), _words(tokens, len(text)), len(text)
    chars = [*("<<<"), *("0" if c.isdigit() else c for c in text), *(">>>")]
    rows = []
    for at in range(size):
        c = chars[at : at + 7]  # the character itself is c[3]
        word, place = words[at]
        row = [
            f"m={mode}", f"c={c[3]}", f"-1={c[2]}", f"+1={c[4]}", f"-2={c[1]}", f"+2={c[5]}", f"-1c={c[2]}{c[3]}", f"c+1={c[3]}{c[4]}",
            f"-2-1={c[1]}{c[2]}", f"+1+2={c[4]}{c[5]}", f"-1c+1={c[2]}{c[3]}{c[4]}", f"-3-1={c[0]}{c[1]}{c[2]}", f"+1+3={c[4]}{c[5]}{c[6]}",
            f"k={_kind(text[at])}", f"w={word}", f"p={place}", f"kp={_kind(text[at])}{place}{min(len(word), 4)}",
        ]  # fmt: skip
        row.extend(f"v={mark}" for mark in finds[at])
        # 归集 is a product when its rate is asked for, a need when clients are listed by it.
        row.extend(f"i={intent}|{mark}" for mark in finds[at] if not mark[-1].isdigit())
        row.append(f"i={intent}")
        row.append("v0=" + "|".join(sorted(m for m in finds[at] if not m[-1].isdigit())))
        row.extend(f"v-={mark}" for mark in (finds[at - 1] if at else ()) if not mark[-1].isdigit())
        row.extend(f"v+={mark}" for mark in (finds[at + 1] if at + 1 < size else ()) if not mark[-1].isdigit())
        if at > 0 and words[at - 1][0] != word:
            row.append(f"w-1={words[at - 1][0]}")
        if at + len(word) < size and place in "BS":
            row.append(f"w+1={words[at + len(word)][0] if word else ''}")
        rows.append(row)
    return rows


def to_tags(length: int, spans: Sequence[Span]) -> list[str]:
    tags = ["O"] * length
    for start, end, kind in spans:
        tags[start:end] = [f"B-{kind}", *([f"I-{kind}"] * (end - start - 1))]
    return tags


def to_spans(tags: Sequence[str]) -> list[Span]:
    spans: list[Span] = []
    for at, tag in enumerate(tags):
        if tag[:1] == "B" or (tag[:1] == "I" and (not spans or spans[-1][1] != at or spans[-1][2] != tag[2:])):
            spans.append((at, at + 1, tag[2:]))
        elif tag[:1] == "I":
            spans[-1] = (spans[-1][0], at + 1, tag[2:])
    return spans


def train(rows: Sequence[Sequence[Sequence[str]]], tags: Sequence[Sequence[str]], path: str) -> None:
    """Write a model to `path`. L1 keeps it small."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    for row, tag in zip(rows, tags):
        trainer.append(row, tag)
    trainer.set_params({"c1": 0.05, "c2": 0.05, "max_iterations": 80, "feature.possible_transitions": True})
    trainer.train(path)


def swapped(
    text: str, spans: Sequence[Span], names: Sequence[str], choose: Callable[[Sequence[str]], str]
) -> tuple[str, list[Span]]:
    """The sentence with other client names in it: where a name ends must be learnt from what follows, not by heart."""
    made, moved, last = "", [], 0
    for start, end, kind in sorted(spans):
        made += text[last:start]
        words = choose(names) if kind == "client" else text[start:end]
        moved.append((len(made), len(made) + len(words), kind))
        made += words
        last = end
    return made + text[last:], moved


class Tagger:
    """A trained model. crfsuite reads the bytes where they are, so they have to live as long as it does."""

    def __init__(self, model: bytes) -> None:
        import pycrfsuite

        self.model = model
        self.crf = pycrfsuite.Tagger()
        self.crf.open_inmemory(model)

    def tag(self, rows: Sequence[Sequence[str]]) -> list[str]:
        """Tags of a sentence; after it `outside` answers for the same sentence."""
        return self.crf.tag(rows) if rows else []

    def outside(self, start: int, end: int) -> float:
        """How sure the model is that no character of a stretch is in an entity: the least over its characters."""
        return min((self.crf.marginal("O", at) for at in range(start, end)), default=0.0)
