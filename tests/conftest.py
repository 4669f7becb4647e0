"""What the tests share."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of facts, samples and real documents beside the project, where there is one."""
    if not SHARED.is_dir():
        pytest.skip("../shared is missing: real documents and samples are not shipped with the project")
    return SHARED
