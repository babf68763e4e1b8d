"""Files in requests: what a form sent, and answers that hand a stored file out."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from outreach.core.exports import content_disposition
from outreach.core.files.models import StoredFile
from outreach.core.files.storing import open_file


def uploaded(field: str) -> FileStorage | None:
    """The file that the form sent in ``field``; None when the field was left empty."""
    sent = request.files.get(field)
    return sent if sent is not None and sent.filename else None


def send_stored(session: Session, file: StoredFile) -> Response:
    """The file as a download: never shown inside the site, never kept by a cache."""
    answer = Response(open_file(session, file).getvalue(), content_type=file.media_type)  # ``nosniff`` is on everything
    answer.headers["Content-Disposition"] = content_disposition(file.name)
    answer.cache_control.no_store = True
    return answer
