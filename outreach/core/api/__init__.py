"""The public API: slices declare resources as data; checking, paging, tags, errors and the document come from here.

A slice lists its ``Resource`` objects in ``Feature.api``. Pages drop what makes no sense, because people share links;
the API refuses it with 422 and says where, because programs must not go on with a wrong answer.
"""

from outreach.core.api import schemas
from outreach.core.api.parameters import PAGE, PER_PAGE, Parameter, Place, ValueKind
from outreach.core.api.problems import Refusal, refuse
from outreach.core.api.resources import Answer, Listing, Resource, Values

__all__ = [
    "PAGE",
    "PER_PAGE",
    "Answer",
    "Listing",
    "Parameter",
    "Place",
    "Refusal",
    "Resource",
    "ValueKind",
    "Values",
    "refuse",
    "schemas",
]
