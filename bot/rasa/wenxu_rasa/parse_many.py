"""Reads sentences without a server: JSON lines `{"text", "metadata"}` on stdin, readings on stdout.

`python -m wenxu_rasa.parse_many --model models/wenxu-abc.tar.gz`; each reading has `ms`, the time it took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import sys
import time
from pathlib import Path

from wenxu_rasa import light

light.install()


async def parse_all(model: Path) -> None:
    from wenxu_rasa.build import on_path
    from wenxu_rasa.serve import package_of

    on_path(package_of(model))
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from wenxu_rasa.channel import reading

    agent = Agent.load(str(model))
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        given = json.loads(line)
        started = time.perf_counter()
        message = UserMessage(text=given["text"], metadata=given.get("metadata") or {})
        parsed = await agent.processor.parse_message(message)  # type: ignore[union-attr]
        found = reading(given["text"], parsed)
        found["ms"] = (time.perf_counter() - started) * 1000
        print(json.dumps(found, ensure_ascii=False), flush=True)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--model", type=Path, required=True)
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(parse_all(given.parse_args().model))


if __name__ == "__main__":
    main()
