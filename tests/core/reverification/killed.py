"""A process that judges a registry again, slowly enough to be killed in the midst of a block."""

from __future__ import annotations

import sys
import time
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

from core import audit
from core.installation import Installation
from core.reverification.service import carry_on
from core.settings import Settings

SIZE = 20
_record = audit.record_written


def record_slowly(*given: Any) -> int:
    """Write the last rows of a block and stay inside its transaction for a while."""
    count = _record(*given)
    time.sleep(0.15)
    return count


def main(arguments: Sequence[str]) -> None:
    """Take the run named by its id to its end."""
    slug, run_id = arguments
    setattr(audit, "record_written", record_slowly)  # noqa: B010 (of another type)
    installation = Installation.start(Settings())
    work = partial(installation.system, installation.tenant(slug))
    carry_on(work, uuid.UUID(run_id), lambda _done, _total: None, SIZE)


if __name__ == "__main__":
    main(sys.argv[1:])
