"""Puts the built documentation into the wheel, where there is any: `make wheel` builds it first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class WithDocs(BuildHookInterface[Any]):
    """Found by Hatch through `[tool.hatch.build.targets.wheel.hooks.custom]`."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # type: ignore[missing-override-decorator] - Python 3.11 has none, and a build none but Hatch
        """Add build/docs to what goes into an ordinary wheel; an editable one finds it in the checkout."""
        built = Path(self.root, "build", "docs")
        if version == "standard" and (built / "index.html").exists():
            build_data["force_include"][str(built)] = "paperwatch/_app/docs"
