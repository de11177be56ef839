"""The parcel dossier as a page to be printed: what is found, in words of one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from geoloket.access import VISITOR
from geoloket.dossier import Dossier, Finding, Section
from geoloket.language import pick
from geoloket.layer import Layer
from web import words
from web.events.wording import event_line
from web.parcels import facts
from web.parcels.dossier_json import changed_on
from web.paths import path
from web.permits.line import permit_line
from web.plan import Drawing, LegendEntry
from web.sentences import Sentences
from web.view import Site, View, environment


@dataclass(frozen=True, slots=True)
class Printed:
    """What is printed besides the dossier itself."""

    drawing: Drawing
    reference: str
    origin: str
    site: Site


def written(view: View, dossier: Dossier, printed: Printed, say: Sentences) -> str:
    """The page as HTML, with its styles in it; it names no other address."""
    parcel, language = dossier.parcel, say.language
    address = printed.origin + path("parcel", language, id=str(parcel["id"]))
    html = (
        environment()
        .get_template("dossier.html")
        .render(
            language=language,
            t=say,
            day=lambda value: words.day(value, language),  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType]
            site=printed.site,
            parcel=parcel,
            heading=facts.heading(parcel, dossier.addresses, say),
            successors=", ".join(row["capakey"] for row in dossier.successors),
            made_on=dossier.made_on,
            reference=printed.reference,
            address=address,
            plan=_lettered(printed.drawing),
            legend=[(_told(entry), entry.title) for entry in printed.drawing.legend],
            plan_words=printed.drawing.words,
            facts=_facts(dossier, say),
            sections=[_section(view, one, say, dossier) for one in dossier.sections],
        )
    )
    # Our font has no narrow space: another font would be embedded for it alone.
    return html.replace("\u202f", "\u00a0")


def _lettered(drawing: Drawing) -> Markup:
    """The plan in our font, which styles of the page cannot give to what is in a drawing.

    Letters lose their halo: WeasyPrint draws it over them, as it does not know ``paint-order``.
    Its alternative text is the title alone, so that the description joins it.
    """
    drawn = str(drawing.svg).replace("<svg ", '<svg font-family="Letters, Letters Ext" ', 1)
    drawn = drawn.replace("</title>", f". {escape(drawing.words)}</title>", 1)
    return Markup(_HALO.sub("", drawn))  # noqa: S704  # escaped where it was drawn


def _told(entry: LegendEntry) -> Markup:
    """A swatch with its word as alternative text: in a PDF each drawing has one (PDF/UA-1 §7.3)."""
    title = Markup("><title>{}</title>").format(entry.title)
    return Markup(entry.swatch.replace(">", title, 1))  # noqa: S704  # escaped above


_HALO: Final = re.compile(
    r' stroke="[^"]*" stroke-width="[^"]*" stroke-linejoin="round" paint-order="stroke"'
)


def _facts(dossier: Dossier, say: Sentences) -> list[dict[str, Any]]:
    n = dossier.buildings["n"]
    area = words.area(float(dossier.buildings["area_m2"]), say.language)
    value = say("dossier.buildings_none")
    if n:
        value = say.count("dossier.buildings_value", n, area=area)
    return [
        *facts.facts(dossier.parcel, dossier.addresses, say),
        {"name": say("dossier.buildings"), "values": [value]},
    ]


def _section(view: View, section: Section, say: Sentences, dossier: Dossier) -> dict[str, Any]:
    dates = [day for one in section.sources if (day := changed_on(one))]
    return {
        "code": section.code,
        "title": say(f"dossier_section.{section.code}"),
        "answer": section.answer,
        "word": say(f"dossier_answer.{section.answer}"),
        "reason": say(f"dossier_reason.{section.reason}"),
        "ask": say(f"dossier_held.{section.code}"),
        "date": words.day(min(dates), say.language) if dates else say("dossier.no_date"),
        "sources": list(
            dict.fromkeys(_source(one.name, changed_on(one), say) for one in section.sources)
        ),
        "findings": [_finding(view, one, say, dossier) for one in section.findings],
    }


def _source(name: Mapping[str, str], changed: Any, say: Sentences) -> str:
    # Attributions often begin with the word themselves.
    plain = pick(name, say.language).removeprefix("Bron: ").rstrip(".")
    if changed is None:
        return say("dossier.source_undated", name=plain)
    return say("dossier.source", name=plain, date=words.day(changed, say.language))


def _finding(view: View, finding: Finding, say: Sentences, dossier: Dossier) -> dict[str, Any]:
    cut = say(f"dossier_cut.{finding.cut}")
    if finding.layer == "permits":
        line = permit_line(finding.facts, say, dossier.made_on)
        return {"title": line.title, "status": line.status, "lines": [line.meta, line.notice, cut]}
    if finding.layer == "events":
        event = event_line(finding.facts, say)
        lines = [event["when"], facts.away(finding.facts, say).capitalize()]
        return {"title": event["name"], "status": event["kind"], "lines": lines}
    layer = view.hall.features.layer(finding.layer, VISITOR)
    title, *others = _said(layer, finding, say) or [finding.id]
    return {"title": title, "status": None, "lines": [*others, _covers(finding, cut, say)]}


def _said(layer: Layer, finding: Finding, say: Sentences) -> list[str]:
    """The values of a feature: the first as its title, the others with the name of their field."""
    said: list[str] = []
    for field in layer.fields:
        value = finding.facts.get(field.name)
        if value is None or value == "":
            continue
        named = f"{pick(field.title, say.language)}: {value}"
        said.append(named if said else str(value))
    return said


def _covers(finding: Finding, cut: str, say: Sentences) -> str:
    if finding.share is None:
        return cut
    if finding.cut == "touches":
        return f"{cut}, {say('dossier.under_one')}"
    share = words.number(min(finding.share, 1) * 100, say.language)
    return f"{cut}, {say('dossier.share', share=share)}"
