"""``flask prepare``, ``flask serve``, ``flask assets build``: from a fresh copy to a serving site."""

from __future__ import annotations

from time import perf_counter

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from outreach.config import EXIT_CONFIG, Settings, SettingsError
from outreach.core import assets, serving
from outreach.core.start_faults import refuse_start_faults

#: What a copy needs before it can serve, in this order. Each command does nothing when its work is done.
PREPARATION = (
    ("db", "upgrade"),
    ("labels", "standards"),
    ("counties", "facts"),
    ("quiz", "questions"),
    ("demo", "load", "--if-empty"),
    ("quiz", "demo", "--if-empty"),
    ("search", "rebuild", "--if-needed"),
)


def prepare_site(app: Flask, *, with_demo: bool = True) -> None:
    """Run the preparation inside this process, because every start of Python costs time."""
    for words in PREPARATION:
        if "demo" in words and not with_demo:
            continue
        started = perf_counter()
        with app.app_context():  # of its own, so that each command closes its connections
            app.cli.main(args=list(words), prog_name="flask", standalone_mode=False)
        click.echo(f"{' '.join(words):32} {perf_counter() - started:6.2f} s", err=True)


@click.command()
@click.option("--without-demo", is_flag=True, help="Leave an empty register empty.")
@with_appcontext
def prepare(*, without_demo: bool) -> None:
    """Bring the database, the standards, the facts, the question bank, the demo data and the text index up to date."""
    prepare_site(_application(), with_demo=not without_demo)


@click.command()
@click.option("--host", "hosts", multiple=True, default=("127.0.0.1",), help="Address to listen on; repeatable.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--prepare", "is_prepared_first", is_flag=True, help="Do what `flask prepare` does first.")
@with_appcontext
def serve(*, hosts: tuple[str, ...], port: int, is_prepared_first: bool) -> None:
    """Serve the site on this machine."""
    try:
        refuse_start_faults(_application())
    except SettingsError as error:
        click.echo(f"outreach: {error}", err=True)
        raise SystemExit(EXIT_CONFIG) from error
    if is_prepared_first:
        prepare_site(_application())
    try:
        serving.serve(_application(), hosts=hosts, port=port)
    except OSError as error:
        raise click.ClickException(f"cannot listen on port {port}: {error.strerror}") from error


def _application() -> Flask:
    """The application itself, for what outlives this command's context."""
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]  # Flask's documented way


@click.group("assets")
def assets_group() -> None:
    """Style sheets, scripts and pictures."""


@assets_group.command("build")
@with_appcontext
def build_assets() -> None:
    """Build the hashed, compressed files from static/ (a start of the site does it too)."""
    settings: Settings = current_app.config["SETTINGS"]
    click.echo(f"{len(assets.build(assets.SOURCE, settings.data_path / 'assets'))} files")


def init_app(app: Flask) -> None:
    for command in (prepare, serve, assets_group):
        app.cli.add_command(command)
