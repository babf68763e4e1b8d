"""The picture of the README: ``python -m tools.screenshots http://127.0.0.1:8000`` with the site running.

The catalogue on a desk and on a phone, side by side, reduced to few colours so that the file stays small.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

TARGET = Path(__file__).parent.parent / "docs" / "screenshot.png"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
PAGE = "/labels/?q=马桶 一级"
DESK, PHONE = (1280, 900), (360, 740)
MARGIN = 40
BACKGROUND = (223, 236, 236)
COLOURS = 128


def take(browser: Browser, url: str, size: tuple[int, int]) -> Image.Image:
    """What a visitor with a screen of this size sees first."""
    viewport = {"width": size[0], "height": size[1]}
    with browser.new_context(base_url=url, viewport=viewport, is_mobile=size == PHONE) as context:
        page = context.new_page()
        page.goto(PAGE, wait_until="networkidle")
        return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def side_by_side(pictures: list[Image.Image]) -> Image.Image:
    """The pictures in a row, their lower edges in line."""
    width = sum(picture.width for picture in pictures) + MARGIN * (len(pictures) + 1)
    height = max(picture.height for picture in pictures) + 2 * MARGIN
    sheet, left = Image.new("RGB", (width, height), BACKGROUND), MARGIN
    for picture in pictures:
        sheet.paste(picture, (left, height - MARGIN - picture.height))
        left += picture.width + MARGIN
    return sheet


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="address of the running site")
    parser.add_argument("--target", type=Path, default=TARGET)
    chosen = parser.parse_args(arguments)
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    if path is None:
        sys.stderr.write("no Chromium on this machine\n")
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        sheet = side_by_side([take(browser, chosen.url, size) for size in (DESK, PHONE)])
        browser.close()
    sheet.quantize(COLOURS).save(chosen.target, optimize=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
