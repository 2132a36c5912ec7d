"""What three renderers make of Markdown: which elements, which attributes, and the text in them."""

from html.parser import HTMLParser

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt

# CommonMark by the book; GitHub's dialect with links found in plain text; and GitHub's own program,
# told to let raw HTML through so that any would be seen.
commonmark = MarkdownIt("commonmark").enable("table")
github_like = MarkdownIt("gfm-like", {"html": True, "linkify": True})


def rendered(markdown: str) -> dict[str, str]:
    """The HTML of a text by each renderer."""
    return {
        "CommonMark": commonmark.render(markdown),
        "GitHub-like": github_like.render(markdown),
        "cmark-gfm": cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE),
    }


class Page(HTMLParser):
    """The elements of a page, in order, and the texts of its code."""

    def __init__(self, html: str) -> None:
        """Reads a page."""
        super().__init__()
        self.elements: list[tuple[str, tuple[tuple[str, str | None], ...]]] = []
        self.codes: list[str] = []
        self._in_code = False
        self.feed(html)
        self.close()

    @property
    def tags(self) -> list[str]:
        """The names of all elements, in order."""
        return [tag for tag, _ in self.elements]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Notes an element."""
        self.elements.append((tag, tuple(attrs)))
        if tag == "code":
            self._in_code = True
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        """Leaves an element."""
        if tag == "code":
            self._in_code = False

    def handle_data(self, data: str) -> None:
        """Keeps the text of code."""
        if self._in_code:
            self.codes[-1] += data
