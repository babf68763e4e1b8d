"""The blueprint that every page of the organisers joins."""

from flask import Blueprint

blueprint = Blueprint("quiz_admin", __name__, url_prefix="/admin")
