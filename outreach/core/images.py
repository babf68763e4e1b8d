"""Pictures from outside, made anew: what hides beside the picture (place, device, person, programs) stays behind."""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from typing import Final

from PIL import Image, ImageOps

#: Most pixels of a picture; a telephone's camera has 12 to 50 million.
MOST_PIXELS: Final = 60_000_000
#: Longest side that is kept.
LONGEST_SIDE: Final = 3000
JPEG_QUALITY: Final = 85
_FORMATS: Final = ("JPEG", "PNG")
#: Formats that are read where a caller asks for it, and never written.
WEBP: Final = "WEBP"


class PictureRefused(Exception):
    """The bytes are no picture that can be shown, or one too large to open."""


def made_anew(content: bytes, *, longest_side: int = LONGEST_SIDE, more_formats: Sequence[str] = ()) -> bytes:
    """The picture itself, upright, at most ``longest_side`` wide or high, as a new JPEG or PNG without metadata.

    What is neither of the two becomes whichever is smaller: drawings stay sharp, photographs stay small.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(io.BytesIO(content), formats=(*_FORMATS, *more_formats)) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise PictureRefused
                upright = ImageOps.exif_transpose(picture)
                upright.thumbnail((longest_side, longest_side))
                return _written(upright, str(picture.format))
    except PictureRefused:
        raise
    except Exception as error:  # decoders raise whatever they like on hostile bytes
        raise PictureRefused from error


def size_of(content: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG or JPEG, from its header. Raises ``PictureRefused``."""
    try:
        with Image.open(io.BytesIO(content), formats=_FORMATS) as picture:
            return picture.size
    except Exception as error:  # the same
        raise PictureRefused from error


def _written(picture: Image.Image, made_of: str) -> bytes:
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if made_of == "JPEG":
        return _jpeg(picture)
    if made_of == "PNG" or has_alpha:
        return _png(picture, "RGBA" if has_alpha else "RGB")
    return min(_png(picture, "RGB"), _jpeg(picture), key=len)


def _png(picture: Image.Image, mode: str) -> bytes:
    target = io.BytesIO()
    _bare(picture, mode).save(target, "PNG", optimize=True)
    return target.getvalue()


def _jpeg(picture: Image.Image) -> bytes:
    target = io.BytesIO()
    _bare(picture, "RGB").save(target, "JPEG", quality=JPEG_QUALITY, optimize=True)
    return target.getvalue()


def _bare(picture: Image.Image, mode: str) -> Image.Image:
    """Nothing but the pixels."""
    bare = Image.new(mode, picture.size)
    bare.paste(picture.convert(mode))
    return bare
