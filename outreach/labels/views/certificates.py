"""Water-saving certificates (节水产品认证): the list and single ones. Another thing than the label, and said so."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from outreach.core import clock
from outreach.core.db import db
from outreach.core.i18n import pick
from outreach.core.page_cache import cached_page
from outreach.labels.blueprint import blueprint
from outreach.labels.forms_certificates import parse_certificate_query
from outreach.labels.models import Certificate, CertificateStatus
from outreach.labels.queries.certificates import (
    effective_status,
    find_certificate,
    list_registrations_of,
    search_certificates,
)
from outreach.labels.queries.standards import list_categories
from outreach.labels.views.catalogue import DATA
from outreach.labels.wording import CERTIFICATE_STATUSES


@blueprint.get("/labels/certificates/")
@cached_page(DATA)
def certificates() -> ResponseReturnValue:
    """Certificates by words, category and state. A page number behind the last page does not exist."""
    query = parse_certificate_query(request.args)
    page = search_certificates(db.session, query, clock.today())
    if query.page > max(page.pages, 1):
        abort(404)
    own = url_for("labels.certificates")

    def page_href(number: int) -> str:
        return f"{own}?{urlencode(query.on_page(number).args())}"

    return render_template(
        "labels/certificates.html", page=page, page_href=page_href, own=own, state_of=certificate_state, **_choices()
    )


def _choices() -> dict[str, Any]:
    """What the filters of the form offer."""
    return {
        "categories": [(item.code, pick(item.name, item.name_en)) for item in list_categories(db.session)],
        "statuses": [(status.value, str(CERTIFICATE_STATUSES[status])) for status in CertificateStatus],
    }


@blueprint.get("/labels/certificates/<number>")
@cached_page(DATA)
def certificate(number: str) -> ResponseReturnValue:
    """Every field of one certificate, and the registrations of the models it names."""
    found = find_certificate(db.session, number)
    if found is None:
        abort(404)
    if found.number != number:
        return redirect(url_for("labels.certificate", number=found.number), 301)
    return render_template(
        "labels/certificate.html",
        certificate=found,
        state=certificate_state(found),
        registrations=list_registrations_of(db.session, found),
    )


def certificate_state(certificate: Certificate) -> CertificateStatus:
    """The state of a certificate today."""
    return effective_status(certificate, clock.today())
