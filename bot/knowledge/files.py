"""YAML with line numbers, and problems that name file and line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

LINE = "__line__"


@dataclass(frozen=True)
class Problem:
    """Something wrong in a data file; `line` counts from 1, 0 when it is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class KnowledgeError(Exception):
    """The knowledge files cannot be used; `problems` says where and why."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


class _LineLoader(yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader):  # type: ignore[misc]
    pass


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs: dict[Any, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in pairs:
            raise yaml.constructor.ConstructorError(None, None, f"键“{key}”重复", key_node.start_mark)
        pairs[key] = loader.construct_object(value_node, deep=True)
    pairs[LINE] = node.start_mark.line + 1
    return pairs


_LineLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


class Strict(BaseModel):
    """Base of all schemas: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def load(path: Path) -> Any:
    """Return the file's content; every mapping carries its line under `LINE`. Raises KnowledgeError."""
    try:
        with path.open(encoding="utf-8") as file:
            return yaml.load(file, Loader=_LineLoader)
    except FileNotFoundError:
        raise KnowledgeError([Problem(str(path), 0, "文件不存在")]) from None
    except (UnicodeDecodeError, yaml.reader.ReaderError) as error:
        raise KnowledgeError([Problem(str(path), 0, "文件里有读不出的字符，应当是 UTF-8 文本")]) from error
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise KnowledgeError([Problem(str(path), line, f"YAML 写法有误：{error.problem}")]) from error


def bare(value: Any) -> Any:
    """Return the value without the line marks."""
    if isinstance(value, dict):
        return {k: bare(v) for k, v in value.items() if k != LINE}
    return [bare(v) for v in value] if isinstance(value, list) else value


M = TypeVar("M", bound=Strict)


class Reader:
    """Validates rows against schemas and gathers problems instead of stopping at the first."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def report(self, path: Path, line: int, message: str) -> None:
        self.problems.append(Problem(self._name(path), line, message))

    def _name(self, path: Path) -> str:
        return str(path.relative_to(self.root) if path.is_relative_to(self.root) else path)

    def content(self, path: Path) -> Any:
        try:
            return load(path)
        except KnowledgeError as error:
            self.problems += [Problem(self._name(path), p.line, p.message) for p in error.problems]
            return None

    def mapping(self, path: Path) -> dict[str, Any]:
        """Return the file's content where it should be keys with values; anything else is reported."""
        known = len(self.problems)
        content = self.content(path)
        if not isinstance(content, dict) and len(self.problems) == known:
            self.report(path, 1, "最外层应当是“键: 值”")
        return content if isinstance(content, dict) else {}

    def distinct(self, path: Path, rows: Iterable[tuple[int, M]], key: str = "code") -> Iterator[tuple[int, M]]:
        """Pass the rows on; a code that stood before is reported."""
        seen: set[str] = set()
        for line, row in rows:
            code = getattr(row, key)
            if code in seen:
                self.report(path, line, f"“{code}”重复")
            seen.add(code)
            yield line, row

    def rows(self, path: Path, raw: Any, model: type[M]) -> Iterator[tuple[int, M]]:
        """Yield (line, validated row); rows that fail are reported and left out."""
        if not isinstance(raw, list):
            if any(p.file == self._name(path) for p in self.problems):
                return  # the file as a whole could not be read, which was said already
            self.report(path, 0, "这里应当是一个列表")
            return
        for row in raw:
            line = row.get(LINE, 0) if isinstance(row, dict) else 0
            try:
                yield line, model.model_validate(bare(row))
            except ValidationError as error:
                for problem in error.errors():
                    where = ".".join(str(p) for p in problem["loc"])
                    self.report(path, line, f"{where}：{problem['msg']}")

    def finish(self) -> None:
        if self.problems:
            raise KnowledgeError(self.problems)
