"""Why nothing can be said about a file."""

from __future__ import annotations

from enum import StrEnum


class Unread(StrEnum):
    """Why the words of a file were not read."""

    BROKEN = "broken"
    #: It opens with a password only.
    LOCKED = "locked"
    #: More bytes, pages or words than are looked at.
    LONG = "long"
    SLOW = "slow"
    #: Pages without any words, such as scanned ones: what the pictures show is not read.
    PICTURES = "pictures"
    #: A kind of file that nothing here can read.
    CLOSED = "closed"
