"""The letters about what is followed, in words: as plain text and as simple HTML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from geoloket.alerts import About, Change, Letter, Message
from web import statuses, words
from web.alerts.pages import subject
from web.paths import path
from web.sentences import Sentences, sentences
from web.view import environment


@dataclass(frozen=True, slots=True)
class Part:
    """A file in a letter: its title, lines about it, and where to read on."""

    title: str
    lines: Sequence[str]
    link: str
    href: str


@dataclass(frozen=True, slots=True)
class Section:
    """What a letter tells of one follow; with a ``title`` and links of its own in a weekly one."""

    parts: Sequence[Part]
    title: str | None = None
    links: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class _Words:
    """What a letter says, before it is text or HTML. ``links`` are words and addresses."""

    subject: str
    before: Sequence[str]
    links: Sequence[tuple[str, str]]
    what: str | None = None
    sections: Sequence[Section] = ()
    after: Sequence[str] = ()


class Letters:
    """Writes letters of which the links start with ``origin``, from the municipality ``name``."""

    def __init__(self, origin: str, name: str) -> None:
        self._origin, self._name = origin, name

    def __call__(self, message: Message) -> Letter:
        """The letter of a message, in the language in which it was asked for."""
        say = sentences(message.language)
        told = self._told(message, say)
        sign = sender_name(self._name, say)
        html = environment().get_template("letter.html").render(told=told, sign=sign, t=say)
        stop = message.links.stop_weekly or next((about.stop for about in message.about), "")
        return Letter(
            subject=told.subject,
            text=_text(told, sign, say),
            html=html,
            language=say.language,
            stop_url=self._link("alerts_stop", stop, say) if stop else None,
        )

    def _told(self, message: Message, say: Sentences) -> _Words:
        links = message.links
        manage = (say("letter.manage_link"), self._link("alerts_manage", links.manage, say))
        if message.kind == "manage":
            return _Words(
                subject=say("letter.manage_subject"),
                before=[say("letter.manage")],
                links=[manage],
                after=[say("letter.manage_not")],
            )
        if message.kind == "weekly":
            return self._week(message, manage, say)
        about = message.about[0]
        what = subject(about, say)
        stop = (say("letter.stop_link"), self._link("alerts_stop", about.stop, say))
        match message.kind:
            case "confirm":
                confirm = self._link("alerts_confirm", links.confirm, say)
                return _Words(
                    subject=say("letter.confirm_subject", what=what),
                    before=[say("letter.confirm_asked")],
                    what=what,
                    links=[(say("letter.confirm_link"), confirm)],
                    after=[say("letter.confirm_until")],
                )
            case "known":
                return _Words(
                    subject=say("letter.known_subject", what=what),
                    before=[say("letter.known")],
                    what=what,
                    links=[manage, stop],
                )
            case "news":
                return _Words(
                    subject=_headline(about, what, say),
                    before=[say("letter.news")],
                    sections=[Section(self._parts(about, say))],
                    links=[manage, stop],
                    after=[say("letter.why", what=what), say("letter.indicative")],
                )

    def _week(self, message: Message, manage: tuple[str, str], say: Sentences) -> _Words:
        """All that somebody follows weekly, a section each, with a link to stop it."""
        sections: list[Section] = []
        for about in message.about:
            what = subject(about, say)
            stop = self._link("alerts_stop", about.stop, say)
            link = (say("letter.stop_what", what=what), stop)
            sections.append(Section(self._parts(about, say), what, [link]))
        stop_all = self._link("alerts_stop", message.links.stop_weekly, say)
        n = sum(len(about.news) for about in message.about)
        return _Words(
            subject=say.count("letter.weekly_subject", n),
            before=[say("letter.weekly")],
            sections=sections,
            links=[manage, (say("letter.stop_weekly_link"), stop_all)],
            after=[say("letter.why_weekly"), say("letter.indicative")],
        )

    def _parts(self, about: About, say: Sentences) -> list[Part]:
        return [_part(change, say, self._origin) for change in about.news]

    def _link(self, page: str, token: str, say: Sentences) -> str:
        return self._origin + path(page, say.language, id=token)


def sender_name(name: str, say: Sentences) -> str:
    """Who a letter is from."""
    return say("letter.from", name=name) if name else say("letter.from_plain")


def _headline(about: About, what: str, say: Sentences) -> str:
    if about.kind == "circle":
        return say.count("letter.news_circle", len(about.news), what=what)
    for change in about.news:
        if _word(change.became, say) != _word(change.was, say):
            status = _word(change.became, say)
            return say("letter.news_permit_status", number=about.label, status=status)
    return say("letter.news_permit", number=about.label)


def _part(change: Change, say: Sentences, origin: str) -> Part:
    title = change.title or say("letter.file", number=change.file_number)
    where = [change.address] if change.address else []
    number = [say("letter.file", number=change.file_number)]
    href = origin + path("permit", say.language, id=change.permit_id)
    return Part(title, [*where, *number, *_lines(change, say)], say("letter.read"), href)


def _lines(change: Change, say: Sentences) -> Iterator[str]:
    """What changed, a sentence each; only what differs, and for a new file what is known."""
    was, became = change.was, change.became
    now, before = _word(became, say), _word(was, say)
    if change.is_new:
        yield say("letter.new_file", status=now)
    elif now != before:
        yield say("letter.status", now=now, before=before)
    yield from _dates(change, say)
    if change.events and not change.is_new:
        happened = (say(f"letter_event.{code}") for code in dict.fromkeys(change.events))
        yield say("letter.events", events=", ".join(happened))


def _dates(change: Change, say: Sentences) -> Iterator[str]:
    was, became = change.was, change.became

    def moved(name: str) -> date | None:
        value = became.get(name)
        return value if isinstance(value, date) and value != was.get(name) else None

    def day(value: object) -> str:
        return words.day(value, say.language) if isinstance(value, date) else ""

    opened = became.get("status") == "public_inquiry" != was.get("status")
    if moved("inquiry_until") or moved("inquiry_from") or opened:
        start, end = became.get("inquiry_from"), became.get("inquiry_until")
        if isinstance(start, date) and isinstance(end, date):
            yield say("letter.inquiry", **{"from": day(start), "until": day(end)})
            if became.get("status") == "public_inquiry":
                yield say("letter.react", date=day(end))
    if decided := moved("decided_on"):
        result = became.get("decision_result")
        if result:
            in_words = say(f"letter_result.{result}")
            yield say("letter.decided_result", date=day(decided), result=in_words)
        else:
            yield say("letter.decided", date=day(decided))
    elif due := moved("decision_due"):
        before = was.get("decision_due")
        if before:
            yield say("letter.due_moved", date=day(due), before=day(before))
        else:
            yield say("letter.due", date=day(due))
    elif (
        was.get("decision_due") and not became.get("decision_due") and not became.get("decided_on")
    ):
        yield say("letter.due_gone")


def _word(facts: Mapping[str, str | date | None], say: Sentences) -> str:
    """The status with its outcome: an appeal that is granted may take a permit away."""
    return statuses.word(facts.get("status"), facts.get("decision_result"), say)


def _text(told: _Words, sign: str, say: Sentences) -> str:
    blocks = [say("letter.hello"), *told.before]
    if told.what:
        blocks.append(told.what)
    for section in told.sections:
        blocks += [f"{section.title}\n{'=' * len(section.title)}"] if section.title else []
        for part in section.parts:
            lines = [f"* {part.title}", *(f"  {line}" for line in part.lines)]
            blocks.append("\n".join([*lines, f"  {part.link}: {part.href}"]))
        blocks += [f"{label}:\n{href}" for label, href in section.links]
    blocks += [f"{label}:\n{href}" for label, href in told.links]
    blocks += [*told.after, sign]
    return "\n\n".join(blocks) + "\n"
