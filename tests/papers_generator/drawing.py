"""Sites for hypothesis: the same choices, which shrink towards the plainest site that still fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, find, settings
from hypothesis import strategies as st

from tests.papers_generator.build import build
from tests.papers_generator.choices import choose

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.papers_generator.site import Site


MANY = 27_720  # divides by every number of options up to 12


@st.composite
def sites(draw: st.DrawFn) -> Site:
    """As many draws for each site, so that none counts as smaller for having fewer options."""
    content = draw(st.integers(0, 59))
    return build(
        choose(lambda _, options: options[draw(st.integers(0, MANY - 1)) % len(options)], content=content)
    )


def smallest(is_wanted: Callable[[Site], bool], tries: int = 2000) -> Site:
    """The plainest site that is wanted. Raises hypothesis.errors.NoSuchExample where none was met."""
    quiet = settings(
        max_examples=tries,
        database=None,
        derandomize=True,
        deadline=None,
        phases=(Phase.generate, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
    return find(sites(), is_wanted, settings=quiet)
