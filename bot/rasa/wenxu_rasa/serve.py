"""The dialogue server: `python -m wenxu_rasa.serve --model models/wenxu-abc.tar.gz --port 5005`.

The secret comes from WENXU_ACTION_SECRET, the application's address from WENXU_ACTION_URL.
"""

from __future__ import annotations

import argparse
import logging
import os
from pathlib import Path

from wenxu_rasa import light

light.install()

HERE = Path(__file__).resolve().parent.parent
ACTION_URL = "http://127.0.0.1:8000/internal/actions"


def package_of(model: Path) -> Path:
    """The spaCy package that was built with a model."""
    return model.with_name(model.name.removesuffix(".tar.gz") + ".spacy")


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--model", type=Path, required=True)
    given.add_argument("--port", type=int, default=5005)
    given.add_argument("--host", default="127.0.0.1")
    options = given.parse_args()
    _quiet(os.environ.get("WENXU_LOG_LEVEL", "WARNING").upper())
    serve(options.model, options.host, options.port)


def _quiet(level: str) -> None:
    """Rasa logs every sentence at debug level, and shows debug unless it is told: clients' words belong in no log."""
    from rasa.utils.log_utils import configure_structlog

    known = logging.getLevelName(level)
    number = max(known, logging.INFO) if isinstance(known, int) else logging.WARNING
    logging.basicConfig(level=number)
    configure_structlog(number)


def serve(model: Path, host: str, port: int) -> None:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("WENXU_ACTION_URL", ACTION_URL)
    if not model.exists():
        raise SystemExit(f"找不到模型 {model}：请先运行 wenxu train")
    from wenxu_rasa.build import on_path

    on_path(package_of(model))
    from rasa.core.run import serve_application
    from rasa.core.utils import AvailableEndpoints

    from wenxu_rasa import answers
    from wenxu_rasa.endpoint import KeptEndpoint

    answers.install()
    endpoints = AvailableEndpoints.read_endpoints(str(HERE / "endpoints.yml"))
    endpoints.action = KeptEndpoint.of(endpoints.action)
    serve_application(
        model_path=str(model),
        interface=host,
        port=port,
        credentials=str(HERE / "credentials.yml"),
        endpoints=endpoints,
        enable_api=False,
    )


if __name__ == "__main__":
    main()
