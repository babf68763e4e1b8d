"""Certificates as pictures and as PDF: A4 on its side, drawn with Pillow and the machine's own Chinese font.

Without such a font nothing is drawn: the page of a certificate says the same and prints on A4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

#: Where Debian (fonts-noto-cjk) and other systems keep a font with Chinese in it; the index picks Simplified Chinese.
FONTS: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc", 2),
    ("/usr/share/fonts/truetype/wqy/wqy-microhei.ttc", 0),
    ("/System/Library/Fonts/PingFang.ttc", 0),
)
BOLD_FONTS: Final = (
    ("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/noto-cjk/NotoSansCJK-Bold.ttc", 2),
    ("/usr/share/fonts/google-noto-cjk/NotoSansCJK-Bold.ttc", 2),
)
DPI: Final = 200
SIZE: Final = (2339, 1654)
PAPER, INK, SOFT, WATER, RIPPLE = "#ffffff", "#10262d", "#465c64", "#0a6770", "#b5d9dc"
DANGER: Final = "#a5231c"
MARGIN: Final = 90


@dataclass(frozen=True, slots=True)
class CertificateText:
    """The words of a certificate in one language."""

    heading: str
    name: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    address: str
    #: What is printed across the top: demonstration data, or that the certificate is void.
    remark: str = ""


def can_draw() -> bool:
    """Whether this machine has a font with Chinese in it."""
    return bool(_font_file(FONTS))


def as_png(text: CertificateText) -> bytes:
    """The certificate as a picture."""
    target = BytesIO()
    _drawn(text).save(target, "PNG", dpi=(DPI, DPI), optimize=False, compress_level=6)
    return target.getvalue()


def as_pdf(text: CertificateText) -> bytes:
    """The certificate as one page of PDF, to be printed on A4."""
    target = BytesIO()
    _drawn(text).save(target, "PDF", resolution=DPI, title=text.heading)
    return target.getvalue()


def _drawn(text: CertificateText) -> Image.Image:
    image = Image.new("RGB", SIZE, PAPER)
    pen = ImageDraw.Draw(image)
    width, height = SIZE
    _frame(pen)
    _centred(pen, text.heading, 250, 104, WATER, is_bold=True)
    if text.remark:
        _centred(pen, text.remark, 400, 44, DANGER, is_bold=True)
    _centred(pen, text.name, 540, 92, INK, is_bold=True)
    pen.line([(width // 2 - 420, 672), (width // 2 + 420, 672)], fill=RIPPLE, width=4)
    top = 730
    for line in _wrapped(text.sentence, _font(50), width - 2 * (MARGIN + 260)):
        _centred(pen, line, top, 50, INK)
        top += 82
    top = max(top + 40, 1010)
    for label, value in text.facts:
        pen.text((MARGIN + 300, top), label, font=_font(38), fill=SOFT)
        pen.text((MARGIN + 780, top), value, font=_font(38), fill=INK)
        top += 66
    _centred(pen, text.address, height - MARGIN - 110, 34, SOFT)
    return image


def _frame(pen: ImageDraw.ImageDraw) -> None:
    """A double line, and the ripples of the site's own mark below."""
    width, height = SIZE
    pen.rectangle([(MARGIN, MARGIN), (width - MARGIN, height - MARGIN)], outline=WATER, width=8)
    pen.rectangle([(MARGIN + 22, MARGIN + 22), (width - MARGIN - 22, height - MARGIN - 22)], outline=RIPPLE, width=3)
    for radius in (60, 110, 160):
        for left, top in ((MARGIN + 22, MARGIN + 22), (width - MARGIN - 22, height - MARGIN - 22)):
            box = [(left - radius, top - radius), (left + radius, top + radius)]
            start = 0 if left < width // 2 else 180
            pen.arc(box, start, start + 90, fill=RIPPLE, width=4)


def _centred(pen: ImageDraw.ImageDraw, words: str, top: int, size: int, colour: str, *, is_bold: bool = False) -> None:
    font = _font(size, is_bold=is_bold)
    widest = SIZE[0] - 2 * (MARGIN + 120)
    while pen.textlength(words, font=font) > widest and size > 24:
        size -= 4
        font = _font(size, is_bold=is_bold)
    left = (SIZE[0] - pen.textlength(words, font=font)) / 2
    pen.text((left, top), words, font=font, fill=colour)


def _wrapped(words: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    """Lines no wider than ``width``; Chinese breaks anywhere, Latin words stay whole where they can."""
    lines, line = [], ""
    for piece in _pieces(words):
        if line and font.getlength(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line else lines


def _pieces(words: str) -> list[str]:
    pieces: list[str] = []
    for sign in words:
        is_inner = bool(pieces) and sign.isascii() and pieces[-1][-1].isascii() and pieces[-1][-1] != " "
        if is_inner:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


@cache
def _font(size: int, *, is_bold: bool = False) -> ImageFont.FreeTypeFont:
    path, index = (_font_file(BOLD_FONTS) if is_bold else None) or _font_file(FONTS) or ("", 0)
    return ImageFont.truetype(path, size, index=index)


@cache
def _font_file(known: Sequence[tuple[str, int]]) -> tuple[str, int] | None:
    return next(((path, index) for path, index in known if Path(path).is_file()), None)
