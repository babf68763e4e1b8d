"""Archives of pictures: beside a table or text of questions, or inside a package. Only names tell them apart."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from outreach.core import files
from outreach.core.files.types import PICTURE_ENDINGS
from outreach.quiz.formats.reading import FILE_TOO_LARGE, FILE_UNREADABLE, FileRefused

MOST_PICTURES: Final = 2000
#: Unpacked bytes of all pictures of an archive.
MOST_UNPACKED: Final = 256 * 1024 * 1024
#: Every picture of an archive bears this moment, so that the same pictures are the same bytes.
MOMENT: Final = (2000, 1, 1, 0, 0, 0)
FOLDER: Final = "pictures"
NAME_REPEATED: Final = "name-repeated"


def pictures_in(data: bytes) -> dict[str, bytes]:
    """Bytes by name, without folders; what is no picture by its name is passed over. Raises ``FileRefused``."""
    found: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [one for one in archive.infolist() if one.filename.lower().endswith(PICTURE_ENDINGS)]
            if len(entries) > MOST_PICTURES:
                raise FileRefused(FILE_TOO_LARGE, str(MOST_PICTURES))
            left = MOST_UNPACKED
            for entry in entries:
                name = PurePosixPath(entry.filename.replace("\\", "/")).name
                if name in found:
                    raise FileRefused(NAME_REPEATED, name)
                found[name] = _unpacked(archive, entry)
                left -= len(found[name])
                if left < 0:
                    raise FileRefused(FILE_TOO_LARGE, str(MOST_UNPACKED))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise FileRefused(FILE_UNREADABLE, "ZIP") from error
    return found


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """What the header says of its length is not believed."""
    with archive.open(entry) as file:
        content = file.read(files.LONGEST + 1)
    if len(content) > files.LONGEST:
        raise FileRefused(FILE_TOO_LARGE, entry.filename[-60:])
    return content


def packed(pictures: Mapping[str, bytes], package: bytes = b"", folder: str = "") -> bytes:
    """The pictures as an archive, or put into ``folder`` of a package."""
    target = io.BytesIO(package)
    with zipfile.ZipFile(target, "a") as archive:
        for name, content in sorted(pictures.items()):
            archive.writestr(zipfile.ZipInfo(f"{folder}/{name}" if folder else name, MOMENT), content)
    return target.getvalue()


def in_package(data: bytes, pictures: Mapping[str, bytes]) -> bytes:
    """A package of questions with the pictures that they name."""
    return packed(pictures, data, FOLDER)
