"""The files of one Whoosh index, sealed: a commit writes checksums of all its files and the watermark in one step.

Whoosh commits by renaming a table of contents into place. Here that file ends in a trailer with a checksum of every
file of the commit and of itself, so that a torn, flipped or missing byte is noticed before a pickle is read, and with
the watermark, so that content and watermark can never disagree. New files reach the disk before the rename does.
"""

# mypy: disable-error-code="no-untyped-call, no-any-return"
# Whoosh has no types.

from __future__ import annotations

import json
import os
import struct
import zlib
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile

from outreach.core.search.index import IndexUnavailable

CONTENTS_SUFFIX = ".toc"
_TAIL = struct.Struct(">II4s")
_MAGIC = b"SEAL"
_CHUNK = 1 << 20


#: How a file looked when its checksum was last right: time, size, inode, checksum. Shared by a process's storages.
Checked = dict[str, tuple[int, int, int, int]]


class IndexDamaged(IndexUnavailable):
    """A file of the index is missing, torn or not the one that was committed."""


@dataclass(frozen=True, slots=True)
class Watermark:
    """Which state of which database an index holds."""

    #: Last row of the outbox that is in the index, and its mark; 0 and empty before the first.
    seq: int
    mark: str
    epoch: str
    schema_version: int
    documents: int


class SealedStorage(FileStorage):
    """A folder of index files that are checked when they are opened."""

    def __init__(self, folder: Path, checked: Checked | None = None) -> None:
        super().__init__(str(folder), supports_mmap=False)
        #: Set before a commit; what the last read table of contents said.
        self.watermark: Watermark | None = None
        #: Names of the segments that the commit consists of; other files are left-overs.
        self.segments: frozenset[str] = frozenset()
        self._sums: dict[str, int] = {}
        self._checked = {} if checked is None else checked

    def open_file(self, name: str, **options: Any) -> StructFile:
        if name.endswith(CONTENTS_SUFFIX):
            return StructFile(BytesIO(self._unsealed(name)), name=name, **options)
        self._check(name)
        return super().open_file(name, **options)

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:  # noqa: FBT001, FBT002  # Whoosh's signature
        if newname.endswith(CONTENTS_SUFFIX):
            self._seal(Path(self._fpath(oldname)))
        super().rename_file(oldname, newname, safe)
        sync_folder(Path(self.folder))

    def check(self) -> None:
        """Compare the files with their checksums, unless they look untouched since the last time."""
        for name in self._sums:
            self._check(name)

    def _check(self, name: str) -> None:
        expected = self._sums.get(name)
        if expected is None:  # a file of the commit that is being written
            return
        path = Path(self._fpath(name))
        try:
            status = path.stat()
            look = (status.st_mtime_ns, status.st_size, status.st_ino, expected)
            if self._checked.get(name) != look and _checksum(path) != expected:
                raise IndexDamaged(f"{name} is not what was committed")
        except OSError as error:
            raise IndexDamaged(f"{name} cannot be read: {error.strerror}") from error
        self._checked[name] = look

    def _seal(self, contents: Path) -> None:
        """Append the trailer to a new table of contents."""
        if self.watermark is None:
            raise ValueError("a commit without a watermark")
        sums = {}
        for name in self.list():
            if name.partition(".")[0] in self.segments:
                sums[name] = self._sums[name] if name in self._sums else _checksum(Path(self._fpath(name)), sync=True)
        trailer = json.dumps({"sums": sums, "watermark": asdict(self.watermark)}).encode()
        with contents.open("r+b") as file:
            checksum = zlib.crc32(file.read() + trailer)
            file.write(trailer + _TAIL.pack(len(trailer), checksum, _MAGIC))
            file.flush()
            os.fsync(file.fileno())
        self._sums = sums

    def _unsealed(self, name: str) -> bytes:
        """A table of contents without its trailer, which is taken in."""
        data = Path(self._fpath(name)).read_bytes()
        body = data[: -_TAIL.size]
        length, checksum, magic = _TAIL.unpack(data[len(body) :]) if len(body) else (0, 0, b"")
        if magic != _MAGIC or zlib.crc32(body) != checksum:
            raise IndexDamaged(f"{name} is torn")
        trailer = json.loads(body[len(body) - length :])
        self._sums = trailer["sums"]
        self.watermark = Watermark(**trailer["watermark"])
        return body[: len(body) - length]


def sync_folder(folder: Path) -> None:
    """Bring the names in ``folder`` to the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _checksum(path: Path, *, sync: bool = False) -> int:
    """CRC-32 of a file: against accidents. Against ill will stand the owner and mode of the folder."""
    checksum = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            checksum = zlib.crc32(chunk, checksum)
        if sync:
            os.fsync(file.fileno())
    return checksum
