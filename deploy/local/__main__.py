"""`python -m deploy.local`: the embedded servers by hand, and the whole system at once."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

from deploy.local import ServersError, healthy, start, stop
from deploy.local.places import DEFAULT_STATE, find_places
from deploy.local.progress import say
from deploy.local.supervisor import run
from deploy.local.words import _


def status() -> int:
    """Say whether the embedded servers run and where their data lie; 0 in either case."""
    places = find_places(DEFAULT_STATE)
    state = _("running") if places.state.is_dir() and healthy() else _("stopped")
    say(
        _("✓ embedded servers: %(state)s, data in %(path)s") % {"state": state, "path": places.base}
    )
    return 0


def urls() -> int:
    """Start the servers, leave them running and print their addresses for a shell."""
    for name, value in start().environment().items():
        print(f"export {name}='{value}'")
    return 0


def halt() -> int:
    """Stop the servers."""
    stop()
    return status()


def main(arguments: list[str]) -> int:
    """Do what the command line asks: 0 done, 1 impossible, 2 misuse."""
    commands: dict[str, Callable[[], int]] = {
        "up": run, "start": urls, "stop": halt, "status": status,
    }  # fmt: skip
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=commands)
    try:
        return commands[parser.parse_args(arguments).command]()
    except ServersError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
