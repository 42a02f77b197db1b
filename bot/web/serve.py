"""The application's own process: `python -m bot.web.serve`, started and watched by `wenxu serve`."""

from __future__ import annotations

import uvicorn

from bot.ops.logging import set_up_logging
from bot.settings import Settings
from bot.web.app import create_app


def main() -> None:
    settings = Settings()
    set_up_logging(settings.log_level)
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # addresses and times are the proxy's to log
        server_header=False,
        ws_max_size=65_536,
    )


if __name__ == "__main__":
    main()
