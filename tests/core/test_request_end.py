"""What happens when a request ends."""

from __future__ import annotations

import inspect

from flask import Flask


def test_no_request_ends_with_a_coroutine_because_each_would_start_a_thread(app: Flask) -> None:
    assert app.teardown_appcontext_funcs
    assert not any(map(inspect.iscoroutinefunction, app.teardown_appcontext_funcs))
