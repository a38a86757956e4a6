"""The API to read: its OpenAPI document as a page, without any foreign script."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, render_template
from flask_smorest import Api

blueprint = Blueprint("api_reading", __name__)
METHODS = ("get", "post", "put", "patch", "delete")


@blueprint.get("/api/docs")
def show() -> str:
    """Show every operation with what it takes and how it can end."""
    api: Api = current_app.extensions["bangfu_api"]
    document: dict[str, Any] = api.spec.to_dict()
    operations = [
        {
            "method": method.upper(),
            "path": path,
            **operation,
            "parameters": _parameters(operation, item),
        }
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]
    groups = [(tag, list(found)) for tag, found in groupby(operations, lambda one: one["tags"][0])]
    return render_template("api.html", info=document["info"], groups=groups)


def _parameters(operation: dict[str, Any], item: dict[str, Any]) -> list[dict[str, Any]]:
    found = [*item.get("parameters", []), *operation.get("parameters", [])]
    return [one for one in found if "name" in one]
