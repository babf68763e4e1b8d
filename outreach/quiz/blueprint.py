"""The blueprint that every page of the contest joins. Rules are whole paths: ``/certificates/…`` lies beside them."""

from flask import Blueprint

blueprint = Blueprint("quiz", __name__)
