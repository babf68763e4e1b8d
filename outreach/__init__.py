"""The application factory, and the only place that names every slice."""

from __future__ import annotations

import sys

import jinja2
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from outreach.config import EXIT_CONFIG, Settings, SettingsError
from outreach.core import (
    admin_menu,
    assets,
    choices,
    chores,
    commands,
    errors,
    formats,
    health,
    i18n,
    json,
    layout,
    limits,
    logs,
    metrics,
    migrations,
    page_cache,
    routing,
    saved_filters,
    security,
    staff,
)
from outreach.core.access import extension as access
from outreach.core.api import extension as api
from outreach.core.application import Application
from outreach.core.audit import extension as audit_log
from outreach.core.db import db, engine_options, prepare_engine
from outreach.core.edge import Edge
from outreach.core.feature import Feature
from outreach.core.files import extension as files
from outreach.core.jobs import extension as jobs
from outreach.core.review import extension as review
from outreach.core.search import extension as text_search
from outreach.core.start_faults import is_command, refuse_start_faults

#: Longest body of any request, in bytes.
LONGEST_BODY = 8 * 1024 * 1024


def features() -> tuple[Feature, ...]:
    """Every slice, in the order of the navigation. Imported here, so that slices may import config and core freely."""
    from outreach import accounts, admin, counties, inbox, inspection, labels, quiz, site
    from outreach.quiz import admin as quiz_admin

    return (
        site.feature,
        labels.feature,
        counties.feature,
        quiz.feature,
        quiz_admin.feature,
        inbox.feature,
        inspection.feature,
        admin.feature,
        accounts.feature,
    )


def create_app(settings: Settings | None = None) -> Flask:
    """Build the site. Without ``settings`` they come from the environment; a fault there ends the process (78)."""
    if settings is not None:
        return _build(settings)
    try:
        return _build(Settings.from_environ())
    except SettingsError as error:
        sys.stderr.write(f"outreach: {error}\n")
        raise SystemExit(EXIT_CONFIG) from error


def _build(settings: Settings) -> Flask:
    """The application. Raises ``SettingsError`` where a slice cannot use what a setting names."""
    app = Application(__name__)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        PUBLIC_URL=settings.public_url,
        SETTINGS=settings,
        SQLALCHEMY_ENGINES={"default": engine_options(settings.sqlalchemy_url)},
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        MAX_FORM_PARTS=200,
    )
    _init_core(app, settings)
    app.extensions["features"] = features()
    for feature in app.extensions["features"]:
        _plug_in(app, feature)
    if not is_command():  # those that serve ask for themselves
        refuse_start_faults(app)
    api.init_app(app)
    _init_edge(app, settings)
    return app


def _init_core(app: Flask, settings: Settings) -> None:
    logs.configure(settings.log_level)
    app.jinja_options = {"undefined": jinja2.StrictUndefined, "trim_blocks": True, "lstrip_blocks": True}
    settings.data_path.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine)
    for part in (
        json,
        routing,
        security,
        migrations,
        i18n,
        formats,
        choices,
        layout,
        staff,
        admin_menu,
        page_cache,
        limits,
        errors,
        health,
        commands,
    ):
        part.init_app(app)
    for extension in (chores, audit_log, review, jobs, files, access, saved_filters):
        extension.init_app(app)
    text_search.init_app(app)


def _plug_in(app: Flask, feature: Feature) -> None:
    if feature.blueprint is not None:
        app.register_blueprint(feature.blueprint)
    for group in feature.cli:
        app.cli.add_command(group)
    if feature.init_app is not None:
        feature.init_app(app)


def _init_edge(app: Flask, settings: Settings) -> None:
    """Wrap the application, from the inside out: languages (done by ``i18n``), static files, proxies, edge."""
    assets.init_app(app)
    observe = metrics.init_app(app).observe
    wsgi = app.wsgi_app
    if proxies := int(settings.trusted_proxies):
        wsgi = ProxyFix(wsgi, x_for=proxies, x_proto=proxies, x_host=0, x_port=0, x_prefix=0)
    app.wsgi_app = Edge(  # type: ignore[method-assign]  # the documented way to add a WSGI layer
        wsgi, hosts=settings.hosts, headers=security.headers(settings), longest_body=LONGEST_BODY, observe=observe
    )
