"""Open CSV and Excel files as sheets of cells; what cannot be opened is a problem, not an exception."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.clients.sheet import Problem, Sheet

CSV_SUFFIXES = (".csv", ".tsv", ".txt")
EXCEL_SUFFIXES = (".xlsx", ".xlsm")
LARGEST_FILE = 300 * 1024 * 1024  # bytes


def find_files(paths: Iterable[Path]) -> tuple[list[Path], list[Problem]]:
    """Return the files to read, directories searched one level deep."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(p for p in path.iterdir() if p.suffix.lower() in CSV_SUFFIXES + EXCEL_SUFFIXES)
            inside = [p for p in inside if not p.name.startswith((".", "~$"))]
            files += inside
            if not inside:
                problems.append(Problem(str(path), 0, "", "这个文件夹里没有 CSV 或 Excel 文件", "检查路径"))
        elif path.is_file():
            files.append(path)
        else:
            problems.append(Problem(str(path), 0, "", "没有这个文件", "检查路径"))
    return files, problems


def read_file(path: Path) -> tuple[list[Sheet], list[Problem]]:
    """Return the sheets of a file, one for CSV."""
    suffix = path.suffix.lower()
    if suffix == ".xls":
        return [], [Problem(path.name, 0, "", "这是旧版 Excel 文件（.xls）", "用 Excel 另存为 .xlsx 或 CSV")]
    if suffix not in CSV_SUFFIXES + EXCEL_SUFFIXES:
        return [], [Problem(path.name, 0, "", "不是 CSV 或 Excel 文件", "另存为 .csv 或 .xlsx")]
    if path.stat().st_size > LARGEST_FILE:
        return [], [Problem(path.name, 0, "", "文件超过 300 MB", "分成几个文件")]
    try:
        return (_excel(path) if suffix in EXCEL_SUFFIXES else [_csv(path)]), []
    except _Unreadable as error:
        return [], [Problem(path.name, error.line, "", str(error), error.mend)]
    except OSError as error:
        return [], [
            Problem(path.name, 0, "", f"打不开：{error.strerror or error}", "检查文件是否被占用、有没有读取权限")
        ]


class _Unreadable(Exception):
    def __init__(self, message: str, mend: str, line: int = 0) -> None:
        super().__init__(message)
        self.mend = mend
        self.line = line


def decode(content: bytes) -> str:
    """Return the text of a CSV file in UTF-8 (with or without mark), UTF-16 with mark, or GB18030."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    line = _broken_line(content)
    raise _Unreadable("文字编码既不是 UTF-8 也不是 GB18030", "用 Excel 另存为“CSV UTF-8”", line)


def _broken_line(content: bytes) -> int:
    for number, line in enumerate(content.split(b"\n"), 1):
        for encoding in ("utf-8", "gb18030"):
            try:
                line.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
        else:
            return number
    return 0


def _csv(path: Path) -> Sheet:
    try:
        text = decode(path.read_bytes())
    except UnicodeDecodeError as error:
        raise _Unreadable("文字编码不完整", "用 Excel 另存为“CSV UTF-8”") from error
    if "\x00" in text:
        raise _Unreadable("这不是文本文件", "用 Excel 另存为“CSV UTF-8”")
    return Sheet(path.name, path.stem, list(_csv_rows(text)))


def _csv_rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise _Unreadable("引号没有配对，或者格式有误", "用 Excel 打开检查后另存为“CSV UTF-8”", line) from error


def _delimiter(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",\t;|", key=first.count)


def _excel(path: Path) -> list[Sheet]:
    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, InvalidFileException, KeyError, ValueError) as error:
        raise _Unreadable("不是有效的 Excel 文件", "用 Excel 打开后另存为 .xlsx") from error
    try:
        sheets = [(s.title, list(_excel_rows(s))) for s in workbook.worksheets if s.sheet_state == "visible"]
    finally:
        workbook.close()
    filled = [(title, rows) for title, rows in sheets if rows]
    label = path.name if len(filled) < 2 else path.name + "/{}"
    return [
        Sheet(label.format(title), f"{path.stem} {title}" if len(filled) < 2 else title, rows) for title, rows in filled
    ]


def _excel_rows(sheet: Any) -> Iterator[tuple[int, tuple[Any, ...]]]:
    for line, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if any(cell is not None for cell in row):
            yield line, row
