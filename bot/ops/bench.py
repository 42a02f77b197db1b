"""`wenxu bench turn`: a turn of this bot against the same dialogues on a stock Rasa, as ratios of one run.

The stock set-up is what `rasa init` and Rasa's documentation suggest for Chinese: Jieba, count vectors, DIET,
ResponseSelector, FallbackClassifier, Memoization, Rule, UnexpecTED and TED policies, `rasa run` and `rasa run actions`,
trained until it knows its intents, with actions that only utter one line. DIET takes minutes an epoch on all our
sentences, so the stock bot learns an even sample of them: that makes its vectors shorter and its turns faster, never slower.
A bot trained too little falls back and calls no action, which would flatter it: the share of its turns that called one is
printed beside the ratio.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.ops.errors import OpsError
from bot.ops.ports import free_port, holder
from bot.ops.train import island_python
from bot.settings import ROOT, Settings

Report = Callable[[str, float], None]
ROUNDS = 3  # times each dialogue is played after one round of warm-up
START_LIMIT = 600.0  # s
STOCK_EPOCHS = 60
STOCK_SENTENCES = 40  # of each intent
TARGETS = {"median": 0.35, "p95": 0.35, "start": 0.5}


@dataclass
class Measured:
    """Seconds of one set-up. `turns`: of each turn after warm-up; `start`: from command to first answer."""

    start: float
    turns: list[float] = field(default_factory=list)
    memory: int = 0  # bytes, resident, of the dialogue server
    answered: int = 0  # turns in which an action was called and answered
    parts: dict[str, float] = field(default_factory=dict)  # mean seconds by part

    def quantile(self, share: float) -> float:
        ordered = sorted(self.turns)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def dialogues() -> list[list[str]]:
    found: list[list[str]] = yaml.safe_load((ROOT / "data" / "bench" / "dialogues.yml").read_text(encoding="utf-8"))
    return found


def bench_turn(settings: Settings, *, repeat: int = ROUNDS, report: Report) -> str:
    """Measure both set-ups one after the other and return the table. `repeat`: rounds measured. Raises OpsError."""
    work = settings.var_dir / "bench"
    work.mkdir(parents=True, exist_ok=True)
    stock_model = prepare_stock(work, report)
    report("测本产品", 0.4)
    ours = measure_ours(settings, work, repeat)
    report("测标准 Rasa", 0.7)
    stock = measure_stock(work, stock_model, repeat)
    report("完成", 1.0)
    return table(ours, stock, repeat)


def table(ours: Measured, stock: Measured, repeat: int) -> str:
    rows = [
        ("一轮中位数（毫秒）", ours.quantile(0.5) * 1000, stock.quantile(0.5) * 1000, TARGETS["median"]),
        ("一轮 p95（毫秒）", ours.quantile(0.95) * 1000, stock.quantile(0.95) * 1000, TARGETS["p95"]),
        ("启动到第一句答复（秒）", ours.start, stock.start, TARGETS["start"]),
        ("对话服务内存（MB）", ours.memory / 2**20, stock.memory / 2**20, 0.8),
    ]
    lines = [f"{'':　<14}本产品　　标准Rasa　　比值　　目标"]
    for name, mine, other, target in rows:
        lines.append(f"{name:　<14}{mine:8.1f}{other:12.1f}{mine / other:10.2f}    ≤ {target}")
    shares = "　".join(f"{name} {seconds * 1000:.1f}" for name, seconds in ours.parts.items())
    lines.append(f"本产品各部分平均（毫秒）：{shares}")
    lines.append(
        f"每套 {len(ours.turns)} 轮（热身一遍后 {repeat} 遍）；标准 Rasa 每个意图取 {STOCK_SENTENCES} 句，训练 {STOCK_EPOCHS} 遍，"
        f"{stock.answered / len(stock.turns):.0%} 的轮次调了动作（调得越少它越快）"
    )
    return "\n".join(lines)


def measure_ours(settings: Settings, work: Path, repeat: int) -> Measured:
    """Start the product as `wenxu serve` does, on a database of its own."""
    home = work / "ours"
    shutil.rmtree(home, ignore_errors=True)
    port, rasa_port = free_port(), free_port()
    environment = {
        **os.environ,
        "WENXU_VAR_DIR": str(home),
        "WENXU_DATABASE_URL": "",
        "WENXU_PORT": str(port),
        "WENXU_RASA_PORT": str(rasa_port),
        "WENXU_DEMO": "1",
        "WENXU_DEMO_PASSWORD": "bench-password-1",
    }
    started = time.perf_counter()
    with running([sys.executable, "-m", "bot.cli", "serve"], environment, work / "ours.log"):
        with Caller(port) as client:
            wait_for(lambda: client.get("/readyz")[0] == 200)
            login = client.post("/api/login", {"username": "zhangwei", "password": "bench-password-1"})
            client.headers["Authorization"] = f"Bearer {login['access_token']}"

            def turn(talk: str, text: str) -> None:
                body = {"text": text} | ({"conversation": talks[talk]} if talk in talks else {})
                talks[talk] = client.post("/api/chat", body)["conversation"]

            talks: dict[str, str] = {}
            turn("first", "你好")
            measured = Measured(time.perf_counter() - started)
            before: dict[str, tuple[float, float]] = {}

            def warm() -> None:
                before.update(part_sums(client.get("/metrics")[1].decode()))

            play(turn, measured, warm, repeat)
            after = part_sums(client.get("/metrics")[1].decode())
            measured.parts = part_means(before, after)
            measured.memory = resident(listening(rasa_port))
    return measured


def part_sums(text: str) -> dict[str, tuple[float, float]]:
    """Return (sum, count) by part of `wenxu_turn_seconds`."""
    found: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        for kind in ("sum", "count"):
            if line.startswith(f"wenxu_turn_seconds_{kind}{{"):
                part = line.split('part="', 1)[1].split('"', 1)[0]
                found.setdefault(part, {})[kind] = float(line.rsplit(" ", 1)[1])
    return {part: (values["sum"], values["count"]) for part, values in found.items()}


def part_means(before: dict[str, tuple[float, float]], after: dict[str, tuple[float, float]]) -> dict[str, float]:
    means = {}
    for part, (total, count) in after.items():
        old_total, old_count = before.get(part, (0.0, 0.0))
        if count > old_count:
            means[part] = (total - old_total) / (count - old_count)
    return means


def measure_stock(work: Path, model: Path, repeat: int) -> Measured:
    home = work / "stock"
    port, action_port = free_port(), free_port()
    endpoints = home / "endpoints.yml"
    endpoints.write_text(f"action_endpoint:\n  url: http://127.0.0.1:{action_port}/webhook\n", encoding="utf-8")
    (home / "credentials.yml").write_text("rest:\n", encoding="utf-8")
    rasa = str(island_python().with_name("rasa"))
    environment = quiet_environment()
    actions = [rasa, "run", "actions", "--actions", "stock_actions", "--port", str(action_port)]
    server = [rasa, "run", "-i", "127.0.0.1", "-p", str(port), "--model", str(model), "--endpoints", str(endpoints)]
    server += ["--credentials", str(home / "credentials.yml")]
    started = time.perf_counter()
    with (
        running(actions, environment, work / "stock-actions.log", home),
        running(server, environment, work / "stock.log", home),
    ):
        with Caller(port) as client:
            wait_for(lambda: client.get("/")[0] == 200)

            def turn(talk: str, text: str) -> None:
                measured.answered += bool(client.post("/webhooks/rest/webhook", {"sender": talk, "message": text}))

            wait_for(lambda: bool(client.post("/webhooks/rest/webhook", {"sender": "first", "message": "你好"})))
            measured = Measured(time.perf_counter() - started)

            def warm() -> None:
                measured.answered = 0

            play(turn, measured, warm, repeat)
            measured.memory = resident(listening(port))
    return measured


class Caller:
    """The barest client there is, on one kept connection: what the caller spends must not blur what is measured."""

    def __init__(self, port: int) -> None:
        self.port, self.headers = port, {"Content-Type": "application/json"}
        self.kept: http.client.HTTPConnection | None = None

    def __enter__(self) -> Caller:
        return self

    def __exit__(self, *_: object) -> None:
        if self.kept is not None:
            self.kept.close()

    def get(self, path: str) -> tuple[int, bytes]:
        return self._call("GET", path, None)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """Return the answer's JSON. Raises OpsError when the call was refused."""
        status, answer = self._call("POST", path, json.dumps(body).encode())
        if status != 200:
            raise OpsError(f"{path} 答复 {status}：{answer[:300].decode(errors='replace')}")
        return json.loads(answer)

    def _call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes]:
        for last in (False, True):  # a connection that the server closed meanwhile is opened again, once
            self.kept = self.kept or http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
            try:
                self.kept.request(method, path, body, self.headers)
                reply = self.kept.getresponse()
                return reply.status, reply.read()
            except (http.client.HTTPException, OSError):
                self.kept.close()
                self.kept = None
                if last:
                    raise
        raise AssertionError


