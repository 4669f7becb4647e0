"""The one name under which an installed Paperwatch is among other packages.

In a checkout the program's packages (`crawler`, `storage`, …) are beside this one. In a wheel they are in
`_app`, where names as common as `web` and `cli` cannot collide with others: only this program puts that
folder on its path.
"""

from __future__ import annotations

import sys
from pathlib import Path

APP = Path(__file__).parent / "_app"

if APP.is_dir() and str(APP) not in sys.path:
    sys.path.insert(0, str(APP))


def main() -> None:
    """The console script."""
    from cli.main import main as run  # noqa: PLC0415 - only now is it on the path

    run()
