"""Uploaded files: typed by content, limited, kept in the database with what they belong to, handed out as downloads."""

from outreach.core.files.models import StoredFile
from outreach.core.files.storing import (
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
from outreach.core.files.types import DOCUMENTS, TABLES, MediaType
from outreach.core.files.web import send_stored, uploaded

__all__ = [
    "DOCUMENTS",
    "TABLES",
    "FileDamaged",
    "FileRefused",
    "MediaType",
    "Refusal",
    "StoredFile",
    "find_file",
    "iter_content",
    "keep",
    "open_file",
    "release",
    "send_stored",
    "store",
    "uploaded",
]
