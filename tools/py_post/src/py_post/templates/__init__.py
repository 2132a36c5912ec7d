"""Markdown templates in which every printed text is inert, unless it says that it is Markdown."""

from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from py_post.markdown import Markdown, code_span, counted, inert

_environment: Final = Environment(
    loader=PackageLoader("py_post", "templates"),
    autoescape=False,  # noqa: S701 this is Markdown, and `finalize` is its escape
    finalize=inert,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_environment.filters["words"] = Markdown
_environment.filters["percent"] = lambda value: Markdown(f"{100 * value:.1f} %")
_environment.filters["of"] = lambda count, word: Markdown(counted(count, word))
_environment.filters["name"] = lambda name: Markdown(code_span(name.text))


def template(name: str) -> Template:
    """A template of this folder; `| words` prints this program's own words."""
    return _environment.get_template(name)
