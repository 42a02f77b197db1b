"""Make the pictures of the README from the running product: `uv run python docs/make_screenshots.py`.

Starts the product with sample clients on a database of its own, plays a visit on the page in headless Chromium, and
writes docs/images/*.png.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import httpx2
from playwright.sync_api import Page, expect, sync_playwright

from bot.ops.ports import free_port

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
PASSWORD = "pictures-2026"
VISIT = [
    "帮我准备明天拜访华星集团",
    "钱都散在6家银行，分公司各管各的，总部想用的时候调不动",
    "有的分公司账上闲着两千多万，有的还在外面贷款",
    "当然有用，我们就想总部一把管起来，想调就调",
    "财务说每个月对账要花三四天，经常对不上",
    "三个会计月底全耗在上面，加班到半夜",
    "希望银行每天给我们推一份对好的账",
]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def main() -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    home, port = Path(tempfile.mkdtemp()), free_port()
    environment = {
        **os.environ,
        "WENXU_VAR_DIR": str(home),
        "WENXU_PORT": str(port),
        "WENXU_RASA_PORT": str(free_port()),
        "WENXU_DEMO": "1",
        "WENXU_DEMO_PASSWORD": PASSWORD,
    }
    server = subprocess.Popen([sys.executable, "-m", "bot.cli", "serve"], cwd=ROOT, env=environment)
    base = f"http://127.0.0.1:{port}"
    try:
        wait(base)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
            for name, width, height, scheme in (
                ("desktop", 1280, 800, "light"),
                ("phone", 390, 844, "light"),
                ("phone-dark", 390, 844, "dark"),
            ):
                context = browser.new_context(
                    viewport={"width": width, "height": height},
                    color_scheme=scheme,
                    device_scale_factor=2,
                    reduced_motion="reduce",
                )
                visit(context.new_page(), base, name)
                context.close()
            browser.close()
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(home, ignore_errors=True)


def wait(base: str) -> None:
    while True:
        try:
            if httpx2.get(f"{base}/readyz", trust_env=False).status_code == 200:
                return
        except httpx2.HTTPError:
            pass
        time.sleep(0.2)


def visit(page: Page, base: str, name: str) -> None:
    """Log in, talk, and take a picture of the visit and of the proposal."""
    page.goto(base)
    page.get_by_label("用户名").fill("zhangwei")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    for text in VISIT:
        say(page, text)
    page.screenshot(path=IMAGES / f"visit-{name}.png")
    say(page, "出方案")
    page.locator(".card").last.scroll_into_view_if_needed()
    page.screenshot(path=IMAGES / f"bundle-{name}.png")


def say(page: Page, text: str) -> None:
    """Send one message and wait until the bot has answered."""
    answers = page.locator(".theirs")
    before = answers.count()
    box = page.locator("#text")
    box.fill(text)
    box.press("Enter")
    expect(answers).to_have_count(before + 1)


if __name__ == "__main__":
    main()
