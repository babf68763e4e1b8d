"""A process of its own that reads one PDF from its input and writes the words to its output.

Strange files make the reader run for ever, eat the memory or fail in any way; here that ends with the process. It
imports nothing of the site, so that it starts quickly.
"""

from __future__ import annotations

import io
import resource
import sys
from typing import Final

from pypdf import PdfReader

#: Exit codes; any other one than 0 says that the file is broken.
LOCKED: Final = 3
LONG: Final = 4
MOST_PAGES: Final = 500
#: Characters of one document.
MOST_TEXT: Final = 4_000_000
#: Memory in bytes, and seconds of computing: a second line behind the patience of whoever waits.
MOST_MEMORY: Final = 1_000_000_000
MOST_COMPUTING: Final = 60


def main() -> int:
    """Copy the words of a PDF; returns the exit code."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_COMPUTING, MOST_COMPUTING))
    if sys.platform == "linux":  # others refuse this limit
        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
    if reader.is_encrypted and not reader.decrypt(""):  # an empty password opens what only forbids printing
        return LOCKED
    if len(reader.pages) > MOST_PAGES:
        return LONG
    words = [page.extract_text() for page in reader.pages]
    if any(word.strip() for word in words):  # titles of a scan are no reason to believe that it was read
        words += [str(value) for value in (reader.metadata or {}).values()]
    text = "\n".join(words)
    if len(text) > MOST_TEXT:
        return LONG
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