def play(turn: Callable[[str, str], None], measured: Measured, warm: Callable[[], None], repeat: int) -> None:
    """Play every dialogue, each time as a conversation of its own; the first round warms up."""
    for number in range(repeat + 1):
        if number == 1:
            warm()
        for which, lines in enumerate(dialogues()):
            for text in lines:
                began = time.perf_counter()
                turn(f"{number}-{which}", text)
                if number:
                    measured.turns.append(time.perf_counter() - began)


def prepare_stock(work: Path, report: Report) -> Path:
    """Train the stock bot on the same sentences, once for the same data."""
    home = work / "stock"
    home.mkdir(parents=True, exist_ok=True)
    write_stock(home)
    stamp = hashlib.sha256(
        b"".join(p.read_bytes() for p in sorted(home.rglob("*.yml")) if p.name != "endpoints.yml")
    ).hexdigest()[:12]
    model = home / "models" / f"stock-{stamp}.tar.gz"
    if model.exists():
        return model
    report(f"训练标准 Rasa（{STOCK_EPOCHS} 轮，几分钟）", 0.05)
    rasa = str(island_python().with_name("rasa"))
    command = [rasa, "train", "--domain", "domain.yml", "--data", "data", "--config", "config.yml", "--out", "models"]
    command += ["--fixed-model-name", model.name.removesuffix(".tar.gz")]
    with (work / "stock-train.log").open("wb") as log:
        done = subprocess.run(command, cwd=home, env=quiet_environment(), stdout=log, stderr=log, check=False)
    if done.returncode or not model.exists():
        raise OpsError(f"标准 Rasa 训练没有成功，详见 {work / 'stock-train.log'}")
    return model


