"""Pictures from outside, made anew: what hides beside the picture (place, device, person, programs) stays behind."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps

#: Most pixels of a picture; a telephone's camera has 12 to 50 million.
MOST_PIXELS: Final = 60_000_000
#: Longest side that is kept.
LONGEST_SIDE: Final = 3000
JPEG_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG")


class PictureRefused(Exception):
    """The bytes are no picture that can be shown, or one too large to open."""


def made_anew(content: bytes) -> bytes:
    """The picture itself, upright, at most ``LONGEST_SIDE`` wide or high, as a new JPEG or PNG without metadata."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureRefused
                is_png = picture.format == "PNG"
                upright = ImageOps.exif_transpose(picture)
                return _written(upright, is_png=is_png)
    except PictureRefused:
        raise
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise PictureRefused from error


def _written(picture: Image.Image, *, is_png: bool) -> bytes:
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    target = io.BytesIO()
    bare = Image.new(_mode(picture, is_png=is_png), picture.size)
    bare.paste(picture.convert(bare.mode))
    if is_png:
        bare.save(target, "PNG", optimize=True)
    else:
        bare.save(target, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return target.getvalue()


def _mode(picture: Image.Image, *, is_png: bool) -> str:
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    return "RGBA" if is_png and has_alpha else "RGB"
