"""How the pages of docs/ are built: Sphinx with Furo, from Markdown. They load nothing from elsewhere."""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import reference  # noqa: E402 - it stands beside this file

project = "Paperwatch"
version = release = installed("paperwatch")
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"Paperwatch {release}"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
html_theme_options = {"light_css_variables": {"font-stack": "system-ui, sans-serif"}}

# The reference is read out of the code at each build: it cannot go stale.
reference.write(HERE / "reference")
