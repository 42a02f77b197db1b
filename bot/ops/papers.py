"""The Word templates of the papers: the bank's own stand in var/papers before those that come along."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot.ops.errors import OpsError
from bot.papers.model import KINDS, Kind
from bot.papers.word import check, template_of
from bot.settings import ROOT, Settings

SHIPPED = ROOT / "data" / "papers"


def own(settings: Settings) -> Path:
    return settings.var_dir / "papers"


def in_use(settings: Settings, name: str) -> Path:
    """Return the template that is used now. Raises OpsError."""
    return template_of(kind_named(name).code, own(settings), SHIPPED)


def kind_named(name: str) -> Kind:
    """Raises OpsError."""
    found = next((k for k in KINDS.values() if name in (k.code, k.name)), None)
    if found is None:
        raise OpsError(f"没有“{name}”这种材料", "可以是：" + "、".join(f"{k.code}（{k.name}）" for k in KINDS.values()))
    return found


def checked(name: str, file: Path) -> Kind:
    """Return the paper a template is for. Raises OpsError with everything that is wrong with it."""
    kind = kind_named(name)
    if not file.is_file():
        raise OpsError(f"找不到文件：{file}", "给出一个 Word 文件（.docx）")
    problems = check(file, kind)
    if problems:
        known = "、".join(["title", "client", "day", "manager", *kind.fields])
        raise OpsError("\n".join([f"{file.name} 不能用作“{kind.name}”的模板：", *problems]), f"可以用的占位符：{known}")
    return kind


def install(settings: Settings, name: str, file: Path) -> Path:
    """Put the bank's own template in place, whole or not at all. Raises OpsError."""
    kind = checked(name, file)
    directory = own(settings)
    directory.mkdir(parents=True, exist_ok=True)
    target, half = directory / f"{kind.code}.docx", directory / f".{kind.code}.half"
    shutil.copyfile(file, half)
    half.replace(target)
    return target


def export(settings: Settings, name: str, file: Path) -> None:
    """Raises OpsError rather than overwrite a file."""
    if file.exists():
        raise OpsError(f"文件已经在了：{file}", "换一个名字")
    shutil.copyfile(in_use(settings, name), file)


def remove(settings: Settings, name: str) -> Kind:
    """Go back to the template that comes along. Raises OpsError."""
    kind = kind_named(name)
    (own(settings) / f"{kind.code}.docx").unlink(missing_ok=True)
    return kind
