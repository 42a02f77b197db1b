"""The widget's one file, joined from the page's own modules and the widget's: no second copy of the cards to look after.

Knows as much of JavaScript as these modules use: `import { a, b as c } from "…";`, `import * as n from "…";` and `export`
before a declaration, each at the beginning of a line. Anything else of the kind is refused, not guessed at.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

STATIC = Path(__file__).parent / "static"
ENTRY = STATIC / "widget" / "main.js"
STYLES = (
    "css/base.css",
    "css/chat.css",
    "css/composer.css",
    "css/cards.css",
    "css/proposal.css",
    "css/practice.css",
    "widget/widget.css",
)
INSTEAD = {STATIC / "js" / "session.js": STATIC / "widget" / "session.js"}  # logging in works in another way there
RESET = ".wenxu { all: initial; box-sizing: border-box; }\n"  # a page's `*` rules reach the host and would be inherited
MOST = 60_000  # bytes when packed

_IMPORT = re.compile(r'^import\s+(?:\{(?P<names>[^}]*)\}|\*\s+as\s+(?P<whole>\w+))\s+from\s+"(?P<path>[^"]+)";\n', re.M)
_EXPORT = re.compile(r"^export\s+(?P<kind>const|let|class|function|async function)\s+(?P<name>\$|\w+)", re.M)
_LEFT = re.compile(r"^\s*(import|export)\b", re.M)
_COMMENT = re.compile(r"^\s*//.*\n", re.M)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_VARIABLE = re.compile(r"^(\s*)--([a-z0-9-]+):\s*([^;]+);", re.M)


class Unjoinable(Exception):
    """A module uses something the joining does not know."""


@dataclass(frozen=True)
class Made:
    plain: bytes
    packed: bytes
    tag: str


@lru_cache(maxsize=1)
def joined() -> Made:
    """Return the script, made at the first call. Raises Unjoinable."""
    plain = script().encode()
    packed = gzip.compress(plain, 9, mtime=0)
    if len(packed) > MOST:
        raise Unjoinable(f"{len(packed)} bytes packed, at most {MOST}")
    return Made(plain, packed, f'"{hashlib.sha256(plain).hexdigest()[:24]}"')


def script() -> str:
    parts: dict[Path, str] = {}
    _add(ENTRY, parts, ())
    modules = "\n".join(parts.values())
    return f'(() => {{\n"use strict";\nconst STYLES = {json.dumps(styles(), ensure_ascii=False)};\n{modules}\n}})();\n'


def _add(path: Path, parts: dict[Path, str], above: tuple[Path, ...]) -> None:
    """Add a module after those it imports."""
    if path in parts:
        return
    if path in above:
        raise Unjoinable(f"{path.name} imports itself")
    source = path.read_text(encoding="utf-8")
    for found in _IMPORT.finditer(source):
        _add(_target(path, found["path"]), parts, (*above, path))
    parts[path] = _module(path, source)


def _target(path: Path, written: str) -> Path:
    target = (path.parent / written).resolve()
    return INSTEAD.get(target, target)


def _name(path: Path) -> str:
    return "m_" + re.sub(r"\W", "_", path.relative_to(STATIC).with_suffix("").as_posix())


def _module(path: Path, source: str) -> str:
    def taken(found: re.Match[str]) -> str:
        module = _name(_target(path, found["path"]))
        if found["whole"]:
            return f"const {found['whole']} = {module};\n"
        names = ", ".join(n.strip().replace(" as ", ": ") for n in found["names"].split(",") if n.strip())
        return f"const {{ {names} }} = {module};\n"

    body = _COMMENT.sub("", _IMPORT.sub(taken, source))
    given = ", ".join(found["name"] for found in _EXPORT.finditer(body))
    body = _EXPORT.sub(r"\g<kind> \g<name>", body)
    if _LEFT.search(body):
        raise Unjoinable(f"{path.name}: an import or export that is not known here")
    return f"const {_name(path)} = (() => {{\n{body.strip()}\nreturn {{ {given} }};\n}})();"


def styles() -> str:
    """Return the page's styles as they stand inside a shadow root, each variable open to `--wenxu-…` of the outside."""
    css = "\n".join(_CSS_COMMENT.sub("", (STATIC / name).read_text(encoding="utf-8")) for name in STYLES)
    light, _, rest = css.partition(':root[data-theme="dark"]')
    dark, brace, rest = rest.partition("}")
    css = f'{_themed(light, "")}:root[data-theme="dark"]{_themed(dark, "dark-")}{brace}{rest}'
    css = css.replace(':root[data-theme="dark"]', ':host([data-theme="dark"])').replace(":root", ":host")
    css = re.sub(r"^body \{", ".wenxu {", css, flags=re.M)
    css = re.sub(r"^html,\nbody \{[^}]*\}", "", css, flags=re.M)
    return RESET + re.sub(r"\n\s*", "\n", css).strip()


def _themed(block: str, kind: str) -> str:
    return _VARIABLE.sub(rf"\1--\2: var(--wenxu-{kind}\2, \3);", block)
