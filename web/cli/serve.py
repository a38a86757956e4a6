"""`bangfu web`, `bangfu worker`, `bangfu ticker`: the three programs of the system."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from core.outbox import DEFAULT, QUEUES
from web.cli.console import translate as _
from web.cli.environment import bring_up, prepare
from worker.queue import run_ticker, run_worker

if TYPE_CHECKING:
    from flask import Flask

    from core.settings import Settings


@click.command(help=_("Serve the pages and the API until stopped."))
@click.option("--host", help=_("Address to listen on (BANGFU_HOST)"))
@click.option("--port", type=int, help=_("Port to listen on (BANGFU_PORT)"))
@click.option("--processes", type=int, default=2, show_default=True)
@click.option("--threads", type=int, default=8, show_default=True)
def web(host: str | None, port: int | None, processes: int, threads: int) -> None:
    """Run gunicorn in this process."""
    for name, value in (("BANGFU_HOST", host), ("BANGFU_PORT", port)):
        if value is not None:
            os.environ[name] = str(value)
    settings = prepare()
    bring_up(settings)
    _serve(settings, processes, threads)


@click.command(help=_("Do the jobs of one QUEUE, one after the other, until stopped."))
@click.argument("queue", type=click.Choice(QUEUES), default=DEFAULT)
@click.option("--burst", is_flag=True, help=_("End when the queue is empty"))
def worker(queue: str, burst: bool) -> None:
    """Run an RQ worker in this process."""
    bring_up(prepare())
    run_worker(queue, burst=burst)


@click.command(help=_("Do what is due by the clock until stopped: seal, close notices, find jobs."))
@click.option("--once", is_flag=True, help=_("Do everything once and end"))
def ticker(once: bool) -> None:
    """Run the ticker in this process; a second one waits for the first to end."""
    bring_up(prepare())
    run_ticker(once=once)


def _serve(settings: Settings, processes: int, threads: int) -> None:
    from gunicorn.app.base import BaseApplication  # noqa: PLC0415 (it is slow to load)

    from core.installation import Installation  # noqa: PLC0415
    from web.app import create_app  # noqa: PLC0415
    from web.auth.demo import check_binding  # noqa: PLC0415

    check_binding(settings)

    class Server(BaseApplication):  # type: ignore[misc]
        """gunicorn, told everything by us: it reads no file and no argument."""

        def load_config(self) -> None:
            for name, value in _options(settings, processes, threads).items():
                self.cfg.set(name, value)

        def load(self) -> Flask:
            return create_app(Installation.start(settings))

    Server().run()


def _options(settings: Settings, processes: int, threads: int) -> dict[str, Any]:
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": processes,
        "threads": threads,
        "worker_class": "gthread",
        "preload_app": False,
        "graceful_timeout": 15,
        "timeout": 120,
        "keepalive": 5,
        "max_requests": 20_000,
        "max_requests_jitter": 2_000,
        "control_socket_disable": True,
        "forwarded_allow_ips": "127.0.0.1,::1",
    }
