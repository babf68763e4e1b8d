"""The blueprint that every page of the slice joins."""

from flask import Blueprint

blueprint = Blueprint("accounts", __name__)
