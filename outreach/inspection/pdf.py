"""The words of a PDF, read by a process that may be slow, greedy or broken without harm."""

from __future__ import annotations

import subprocess  # nosec B404  # runs this interpreter on a file beside this one
import sys
from pathlib import Path
from typing import Final

from outreach.inspection import pdf_process
from outreach.inspection.rules.reading import Unread

#: How long one document may take.
SECONDS: Final = 20.0
READER: Final = Path(pdf_process.__file__)
_REASONS: Final = {pdf_process.LOCKED: Unread.LOCKED, pdf_process.LONG: Unread.LONG}


def pdf_words(content: bytes) -> str | Unread:
    """The text of every page and of the properties, or why there is none."""
    try:
        done = subprocess.run(  # noqa: S603  # nosec B603  # no word of the command comes from outside
            [sys.executable, "-P", str(READER)], input=content, capture_output=True, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return Unread.SLOW
    if done.returncode:
        return _REASONS.get(done.returncode, Unread.BROKEN)
    return done.stdout.decode() if done.stdout.strip() else Unread.PICTURES
