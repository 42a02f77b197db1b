"""The single checks that `doctor` runs all of and `serve` some of. Each looks, changes nothing, and says what to do."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import Literal

from bot.ops import train
from bot.ops.config import is_loopback
from bot.ops.errors import OpsError
from bot.ops.ports import bind_error, holder, is_taken
from bot.settings import ROOT, Settings

Level = Literal["ok", "warn", "fail"]
GIGABYTE = 1024**3
LEAST_DISK, LOW_DISK = 0.5 * GIGABYTE, 3 * GIGABYTE  # a training run needs about 0.3 GB


@dataclass(frozen=True)
class Check:
    """`level` is ok, warn or fail; `remedy` says what to do unless it is ok."""

    name: str
    level: Level
    detail: str
    remedy: str = ""

    def error(self) -> OpsError:
        return OpsError(f"{self.name}：{self.detail}", self.remedy)


def launcher() -> ModuleType:
    """Return the launcher as a module: it alone knows what an environment is made of."""
    loader = SourceFileLoader("wenxu_launcher", str(ROOT / "wenxu"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


def app_python(_settings: Settings) -> Check:
    return Check("应用的 Python", "ok", f"{platform.python_version()}，{platform.system()} {platform.machine()}")


def island_python(_settings: Settings) -> Check:
    """Python 3.10 with Rasa in it; Rasa is looked for, not imported, which takes ten seconds."""
    name, remedy = "对话服务的 Python 3.10", "运行 ./wenxu setup；它会找到或取来 Python 3.10 并装好 Rasa"
    try:
        python = train.island_python()
    except train.TrainingError:
        return Check(name, "fail", "还没有装（bot/rasa/.venv）", remedy)
    code = "import sys, importlib.util as u; print('%d.%d.%d' % sys.version_info[:3], bool(u.find_spec('rasa')))"
    try:
        answer = subprocess.run([str(python), "-c", code], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        return Check(name, "fail", f"不能运行：{error}", f"删除 bot/rasa/.venv 后{remedy}")
    version, _, has_rasa = answer.stdout.strip().partition(" ")
    if not version.startswith("3.10."):
        return Check(
            name, "fail", f"版本是“{version or answer.stderr.strip()[-200:]}”", f"删除 bot/rasa/.venv 后{remedy}"
        )
    if has_rasa != "True":
        return Check(name, "fail", f"{version}，里面没有 Rasa", remedy)
    return Check(name, "ok", version)


def locks(_settings: Settings) -> Check:
    """Are both environments what their lock files say?"""
    module = launcher()
    late = [
        name
        for name, project, stamp in (("应用", module.ROOT, "app"), ("对话服务", module.ISLAND, "island"))
        if not module.in_sync(project, [stamp, f"{stamp}-dev"])
    ]
    if late:
        return Check("软件包与锁文件", "warn", f"{'、'.join(late)}的软件包与 uv.lock 不一致", "运行 ./wenxu setup")
    return Check("软件包与锁文件", "ok", "一致")


def disk(settings: Settings) -> Check:
    place = next(p for p in (settings.var_dir.resolve(), *settings.var_dir.resolve().parents) if p.exists())
    free = shutil.disk_usage(place).free
    detail = f"{place} 剩余 {free / GIGABYTE:.1f} GB"
    if free < LEAST_DISK:
        return Check("磁盘空间", "fail", detail, "清出至少 1 GB，或用 WENXU_VAR_DIR、WENXU_MODELS_DIR 换到别的盘")
    if free < LOW_DISK:
        return Check("磁盘空间", "warn", detail, "日志、数据库和模型会继续增长，请清理")
    return Check("磁盘空间", "ok", detail)


def writable(settings: Settings) -> Check:
    for folder in (settings.var_dir, settings.models_dir):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            return Check("数据目录", "fail", f"{folder} 建不了：{error.strerror}", "检查上级目录的权限，或换一个目录")
        if not os.access(folder, os.W_OK):
            return Check("数据目录", "fail", f"{folder} 不能写", "改目录的属主或权限（chown、chmod），或换一个目录")
    return Check("数据目录", "ok", str(settings.var_dir))


def ports(settings: Settings) -> Iterator[Check]:
    yield _port("应用端口", "WENXU_PORT", settings.host, settings.port)
    if settings.rasa_port == settings.port:
        yield Check("对话服务端口", "fail", f"与应用端口相同（{settings.port}）", "改 WENXU_RASA_PORT 或 WENXU_PORT")
    else:
        yield _port("对话服务端口", "WENXU_RASA_PORT", "127.0.0.1", settings.rasa_port)


def _port(name: str, setting: str, host: str, port: int) -> Check:
    error = bind_error(host, port)
    if error is None:
        return Check(name, "ok", f"{host}:{port} 空闲")
    if not is_taken(error):
        reason = error.strerror or str(error)
        return Check(name, "fail", f"不能在 {host}:{port} 上监听：{reason}", "改 WENXU_HOST，或用 1024 以上的端口")
    who = holder(port)
    detail = f"端口 {port} 已被{who or '别的程序'}占用"
    return Check(name, "fail", detail, f"停掉它，或换一个端口：设置 {setting}（现在 {port}）")


def database(settings: Settings) -> Check:
    """Reachable, and at a schema version this program knows."""
    from bot.store.database import Database, head_revision, knows_revision

    where = shown_url(settings.db_url)
    if settings.db_url.startswith("sqlite") and not _sqlite_path(settings.db_url).exists():
        return Check("数据库", "ok", f"{where} 还没有，第一次启动时建立")
    base = Database(settings.db_url)
    try:
        base.ping()
        now, newest = base.revision(), head_revision()
    except Exception as error:
        reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
        return Check(
            "数据库", "fail", f"{where} 连不上：{reason}", "检查 WENXU_DATABASE_URL、数据库是否在运行、用户和口令"
        )
    finally:
        base.dispose()
    if now == newest:
        return Check("数据库", "ok", f"{where}，结构版本 {now}")
    if now is None or knows_revision(now):
        return Check(
            "数据库", "warn", f"{where}，结构版本 {now or '无'}，需要 {newest}", "启动 wenxu serve 时会自动升级；先备份"
        )
    return Check("数据库", "fail", f"{where}，结构版本 {now} 比本程序新", "换用与数据库相配的新版程序，或恢复旧备份")


def _sqlite_path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def shown_url(url: str) -> str:
    """The address without its password."""
    head, at, tail = url.rpartition("@")
    scheme, _, login = head.partition("://")
    return f"{scheme}://{login.partition(':')[0]}@{tail}" if at else url


def knowledge(settings: Settings) -> Check:
    from bot.knowledge.files import KnowledgeError
    from bot.knowledge.library import Library

    try:
        library = Library.read(settings.knowledge_dir)
    except KnowledgeError as error:
        first = "；".join(map(str, error.problems[:3]))
        return Check(
            "知识文件", "fail", f"{len(error.problems)} 处有误：{first}", "运行 wenxu check 看全部，按文件和行号改正"
        )
    bank = library.bank
    detail = f"{len(bank.needs)} 个需求，{len(bank.questions)} 个问题，{len(library.catalogue.products)} 个产品"
    return Check("知识文件", "ok", detail)


def model(settings: Settings) -> Check:
    path = train.model_path(settings)
    if path.exists():
        return Check("模型", "ok", path.name)
    older = train.current_model(settings)
    detail = f"数据或代码改过，{older.name} 旧了" if older else "还没有训练"
    return Check("模型", "warn", detail, "运行 wenxu train；wenxu serve 也会先训练")


def secret_files(settings: Settings) -> Check:
    """Nobody but the owner may read a secret."""
    names = ("secret.key", "action.key", "demo.password")
    files = [path for path in (*(settings.var_dir / n for n in names), ROOT / ".env") if path.exists()]
    bare = [path for path in files if path.stat().st_mode & 0o077]
    if bare:
        listed = " ".join(map(str, bare))
        return Check("密钥文件", "fail", f"别的用户能读：{listed}", f"chmod 600 {listed}")
    return Check("密钥文件", "ok", f"{len(files)} 个，只有属主能读" if files else "还没有，第一次启动时生成")


def demo_mode(settings: Settings) -> Check:
    if not settings.demo:
        return Check("演示模式", "ok", "关")
    if is_loopback(settings.host):
        return Check("演示模式", "ok", "开（只在本机可用）")
    detail = f"开着，而且在 {settings.host} 上对外可用：演示用户的密码是公用的"
    return Check("演示模式", "warn", detail, "正式使用请去掉 WENXU_DEMO，并用 wenxu user add 建立用户")


def tls(settings: Settings) -> Check:
    if is_loopback(settings.host):
        return Check("对外地址", "ok", f"只在本机（{settings.host}）")
    return Check(
        "对外地址", "warn", f"{settings.host}，不加密", "对外服务请放在有 HTTPS 的反向代理后面，见 docs/operations.md"
    )


def chromium(_settings: Settings) -> Check:
    names = ("chromium", "chromium-browser", "google-chrome")
    found = next((p for p in map(shutil.which, names) if p), None)
    if found:
        return Check("Chromium（测试用，可缺）", "ok", found)
    return Check("Chromium（测试用，可缺）", "warn", "没有", "要跑浏览器测试：apt-get install chromium fonts-noto-cjk")


def postgres(_settings: Settings) -> Check:
    found = shutil.which("initdb") or next(map(str, sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))), None)
    if found:
        return Check("PostgreSQL（测试用，可缺）", "ok", found)
    return Check("PostgreSQL（测试用，可缺）", "warn", "没有", "要跑 PostgreSQL 测试：apt-get install postgresql-15")