STOCK_CONFIG: dict[str, Any] = {
    "recipe": "default.v1",
    "assistant_id": "stock",
    "language": "zh",
    "pipeline": [
        {"name": "JiebaTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": STOCK_EPOCHS, "constrain_similarities": True},
        {"name": "EntitySynonymMapper"},
        {"name": "ResponseSelector", "epochs": STOCK_EPOCHS, "constrain_similarities": True},
        {"name": "FallbackClassifier", "threshold": 0.3, "ambiguity_threshold": 0.1},
    ],
    "policies": [
        {"name": "MemoizationPolicy"},
        {"name": "RulePolicy"},
        {"name": "UnexpecTEDIntentPolicy", "max_history": 5, "epochs": STOCK_EPOCHS},
        {"name": "TEDPolicy", "max_history": 5, "epochs": STOCK_EPOCHS, "constrain_similarities": True},
    ],
}


def write_stock(home: Path) -> None:
    """Write the stock project: the same sentences, one action an intent, stories instead of our rules."""
    (home / "data").mkdir(exist_ok=True)
    for old in (home / "data").glob("*.yml"):
        old.unlink()
    sentences = sample_sentences()
    blocks = [{"intent": label, "examples": "".join(f"- {s}\n" for s in lines)} for label, lines in sentences.items()]
    (home / "data" / "nlu.yml").write_text(dump({"version": "3.1", "nlu": blocks}), encoding="utf-8")
    labels = [label for label in sentences if label != "restart"]  # Rasa answers that one by itself
    stories = [
        {
            "story": f"{one} {two}",
            "steps": [{"intent": one}, {"action": f"action_{one}"}, {"intent": two}, {"action": f"action_{two}"}],
        }
        for one, two in zip(labels, labels[1:] + labels[:1], strict=True)
    ]
    (home / "data" / "stories.yml").write_text(dump({"version": "3.1", "stories": stories}), encoding="utf-8")
    rules = [{"rule": "fallback", "steps": [{"intent": "nlu_fallback"}, {"action": "action_out_of_scope"}]}]
    (home / "data" / "rules.yml").write_text(dump({"version": "3.1", "rules": rules}), encoding="utf-8")
    marked = "".join(s for lines in sentences.values() for s in lines)
    entities = sorted({part.split(")", 1)[0] for part in marked.split("](")[1:]})
    domain = {
        "version": "3.1",
        "intents": [*labels, "restart", "nlu_fallback"],
        "entities": entities,
        "actions": [f"action_{label}" for label in labels],
        "session_config": {"session_expiration_time": 60, "carry_over_slots_to_new_session": True},
    }
    (home / "domain.yml").write_text(dump(domain), encoding="utf-8")
    (home / "config.yml").write_text(dump(STOCK_CONFIG), encoding="utf-8")
    (home / "stock_actions.py").write_text(
        STOCK_ACTIONS.format(names=[f"action_{label}" for label in labels]), encoding="utf-8"
    )


