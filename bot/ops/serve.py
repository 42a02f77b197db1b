"""`wenxu serve`: prepares, trains when there is no model for the present data, starts and watches the children.

    application   from the first second, so that the page opens while the rest is made ready
    training      only without a model; a failure ends it all
    Rasa          after training

The phase is in `var/run/status.json` for the page. Ready means that the application itself says so (`/readyz`), which it
does only when a chat turn would be answered.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from pydantic import SecretStr

from bot.ops import checks
from bot.ops.child import Child, GaveUp
from bot.ops.config import app_url, settings_environment
from bot.ops.console import Report, complain, progress, say
from bot.ops.errors import OpsError
from bot.ops.health import answers
from bot.ops.lock import only_one
from bot.ops.prepare import demo_password, prepare_database
from bot.ops.status import Status, status_file, write_status
from bot.ops.train import island_environment, island_python, model_path
from bot.settings import Settings

POLL = 0.25  # s between questions to /readyz until it is ready
WATCH = 2.0  # s between them afterwards
USUAL_LOADING = 12.0  # s; replaced by what the last start took
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Commands:
    """What is started; tests put others in their place."""

    app: Callable[[Settings], Sequence[str]]
    train: Callable[[Settings], Sequence[str]]
    rasa: Callable[[Settings, Path], Sequence[str]]
    model: Callable[[Settings], Path | None]


def product_commands() -> Commands:
    return Commands(
        app=lambda s: (sys.executable, "-m", "bot.web.serve"),
        train=lambda s: (sys.executable, "-m", "bot.cli", "train", "--json"),
        rasa=lambda s, model: (str(island_python()), *RASA, "--model", str(model), "--port", str(s.rasa_port)),
        model=present_model,
    )


def present_model(settings: Settings) -> Path | None:
    """The model of the data as they are now."""
    path = model_path(settings)
    return path if path.exists() else None


RASA = ("-m", "wenxu_rasa.serve")
QUIET = {"LOG_LEVEL": "WARNING", "WENXU_LOG_LEVEL": "WARNING"}  # below that Rasa logs what people type


PREFLIGHT = (checks.writable, checks.disk, checks.island_python, checks.knowledge)


def preflight(settings: Settings) -> None:
    """Raises OpsError with everything that stands in the way."""
    found = [check(settings) for check in PREFLIGHT] + list(checks.ports(settings)) + [checks.database(settings)]
    failed = [check for check in found if check.level == "fail"]
    if failed:
        raise OpsError("还不能启动：\n" + "\n".join(f"- {check.error()}" for check in failed))
    for check in (checks.disk(settings), checks.demo_mode(settings), checks.tls(settings)):
        if check.level == "warn":
            complain(f"提醒 {check.error()}")


def serve(settings: Settings) -> int:
    """Run until told to stop; return the exit status. Raises OpsError."""
    with only_one(settings):
        preflight(settings)
        if settings.demo:
            settings = _with_demo_password(settings)
        say("准备数据库 …")
        prepare_database(settings, settings.demo_password.get_secret_value())
        return asyncio.run(Supervisor(settings, product_commands()).run())


def _with_demo_password(settings: Settings) -> Settings:
    password, new = demo_password(settings)
    if new:
        say(
            f"演示用户 zhangwei、liuyang、lina、admin 的密码：{password}（只显示这一次，保存在 {settings.var_dir / 'demo.password'}）"
        )
    return settings.model_copy(update={"demo_password": SecretStr(password)})


@dataclass
class Supervisor:
    """Starts, watches and stops the children, and tells the page how far it is."""

    settings: Settings
    commands: Commands
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _status: Status | None = field(default=None, init=False)
    _since: float = field(default=0.0, init=False)  # when loading began
    _children: list[Child] = field(default_factory=list, init=False)

    async def run(self) -> int:
        self._listen_for_stop()
        self._set(Status("loading", 0.0, "正在启动"))
        work = asyncio.create_task(self._work())
        stop = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
            return await self._stopped(work) if self.stopping.is_set() else self._failed(work)
        finally:
            stop.cancel()
            self._set(Status("down", 0.0, "服务已停止"))

    def _listen_for_stop(self) -> None:
        loop = asyncio.get_running_loop()
        for name in STOP_SIGNALS:
            if signal.getsignal(name) is not signal.SIG_IGN:  # nohup ignores SIGHUP
                loop.add_signal_handler(name, self._stop, name)

    def _stop(self, name: signal.Signals) -> None:
        asyncio.get_running_loop().remove_signal_handler(name)  # a second Ctrl-C ends it at once; the guards clean up
        self.stopping.set()

    async def _stopped(self, work: asyncio.Task[None]) -> int:
        say("正在停止 …")
        work.cancel()
        await asyncio.wait((work,))
        say("已停止")
        return 0

    def _failed(self, work: asyncio.Task[None]) -> int:
        """The work ends by itself only when something would not stay up."""
        error = work.exception()
        for one in getattr(error, "exceptions", (error,)):
            if isinstance(one, GaveUp):
                complain(gave_up_text(one))
            elif isinstance(one, OpsError):
                complain(f"错误：{one}")
            elif one is not None:
                raise one
        return 1

    async def _work(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            self._keep(tasks, self._child("app", "应用", self.commands.app(self.settings)))
            await self._trained()
            self._keep(tasks, self._rasa())
            tasks.create_task(self._watch())

    def _keep(self, tasks: asyncio.TaskGroup, child: Child) -> None:
        self._children.append(child)
        tasks.create_task(child.keep(partial(self._pausing, child.title)))

    async def _trained(self) -> None:
        if await asyncio.to_thread(self.commands.model, self.settings) is not None:
            return
        self._set(Status("training", 0.0, "正在训练对话模型"))
        with progress("训练") as report:

            def both(text: str, done: float) -> None:
                report(text, done)
                self._set(Status("training", done, text))

            lines = TrainingLines(both)
            trainer = self._child("train", "训练", self.commands.train(self.settings), on_line=lines.take)
            status = await trainer.run()
        if status:
            reason = lines.error or f"训练失败（状态 {status}）：{trainer.tail()}"
            raise OpsError(reason, f"看 {trainer.log_path}；改正后重新运行 wenxu serve")

    async def _watch(self) -> None:
        """Ask for readiness for ever, and say when it comes and goes."""
        self._since = time.monotonic()
        usual = self._usual_loading()
        while True:
            ready = await asyncio.to_thread(answers, f"{app_url(self.settings)}/readyz")
            if ready and self._phase != "ready":
                self._say_ready()
            elif not ready:
                self._say_not_ready(usual)
            await asyncio.sleep(WATCH if ready else POLL)

    def _say_ready(self) -> None:
        self._loading_file().write_text(f"{time.monotonic() - self._since:.1f}", encoding="ascii")
        self._set(Status("ready", 1.0, ""))
        say(f"就绪：打开 {app_url(self.settings)} 登录使用。按 Ctrl-C 停止。")

    def _say_not_ready(self, usual: float) -> None:
        if self._phase == "ready":
            self._since = time.monotonic()
            complain("对话暂时不能应答，正在恢复 …")
        if self._phase != "down" or all(child.up for child in self._children):
            self._set(
                Status("loading", round(min(0.95, (time.monotonic() - self._since) / usual), 2), "正在载入对话模型")
            )

    def _pausing(self, title: str, seconds: float) -> None:
        self._since = time.monotonic() + seconds
        self._set(Status("down", 0.0, f"{title}意外退出，{seconds:.0f} 秒后重新启动"))

    @property
    def _phase(self) -> str:
        return self._status.phase if self._status else ""

    def _loading_file(self) -> Path:
        return self.settings.var_dir / "run" / "loading-seconds"

    def _usual_loading(self) -> float:
        try:
            return max(1.0, float(self._loading_file().read_text(encoding="ascii")))
        except (OSError, ValueError):
            return USUAL_LOADING

    # --- children

    def _rasa(self) -> Child:
        model = self.commands.model(self.settings)
        if model is None:
            raise OpsError("训练完成了，却没有与现有数据相配的模型", "数据是不是在训练中被改了？重新运行 wenxu serve")
        command = self.commands.rasa(self.settings, model)
        environment = {**island_environment(), **settings_environment(self.settings), **QUIET}
        return self._child("rasa", "对话服务", command, environment, private=True)

    def _child(
        self,
        name: str,
        title: str,
        command: Sequence[str],
        environment: dict[str, str] | None = None,
        on_line: Callable[[str], bool] = lambda line: False,
        private: bool = False,
    ) -> Child:
        environment = environment or {**os.environ, **settings_environment(self.settings)}
        return Child(name, title, command, environment, self.settings.var_dir / "log", complain, on_line, private)

    def _set(self, status: Status) -> None:
        if status != self._status:
            self._status = status
            write_status(status_file(self.settings), status)


@dataclass
class TrainingLines:
    """Reads what `wenxu train --json` prints."""

    report: Report
    error: str = ""

    def take(self, line: str) -> bool:
        """Return whether the line was a message for us."""
        try:
            message = json.loads(line) if line.startswith("{") else None
        except ValueError:
            return False
        if not isinstance(message, dict) or not {"progress", "error"} & message.keys():
            return False
        self.error = message.get("error", self.error)
        if "progress" in message:
            self.report(str(message.get("detail", "")), float(message["progress"]))
        return True


def gave_up_text(error: GaveUp) -> str:
    child = error.child
    tail = "\n".join(f"    {line}" for line in child.tail().splitlines())
    return (
        f"错误：{child.title}接连起不来（最后的状态 {error.status}），不再尝试。日志 {child.log_path} 的最后几行：\n{tail}\n"
        "  怎么办：运行 wenxu doctor 看哪里不对，改正后重新运行 wenxu serve"
    )
