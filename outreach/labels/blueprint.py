"""The blueprint that every page of the slice joins. Rules are whole paths: ``/labels.csv`` lies beside ``/labels/``."""

from flask import Blueprint

blueprint = Blueprint("labels", __name__)
