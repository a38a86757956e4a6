"""The web application: wiring only."""

from __future__ import annotations

import hashlib
import hmac

from flask import Flask

from core.installation import Installation
from web import assets, errors, pages, request, security, translation
from web.api import register_api
from web.auth import closed, demo, login


def create_app(installation: Installation) -> Flask:
    """Return the application that serves one installation.

    Raises DemoBindingError when a demonstration would be reachable from another machine.
    """
    settings = installation.settings
    demo.check_binding(settings)
    app = Flask("web", static_folder="static/build", static_url_path="/static")
    app.config.update(
        SECRET_KEY=settings.secret_key or _derive_key(settings.master_key),
        MAX_CONTENT_LENGTH=settings.upload_bytes,
        MAX_FORM_MEMORY_SIZE=settings.upload_bytes,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="bangfu_form",
        # The library has its own word for an address that is a socket.
        RATELIMIT_STORAGE_URI=settings.redis_url.replace("unix://", "redis+unix://", 1)
        or "memory://",
        WTF_CSRF_TIME_LIMIT=settings.session_hours * 3600,
    )
    request.install(app, installation)
    login.install(app, installation)
    assets.install(app)
    translation.install(app, settings.language)
    security.install(app)
    errors.install(app)
    register_api(app)
    pages.register(app)
    app.register_blueprint(demo.blueprint if settings.demo else closed.blueprint)
    return app


def _derive_key(master_key: str) -> str:
    return hmac.new(master_key.encode(), b"bangfu|web", hashlib.sha256).hexdigest()
