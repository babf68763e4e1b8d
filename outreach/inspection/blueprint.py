"""The blueprint of the self-inspection's pages."""

from flask import Blueprint

blueprint = Blueprint("inspection", __name__)
