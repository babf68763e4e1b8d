"""Pictures from outside are made anew: nothing but what can be seen stays."""

from __future__ import annotations

import io
import struct
import zlib
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from outreach.core import images
from outreach.core.images import PictureRefused, made_anew


def written(picture: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    picture.save(target, kind, **options)
    return target.getvalue()


def opened(content: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(content))
    picture.load()
    return picture


def test_what_stands_beside_the_picture_stays_behind() -> None:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    jpeg = written(Image.new("RGB", (8, 8), "teal"), "JPEG", exif=exif, comment=b"SecretComment")
    info = PngInfo()
    info.add_text("Author", "SecretAuthor")
    png = written(Image.new("RGB", (8, 8)), "PNG", pnginfo=info) + b"SecretTail"
    for content in (jpeg, png):
        assert b"Secret" in content
        assert b"Secret" not in made_anew(content)


def test_a_picture_stands_upright_and_fits() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    lying = written(Image.new("RGB", (40, 20)), "JPEG", exif=exif)
    assert opened(made_anew(lying)).size == (20, 40)
    wide = written(Image.new("RGB", (images.LONGEST_SIDE * 2, 10)), "PNG")
    assert opened(made_anew(wide)).width == images.LONGEST_SIDE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_kind_of_png_is_read(mode: str) -> None:
    assert opened(made_anew(written(Image.new(mode, (5, 5)), "PNG"))).size == (5, 5)


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
def test_every_kind_of_jpeg_is_read(mode: str) -> None:
    assert opened(made_anew(written(Image.new(mode, (5, 5)), "JPEG"))).format == "JPEG"


def test_transparency_stays() -> None:
    clear = written(Image.new("RGBA", (4, 4), (0, 0, 0, 0)), "PNG")
    assert opened(made_anew(clear)).getpixel((1, 1)) == (0, 0, 0, 0)


def bomb(width: int, height: int) -> bytes:
    """A small file that says it is a huge picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "content", [b"", b"x", b"\xff\xd8\xff\xe0", b"GIF89a", bomb(20_000, 20_000), bomb(9_000, 9_000)]
)
def test_what_is_no_picture_or_a_huge_one_is_refused(content: bytes) -> None:
    with pytest.raises(PictureRefused):
        made_anew(content)


@given(st.binary(max_size=300), st.integers(0, 200))
def test_damaged_pictures_never_end_in_another_error(noise: bytes, place: int) -> None:
    whole = written(Image.new("RGB", (8, 8), "teal"), "PNG")
    with suppress(PictureRefused):
        made_anew(whole[:place] + noise + whole[place:])


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "JPEG"), ("RGBA", "PNG")])
def test_webp_is_read_where_it_is_asked_for_and_never_written(mode: str, kind: str) -> None:
    noise = Image.effect_noise((200, 200), 80).convert(mode)
    if mode == "RGBA":
        noise.putpixel((0, 0), (0, 0, 0, 0))
    content = written(noise, "WEBP")
    with pytest.raises(PictureRefused):
        made_anew(content)
    assert opened(made_anew(content, more_formats=(images.WEBP,))).format == kind
    flat = written(Image.new(mode, (200, 200), "teal"), "WEBP", lossless=True)
    assert opened(made_anew(flat, more_formats=(images.WEBP,))).format == "PNG", "drawings stay sharp"


def test_the_size_is_read_from_the_header() -> None:
    assert images.size_of(written(Image.new("RGB", (7, 9)), "PNG")) == (7, 9)
    with pytest.raises(PictureRefused):
        images.size_of(b"GIF89a")
