"""Cuts a text into parts of a given number of bytes, at the ends of sentences where it can."""

from __future__ import annotations

import re

LIMIT = 2048  # bytes (UTF-8) of one text message, on both platforms
ENDS = (  # the best place to cut first
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"[。！？!?；;…]+[”’」』）)】]*"),
    re.compile(r"[，、,：:]"),
    re.compile(r"\s+"),
)
LINK = re.compile(r"https?://[!-~]+")
JOINERS = ("\u200d", "\ufe0f", "\ufe0e")  # a cut before one of these would break a sign in two


def size(text: str) -> int:
    return len(text.encode())


def split(text: str, limit: int = LIMIT) -> list[str]:
    """Return parts of at most `limit` bytes; together they say all of the text. Raises ValueError below 16 bytes."""
    if limit < 16:
        raise ValueError("a part needs room for a few characters")
    parts, rest = [], text.strip()
    while size(rest) > limit:
        cut = _cut(rest, limit)
        parts.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*parts, rest] if rest else parts


def _cut(text: str, limit: int) -> int:
    """Return where to cut: after the last end within the limit, of the best kind that leaves a part half full."""
    window = text.encode()[: limit + 1].decode("utf-8", "ignore")
    while size(window) > limit:
        window = window[:-1]
    links = [m.span() for m in LINK.finditer(text)]
    for end in ENDS:
        found = [m.end() for m in end.finditer(window) if not any(a < m.end() < b for a, b in links)]
        if found and size(window[: found[-1]].rstrip()) * 2 >= limit:
            return found[-1]
    torn = next((a for a, b in links if 0 < a < len(window) < b), None)  # a link is of use in one piece only
    return torn if torn is not None else _whole_signs(text, len(window))


def _whole_signs(text: str, cut: int) -> int:
    """Step back from the middle of a sign made of several characters."""
    back = cut
    while back > 1 and (text[back : back + 1] in JOINERS or text[back - 1] == "\u200d"):
        back -= 1
    return back if back > 1 else cut
