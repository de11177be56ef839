"""The manual as pages: every link leads somewhere, and nothing in it is more than text."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest

from geoloket.language import LANGUAGES
from web.manual import documents
from web.manual.documents import DOCS, FIRST, PICTURES, Document, address, manual

EVERY = [
    pytest.param(document, language, id=f"{language}-{document.name or 'first'}")
    for language in LANGUAGES
    for document in manual(language).documents.values()
]


def test_every_file_is_a_page_of_its_own() -> None:
    files = list(DOCS.rglob("*.md"))
    for language in LANGUAGES:
        assert len(manual(language).documents) == len(files) + 2


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_links_lead_to_a_page_and_to_a_heading_on_it(document: Document, language: str) -> None:
    pages = {address(one.name, language): one for one in manual(language).documents.values()}
    for link in document.links:
        page, _, anchor = link.partition("#")
        if page.startswith("https://"):
            continue
        there = pages[page] if page else document
        assert not anchor or anchor in [one.anchor for one in there.headings], link


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_pictures_are_there_and_say_what_they_show(document: Document, language: str) -> None:
    for source, words in re.findall(r'<img src="([^"]*)" alt="([^"]*)"', document.body):
        folder, _, name = source.rpartition("/")
        assert folder == "/handleiding/pictures"
        assert (PICTURES / name).is_file()
        assert words


@pytest.mark.parametrize(("document", "language"), EVERY)
def test_a_page_has_a_title_a_summary_and_headings_in_order(
    document: Document, language: str
) -> None:
    assert document.title
    assert document.summary
    assert "<h1" not in document.body
    levels = [1, *(one.level for one in document.headings)]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    anchors = [one.anchor for one in document.headings]
    assert len(anchors) == len(set(anchors))
    for anchor in anchors:
        assert f'id="{anchor}"' in document.body


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_reached_from_the_first(language: str) -> None:
    book = manual(language)
    names = {address(name, language): name for name in book.documents}
    reached, ahead = {FIRST}, [FIRST]
    while ahead:
        for link in book.documents[ahead.pop()].links:
            name = names.get(link.partition("#")[0])
            if name is not None and name not in reached:
                reached.add(name)
                ahead.append(name)
    assert reached == set(book.documents)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapters_are_those_of_the_first_page(language: str) -> None:
    book = manual(language)
    titles = [chapter.title for chapter in book.chapters]
    assert titles == [one.text for one in book.documents[FIRST].headings]
    listed = [href for chapter in book.chapters for _, href in chapter.lines]
    assert set(listed) <= set(book.documents[FIRST].links)
    assert len(listed) == len(set(listed)) > 10


def test_what_is_no_markdown_is_shown_as_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "README.md").write_text(
        "# Title\n\nText <script>alert(1)</script> and [here](javascript:alert(1)).\n\n"
        "<div onclick=x>\n\n"
        "<!-- generated: a -->\n| a | b |\n| --- | --- |\n| 1 | <b> |\n<!-- end -->\n"
    )
    files = {"web/docs/README.md": ("", tmp_path / "README.md")}
    monkeypatch.setattr(documents, "_files", lambda: files)
    body = manual.__wrapped__("nl").documents[FIRST].body
    assert "<script" not in body
    assert "<div" not in body
    assert "<b>" not in body
    assert "href" not in body
    assert "generated" not in body
    assert '<td data-label="b">&lt;b&gt;</td>' in body
