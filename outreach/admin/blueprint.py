"""The blueprint that every page of the slice joins."""

from flask import Blueprint

blueprint = Blueprint("admin", __name__, url_prefix="/admin")
