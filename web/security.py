"""What the browser is told to allow: nothing but what we serve ourselves."""

from __future__ import annotations

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
A_YEAR = 31_536_000

csrf = CSRFProtect()
limiter = Limiter(get_remote_address, in_memory_fallback_enabled=True, swallow_errors=True)
"""Slows down whoever asks too often; counts by itself while the queue server is away."""


def protect(response: Response) -> Response:
    """Put the headers on a response; a view that needs another policy has set its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def install(app: Flask) -> None:
    """Guard every page against forged forms, every response against misuse."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(protect)
