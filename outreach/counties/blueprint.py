"""The blueprint that every page of the slice joins. Rules are whole paths: ``/counties.csv`` lies beside them."""

from flask import Blueprint

blueprint = Blueprint("counties", __name__)
