"""Uploaded files: typed by content, limited, kept in the database with what they belong to, handed out as downloads."""

from outreach.core.files.models import StoredFile
from outreach.core.files.storing import (
    LONGEST,
    FileDamaged,
    FileRefused,
    Refusal,
    find_file,
    iter_content,
    keep,
    open_file,
    release,
    store,
)
from outreach.core.files.types import DOCUMENTS, TABLES, MediaType, media_type_of
from outreach.core.files.web import send_stored, uploaded

__all__ = [
    "DOCUMENTS",
    "LONGEST",
    "TABLES",
    "FileDamaged",
    "FileRefused",
    "MediaType",
    "Refusal",
    "StoredFile",
    "find_file",
    "iter_content",
    "keep",
    "media_type_of",
    "open_file",
    "release",
    "send_stored",
    "store",
    "uploaded",
]
