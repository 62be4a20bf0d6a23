"""The site of these pages: `make site` builds it into build/site, and any link that leads nowhere ends it.

The pages stay plain Markdown that reads well in a repository, with links from file to file. So the whole
checkout is the source, of which only the pages are taken, and the contents are the list in docs/README.md.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from docutils import nodes
from sphinx.application import Sphinx

import followthrough

CHECKOUT = Path(__file__).parents[2]
CONTENTS = PurePosixPath("docs/README")
MORE = {"Project": ["connectors/README", "CHANGELOG", "CONTRIBUTING"]}
BESIDE = ["examples/postmortems/*.md", "tests/*/README.md"]
"""Pages that others link to and no table of contents names."""

project = "followthrough"
author = "The followthrough authors"
copyright = "The followthrough authors, Apache License 2.0"  # noqa: A001  # Sphinx reads this name
version = release = followthrough.__version__

extensions = ["myst_parser", "sphinx_copybutton"]
root_doc = "README"
include_patterns = [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "connectors/README.md",
    "docs/**.md",
    *BESIDE,
]
exclude_patterns = ["docs/site/**"]

myst_enable_extensions = ["html_image"]
myst_heading_anchors = 4  # links such as settings.md#brakes, as repositories make them
nitpicky = True

html_theme = "furo"
html_title = "followthrough"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_extra_path = ["index.html"]
html_copy_source = False
html_show_sphinx = False
copybutton_prompt_text = "$ "
copybutton_only_copy_prompt_lines = True
highlight_language = "text"


def contents() -> dict[str, list[str]]:
    """Caption to pages, both as docs/README.md lists them: one point a caption, one link a page."""
    found: dict[str, list[str]] = {}
    for line in CHECKOUT.joinpath(f"{CONTENTS}.md").read_text(encoding="utf-8").splitlines():
        point = re.match(r"- ([\w ]+): ", line)
        if point:
            links = re.findall(r"\]\(([^)#]+)\.md\)", line)
            found[point[1]] = [str(CONTENTS.parent / link) for link in links]
    return found | MORE


def add_contents(_app: Sphinx, page: str, source: list[str]) -> None:
    """Put the table of contents below the front page, where Sphinx looks for it."""
    if page == root_doc:
        source[0] += toctree("", [str(CONTENTS)])
        for caption, pages in contents().items():
            source[0] += toctree(f":caption: {caption}\n", pages)


def toctree(options: str, pages: list[str]) -> str:
    """Sphinx's directive that lists pages, shown in the margin only."""
    return "\n```{toctree}\n:hidden:\n" + options + "\n" + "\n".join(pages) + "\n```\n"


def let_stand_alone(app: Sphinx, _doctree: nodes.document) -> None:
    """Say of a page beside the contents that this is meant."""
    page = app.env.docname
    if any(PurePosixPath(f"{page}.md").match(pattern) for pattern in BESIDE):
        app.env.metadata[page]["orphan"] = True


def setup(app: Sphinx) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
    app.connect("doctree-read", let_stand_alone)
