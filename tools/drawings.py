"""Pictures of our own questions: ``python -m tools.drawings`` draws them anew into ``content/quiz/pictures``.

Shapes, digits and Latin letters only, so that they are the same in both languages and need no font of the machine.
Nothing here looks like an official mark or label, and nothing is a map.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

TARGET: Final = Path(__file__).parent.parent / "content" / "quiz" / "pictures"
PAPER, INK, SOFT, WATER, RED = "#ffffff", "#14343a", "#5d777c", "#12828c", "#b3261e"
#: Colours that a picture is reduced to, so that its file stays small.
COLOURS: Final = 32
Bars = Sequence[tuple[str, int]]


def _font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The font that comes with the drawing library."""
    return ImageFont.load_default(size)


def _sheet(width: int, height: int) -> tuple[Image.Image, ImageDraw.ImageDraw]:
    picture = Image.new("RGB", (width, height), PAPER)
    return picture, ImageDraw.Draw(picture)


def water_meter() -> Image.Image:
    """The same meter twice: 00345 at the beginning of a month, 00357 at its end, in cubic metres."""
    picture, pen = _sheet(860, 400)
    for left, name, digits in ((20, "1", "00345"), (440, "30", "00357")):
        pen.ellipse((left, 20, left + 360, 380), outline=INK, width=8)
        pen.text((left + 180, 80), name, font=_font(34), fill=SOFT, anchor="mm")
        for place, digit in enumerate(digits):
            box = (left + 50 + 52 * place, 140, left + 98 + 52 * place, 212)
            pen.rectangle(box, outline=INK, width=4)
            pen.text(((box[0] + box[2]) / 2, 176), digit, font=_font(52), fill=INK, anchor="mm")
        pen.text((left + 168, 262), "m", font=_font(40), fill=INK, anchor="mm")
        pen.text((left + 194, 250), "3", font=_font(24), fill=INK, anchor="mm")
        pen.ellipse((left + 150, 290, left + 210, 350), outline=RED, width=4)
        pen.line((left + 180, 320, left + 200, 302), fill=RED, width=5)
    return picture


def plan_targets() -> Image.Image:
    """Four bars in per cent: A 16, B 60, C 9, D 40."""
    return _bar_chart((("A", 16), ("B", 60), ("C", 9), ("D", 40)), top=80, step=20, unit="%")


def water_uses() -> Image.Image:
    """Litres on one day: A 120, B 60, C 90, D 30."""
    return _bar_chart((("A", 120), ("B", 60), ("C", 90), ("D", 30)), top=150, step=30, unit="L")


def _bar_chart(bars: Bars, *, top: int, step: int, unit: str) -> Image.Image:
    picture, pen = _sheet(760, 480)
    left, ground, height = 90, 410, 360
    for value in range(0, top + 1, step):
        y = ground - height * value // top
        pen.line((left, y, 730, y), fill="#d5e0e1", width=2)
        pen.text((left - 14, y), str(value), font=_font(24), fill=SOFT, anchor="rm")
    pen.text((left - 14, 22), unit, font=_font(26), fill=INK, anchor="rm")
    for place, (name, value) in enumerate(bars):
        x, y = left + 40 + 155 * place, ground - height * value // top
        pen.rectangle((x, y, x + 90, ground), fill=WATER)
        pen.text((x + 45, y - 18), str(value), font=_font(28), fill=INK, anchor="mm")
        pen.text((x + 45, ground + 34), name, font=_font(34), fill=INK, anchor="mm")
    pen.line((left, ground, 730, ground), fill=INK, width=4)
    return picture


def leaking_tap() -> Image.Image:
    """Four taps, A to D; only from C drops fall."""
    picture, pen = _sheet(860, 330)
    for place, name in enumerate("ABCD"):
        left = 30 + 210 * place
        pen.rectangle((left, 90, left + 120, 122), fill=SOFT)
        pen.rectangle((left + 96, 90, left + 130, 170), fill=SOFT)
        pen.rectangle((left + 46, 56, left + 62, 90), fill=INK)
        pen.rectangle((left + 22, 44, left + 86, 58), fill=INK)
        if name == "C":
            for y in (184, 222, 260):
                _drop(pen, left + 113, y)
        pen.text((left + 60, 300), name, font=_font(36), fill=INK, anchor="mm")
    return picture


def _drop(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    pen.polygon([(x, y), (x - 9, y + 18), (x + 9, y + 18)], fill=WATER)
    pen.ellipse((x - 10, y + 10, x + 10, y + 30), fill=WATER)


DRAWINGS: Final[dict[str, Callable[[], Image.Image]]] = {
    "water_meter.png": water_meter,
    "plan_targets.png": plan_targets,
    "water_uses.png": water_uses,
    "leaking_tap.png": leaking_tap,
}


def reduced(picture: Image.Image) -> Image.Image:
    """With few colours and no soft dots between them."""
    return picture.quantize(COLOURS, dither=Image.Dither.NONE)


def main() -> None:
    TARGET.mkdir(parents=True, exist_ok=True)
    for name, draw in DRAWINGS.items():
        reduced(draw()).save(TARGET / name, "PNG", optimize=True)
        print(name, (TARGET / name).stat().st_size)


if __name__ == "__main__":
    main()
