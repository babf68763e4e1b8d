"""The blueprint that every page of the slice joins."""

from flask import Blueprint

blueprint = Blueprint("site", __name__)
