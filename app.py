"""WSGI entry: ``waitress-serve app:app``, ``gunicorn app:app`` and ``flask --app app`` all start here."""

from outreach import create_app

app = create_app()
