"""Pages of accounts, one module per kind of page."""

from outreach.accounts.blueprint import blueprint
from outreach.accounts.views import invitations, own_account, people, request, second_factor, sign_in, sign_in_steps

__all__ = [
    "blueprint",
    "invitations",
    "own_account",
    "people",
    "request",
    "second_factor",
    "sign_in",
    "sign_in_steps",
]
