"""The documents of the manual: Markdown files as HTML with anchors, and links that lead to pages.

They are written in English, for whoever installs Geoloket or builds on it, and link to each other
as files, so that they can be read in the repository as well. What they hold besides Markdown is
shown as it is written: HTML in them has no effect.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from geoloket.registry import cupboard
from web.paths import path
from web.view import HERE

DOCS: Final = HERE / "docs"
PICTURES: Final = DOCS / "pictures"
FIRST: Final = ""
"""Name of the first page, which is also the table of contents."""

_MARKDOWN: Final = MarkdownIt("commonmark", {"html": False}).enable("table")
_COMMENT: Final = re.compile(r"^<!--.*-->\n", re.MULTILINE)
"""Marks of the tables that are written from the code."""
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title; ``anchor`` is the one that a repository host gives it too."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document in the addresses of one language."""

    name: str
    title: str
    summary: str
    """Its first paragraph, without markup."""
    body: Markup
    headings: tuple[Heading, ...]
    links: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the table of contents: titles with their addresses."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Manual:
    """All documents by name, and what is in them."""

    documents: Mapping[str, Document]
    chapters: tuple[Chapter, ...]


def address(name: str, language: str) -> str:
    """The page of a document."""
    return path("manual_page", language, id=name) if name else path("manual", language)


@cache
def manual(language: str) -> Manual:
    """The manual in the addresses of a language. Documents are read once."""
    parsed: dict[str, list[Token]] = {}
    for place, (name, file) in _files().items():
        text = _COMMENT.sub("", file.read_text(encoding="utf-8"))
        parsed[name] = _linked(_MARKDOWN.parse(text), place, language)
    documents = {name: _document(name, tokens) for name, tokens in parsed.items()}
    return Manual(documents, tuple(_chapters(parsed[FIRST])))


@cache
def _files() -> Mapping[str, tuple[str, Path]]:
    """Each document by its place in the repository: its name, which is unique, and its file."""
    found: dict[str, tuple[str, Path]] = {}
    for file in sorted(DOCS.rglob("*.md")):
        place = file.relative_to(DOCS)
        name = place.parent.name if place.stem == "README" else place.stem
        found[f"web/docs/{place.as_posix()}"] = name, file
    # In a wheel the cupboards are elsewhere; links to them stay what they are in the repository.
    found["layers/README.md"] = "layers", cupboard("layers") / "README.md"
    found["ogc/README.md"] = "ogc", HERE.parent / "ogc" / "README.md"
    return found


def _document(name: str, tokens: list[Token]) -> Document:
    headings = tuple(_anchored(tokens))
    title, content = _plain(tokens[1]), tokens[3:]
    paragraphs = (after for one, after in pairwise(content) if one.type == "paragraph_open")
    links = tuple(str(one.attrGet("href")) for one in _inside(content, "link_open"))
    html: str = _MARKDOWN.renderer.render(_labelled(content), _MARKDOWN.options, {})
    # What is wide scrolls by itself, also by keyboard. No text holds a tag: all of it is escaped.
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<table class="data stacked">')
    body = Markup(html)  # noqa: S704  # Markdown of our own, in which HTML is text
    return Document(name, title, _plain(next(paragraphs, tokens[1])), body, headings, links)


def _linked(tokens: list[Token], place: str, language: str) -> list[Token]:
    """The tokens with links to documents and pictures turned into addresses of the site."""
    for one, attribute in (
        *((link, "href") for link in _inside(tokens, "link_open")),
        *((picture, "src") for picture in _inside(tokens, "image")),
    ):
        one.attrSet(attribute, _target(str(one.attrGet(attribute)), place, language))
    return tokens


def _target(link: str, place: str, language: str) -> str:
    """Where a link leads that stands in the document at ``place``."""
    file, mark, anchor = link.partition("#")
    if not file or ":" in file:
        return link
    there = posixpath.normpath(posixpath.join(posixpath.dirname(place), file))
    if there in _files():
        return address(_files()[there][0], language) + mark + anchor
    return address(FIRST, "nl") + there.removeprefix("web/docs")


def _anchored(tokens: list[Token]) -> Iterator[Heading]:
    """The headings below the title, each of which gets its anchor."""
    taken: dict[str, int] = {}
    for one, after in pairwise(tokens):
        if one.type != "heading_open" or one.tag == "h1":
            continue
        text = _plain(after)
        anchor = _NOT_IN_ANCHORS.sub("", text.lower()).replace(" ", "-")
        taken[anchor] = taken.get(anchor, -1) + 1
        anchor += f"-{taken[anchor]}" if taken[anchor] else ""
        one.attrSet("id", anchor)
        yield Heading(int(one.tag[1:]), text, anchor)


def _labelled(tokens: list[Token]) -> list[Token]:
    """Each cell of a table names its column, for where a narrow screen shows rows as cards."""
    columns: list[str] = []
    cell = 0
    for one, after in pairwise(tokens):
        if one.type == "thead_open":
            columns = []
        elif one.type == "tr_open":
            cell = 0
        elif one.type == "th_open":
            columns.append(_plain(after))
            one.attrSet("scope", "col")
        elif one.type == "td_open":
            if cell and after.content:
                one.attrSet("data-label", columns[cell])
            cell += 1
    return tokens


def _chapters(tokens: Sequence[Token]) -> Iterator[Chapter]:
    """The chapters of the first page: a heading and, of each line below it, the first link."""
    title, lines = "", list[tuple[str, str]]()
    for one, after in pairwise(tokens):
        if one.type == "heading_open" and one.tag == "h2":
            if lines:
                yield Chapter(title, tuple(lines))
            title, lines = _plain(after), []
        elif one.type == "paragraph_open" and one.level > 0:
            inside = after.children or []
            end = next((n for n, part in enumerate(inside) if part.type == "link_close"), 0)
            if end:
                link = next(part for part in inside if part.type == "link_open")
                lines.append((_words(inside[:end]), str(link.attrGet("href"))))
    yield Chapter(title, tuple(lines))


def _inside(tokens: Iterable[Token], kind: str) -> Iterator[Token]:
    """Tokens of a kind within lines of text."""
    return (part for one in tokens for part in one.children or () if part.type == kind)


def _plain(line: Token) -> str:
    return _words(line.children or ())


def _words(parts: Iterable[Token]) -> str:
    breaks = ("softbreak", "hardbreak")
    return "".join(" " if part.type in breaks else part.content for part in parts)
