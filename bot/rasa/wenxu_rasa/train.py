"""Trains everything: `python -m wenxu_rasa.train --root . --out models/wenxu-abc.tar.gz [--spacy PATH]`.

Progress goes to stdout as JSON lines `{"step": "…", "done": 0.4}`; the application shows them.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from wenxu_rasa import light

light.install()

import yaml  # noqa: E402

from wenxu_rasa.build import build, on_path  # noqa: E402
from wenxu_rasa.corpus import utterances  # noqa: E402


def report(step: str, done: float) -> None:
    print(json.dumps({"step": step, "done": round(done, 3)}, ensure_ascii=False), flush=True)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--root", type=Path, required=True)
    given.add_argument("--out", type=Path, required=True)
    given.add_argument("--spacy", default="")
    given.add_argument("--config", default="config.yml")
    options = given.parse_args()
    logging.basicConfig(level=logging.WARNING)
    train(options.root.resolve(), options.out.resolve(), options.spacy, options.config)


def train(root: Path, out: Path, base: str = "", config: str = "config.yml") -> None:
    """Write `<out>` and, beside it, the spaCy package `<stem>.spacy` and `<stem>.metrics.json`."""
    started = time.monotonic()
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    with tempfile.TemporaryDirectory(dir=out.parent) as made:
        package = Path(made) / "package.spacy"
        build(root, package, base, report)
        report("训练意图与实体", 0.6)
        on_path(package)
        model = rasa_model(root, Path(made), config)
        seconds = round(time.monotonic() - started, 1)
        name = out.name.removesuffix(".tar.gz")
        final = out.with_name(f"{name}.spacy")
        shutil.rmtree(final, ignore_errors=True)
        shutil.move(package, final)
        figures = {"seconds": seconds, "sentences": _counts(root)}
        out.with_name(f"{name}.metrics.json").write_text(
            json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8"
        )
        shutil.move(model, out)  # last: a model that is there is whole
    report("完成", 1.0)


def rasa_model(root: Path, made: Path, config: str) -> Path:
    from rasa.model_training import train as rasa_train

    spoken = made / "reading.yml"
    spoken.write_text(yaml.safe_dump(_as_nlu(root), allow_unicode=True, sort_keys=False), encoding="utf-8")
    os.environ["RASA_CACHE_DIRECTORY"] = str(made / "cache")
    data = [str(root / "data" / "nlu"), str(root / "data" / "rules"), str(spoken)]
    result = rasa_train(
        domain=str(root / "bot" / "rasa" / "domain"),
        config=str(root / config),
        training_files=data,
        output=str(made),
        force_training=True,
    )
    if result.model is None:
        raise SystemExit("Rasa 没有训练出模型")
    return Path(result.model)


def _as_nlu(root: Path) -> dict[str, Any]:
    """Sentences of data/reading as examples of the two intents that stand for them."""
    blocks = []
    for kind, intent, mode in (("stances", "report_reply", "visit"), ("moves", "seller_turn", "practice")):
        lines = sorted({one.text for one in utterances(root, kind) if not one.text.startswith("/")})
        # A quarter is enough: more would drown the commands that are typed in the same modes.
        listed = "".join(f"- {line}\n" for line in lines[::4] if "[" not in line)
        blocks.append({"intent": intent, "metadata": {"mode": mode, "unannotated": True}, "examples": listed})
    return {"version": "3.1", "nlu": blocks}


def _counts(root: Path) -> dict[str, int]:
    return {kind: len(utterances(root, kind)) for kind in ("moves", "stances")}


if __name__ == "__main__":
    main()