STOCK_ACTIONS = """from rasa_sdk import Action


def make(name):
    def run(self, dispatcher, tracker, domain):
        dispatcher.utter_message(text="好的。")
        return []

    return type(name, (Action,), {{"name": lambda self: name, "run": run}})


for each in {names}:
    globals()[each] = make(each)
"""


def sample_sentences() -> dict[str, list[str]]:
    """Return up to STOCK_SENTENCES training sentences of each intent, spread evenly over its files."""
    found: dict[str, list[str]] = {}
    for path in sorted((ROOT / "data" / "nlu").glob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = [line[2:] for line in block["examples"].splitlines() if line.startswith("- ")]
            found.setdefault(block["intent"], []).extend(lines)
    return {label: lines[:: max(1, len(lines) // STOCK_SENTENCES)] for label, lines in sorted(found.items())}


def dump(content: Any) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


def quiet_environment() -> dict[str, str]:
    more = {
        "RASA_TELEMETRY_ENABLED": "false",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
        "PYTHONWARNINGS": "ignore",
    }
    return {**os.environ, **more}


@contextmanager
def running(
    command: Sequence[str], environment: dict[str, str], log: Path, cwd: Path = ROOT
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a process group of its own and end the whole group afterwards."""
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=out, stderr=out, start_new_session=True)
        try:
            yield process
        except Exception as error:
            tail = log.read_text(encoding="utf-8", errors="replace")[-1500:]
            raise OpsError(f"{' '.join(command[:4])} 没有正常工作（{error}），日志末尾：\n{tail}") from error
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(5)


def wait_for(done: Callable[[], bool]) -> None:
    """Ask until it is so; the granularity (20 ms) is far below what is measured."""
    end = time.monotonic() + START_LIMIT
    while True:
        try:
            if done():
                return
        except (http.client.HTTPException, OSError, OpsError, json.JSONDecodeError):
            pass
        if time.monotonic() > end:
            raise OpsError("等了太久还没有起来")
        time.sleep(0.02)


def listening(port: int) -> int:
    """Return the pid that listens on the port, 0 when it cannot be told."""
    found = re.search(r"进程 (\d+)", holder(port))
    return int(found.group(1)) if found else 0


def resident(pid: int) -> int:
    """Return the resident memory of a process in bytes, 0 when it cannot be told."""
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    return 0
