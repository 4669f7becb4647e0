"""Every command of the documents is run, those that crawl too; the ordinary tests run the others."""

from __future__ import annotations

import pytest

from tests.cli.test_docs_commands import kept, reader, standin  # noqa: F401 - fixtures
from tests.helpers.following import WITH_STEPS, follow


@pytest.mark.soak
@pytest.mark.parametrize("page", WITH_STEPS, ids=lambda path: path.stem)
def test_the_commands_that_crawl_do_so(page, reader):  # noqa: F811 - the fixture
    follow(page, reader, goes_to_the_web=True)
