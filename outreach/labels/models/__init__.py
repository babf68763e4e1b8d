"""The registry's tables, one module a subject; import the classes from here.

Standards (schemes to grade rules) are loaded from ``content/standards``; registrations come from imported registers.
"""

from outreach.labels.models.certificates import Certificate, CertificateModel, CertificateStatus
from outreach.labels.models.imports import ImportRemark, ImportRun
from outreach.labels.models.names import Brand, Maker, ProductName
from outreach.labels.models.registrations import (
    GradeCheck,
    MeasuredValue,
    Registration,
    RegistrationEvent,
    RegistrationStatus,
    SpotCheck,
    SpotCheckResult,
)
from outreach.labels.models.standards import (
    Better,
    Category,
    Certainty,
    Edition,
    Grade,
    GradeRule,
    Metric,
    RuleRole,
    Scheme,
    Subtype,
)

__all__ = [
    "Better",
    "Brand",
    "Category",
    "Certainty",
    "Certificate",
    "CertificateModel",
    "CertificateStatus",
    "Edition",
    "Grade",
    "GradeCheck",
    "GradeRule",
    "ImportRemark",
    "ImportRun",
    "Maker",
    "MeasuredValue",
    "Metric",
    "ProductName",
    "Registration",
    "RegistrationEvent",
    "RegistrationStatus",
    "RuleRole",
    "Scheme",
    "SpotCheck",
    "SpotCheckResult",
    "Subtype",
]
