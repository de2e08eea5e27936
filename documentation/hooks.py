"""What mkdocs does to our pages besides (named in mkdocs.yml): drawings from here, and links to the sources."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[1]
MERMAID = ROOT / "documentation/node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"
DRAWS = "assets/mermaid.js"

LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<address>\.\./[^)\s#]*)(?P<anchor>#[^)\s]*)?\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Without a renderer of our own, Material would fetch one from a public server for each visitor."""
    if not MERMAID.exists():
        raise PluginError("The drawings' renderer isn't installed; `make docs` does that (it needs Node.js).")
    files.append(File.generated(config, DRAWS, abs_src_path=str(MERMAID)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A link to a source leads into the repository, where its address is known; else only its text stays."""

    def leads(link: re.Match[str]) -> str:
        path = posixpath.normpath(posixpath.join("docs", posixpath.dirname(page.file.src_uri), link["address"]))
        if path.startswith("docs/") or not (ROOT / path).exists():
            return link[0]  # mkdocs looks after these itself
        if not config.repo_url:
            return link["text"]
        return f"[{link['text']}]({config.repo_url.rstrip('/')}/blob/HEAD/{path}{link['anchor'] or ''})"

    return LINK.sub(leads, markdown)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """The renderer is large, so only pages with drawings load it."""
    if 'class="mermaid"' not in output:
        return output
    way = posixpath.relpath(DRAWS, posixpath.dirname(page.file.dest_uri) or ".")
    return output.replace("</head>", f'<script src="{way}"></script></head>', 1)
