"""From files to batches: encodings, separators, columns, COPY lines; no database."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import shapely
from shapely import Point

from geoloket.errors import SourceRejected
from geoloket.layer import Layer
from geoloket.registry import LayerRegistry
from processing.importing import agenda, copying, csvfile, mapping, opening, registers, vector
from processing.importing.source import Rows, Source, column_name

HEADERS = [("title", "day", "lat", "lon")]


@pytest.fixture(scope="module")
def registry() -> LayerRegistry:
    return LayerRegistry.read()


def written(folder: Path, content: bytes, name: str = "file.csv") -> csvfile.CsvFile:
    file = folder / name
    file.write_bytes(content)
    return csvfile.sniff(name, partial(open, file, "rb"), HEADERS)


def rows(source: Source) -> list[dict[str, Any]]:
    return [row for batch in source.batches(source.columns) for row in batch.to_pylist()]


def test_a_file_that_is_not_utf_8_is_windows_1252(tmp_path: Path) -> None:
    source = written(tmp_path, "STREET;Nr\nCafé-straat;1\n".encode("cp1252"))
    assert (source.encoding, source.separator) == ("cp1252", ";")
    assert rows(source)[0]["street"] == "Café-straat"


def test_utf_8_with_a_mark_and_line_breaks_in_cells(tmp_path: Path) -> None:
    source = written(tmp_path, '\ufeffNaam,Noot\n"één","twee\r\nregels"\n'.encode())
    assert source.columns == ("naam", "noot")
    assert rows(source) == [{"naam": "één", "noot": "twee\r\nregels"}]


def test_a_file_without_header_line_takes_a_known_one(tmp_path: Path) -> None:
    source = written(tmp_path, b"Fair,17/07/2011,51.05,3.72\nWalk,18/07/2011,51.06,3.73\n")
    assert source.columns == HEADERS[0]
    assert [row["title"] for row in rows(source)] == ["Fair", "Walk"]


def test_positions_come_from_columns(tmp_path: Path) -> None:
    source = written(tmp_path, b'id,lon,lat\na,4.7,50.8\nb,,\nc,"4,7","50,8"\nd,east,north\n')
    found = [row["geom"] and shapely.from_wkb(row["geom"]) for row in rows(source)]
    assert found == [Point(4.7, 50.8), None, Point(4.7, 50.8), None]


def test_positions_may_be_wkt(tmp_path: Path) -> None:
    source = written(tmp_path, b'id,geometry\na,"POINT (1 2)"\nb,rubbish\n')
    assert [r["geom"] and shapely.from_wkb(r["geom"]) for r in rows(source)] == [Point(1, 2), None]


def test_lines_of_another_length_are_kept_apart(tmp_path: Path) -> None:
    source = written(tmp_path, b"a,b\n1,2\n1,2,3\n4,5\n")
    assert [row["a"] for row in rows(source)] == ["1", "4"]
    assert [line.reason for line in source.unreadable] == ["3 cells where 2 are expected"]


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceRejected, match="empty"):
        written(tmp_path, b"")


def test_column_names_are_made_plain() -> None:
    assert column_name(" Huidige toestand ") == "huidige_toestand"
    assert column_name("CAPAKEY") == "capakey"


def copied(rows: bytes) -> list[list[bytes | None]]:
    """Cells of the rows of binary COPY."""
    stream, found = BytesIO(rows), list[list[bytes | None]]()
    while count := stream.read(2):
        lengths = (int.from_bytes(stream.read(4), signed=True) for _ in range(int(count.hex(), 16)))
        found.append([None if length < 0 else stream.read(length) for length in lengths])
    return found


def test_a_batch_becomes_rows_for_copy() -> None:
    batch = pa.record_batch(
        {
            "label": pa.array(["  café\r\n", "", None, "back\\slash,\ttab"]),
            "number": pa.array([1, 2, None, 4]),
        }
    )
    srid = pa.array([31370, 4326, 31370, 31370], pa.int32())
    wkb = pa.array([b"\x01\xff", None, b"", b"\x00"], pa.binary())
    lambert, degrees = (31370).to_bytes(4), (4326).to_bytes(4)
    assert copied(bytes(copying.encode(batch, ["label", "number"], srid, wkb, 7))) == [
        [(7).to_bytes(8), "café".encode(), b"1", lambert, b"\x01\xff"],
        [(8).to_bytes(8), None, b"2", degrees, None],
        [(9).to_bytes(8), None, None, lambert, b""],
        [(10).to_bytes(8), b"back\\slash,\ttab", b"4", lambert, b"\x00"],
    ]


def test_a_part_of_a_batch_without_positions_becomes_rows_for_copy() -> None:
    batch = pa.record_batch({"label": pa.array(["a", "b", None, "d"])})[1:3]
    nothing = pa.nulls(2)
    assert copied(bytes(copying.encode(batch, ["label"], nothing, nothing, 1))) == [
        [(1).to_bytes(8), b"b", None, None],
        [(2).to_bytes(8), None, None, None],
    ]


def test_days_and_times_become_text_as_they_are() -> None:
    times = pa.array([0, None, 86_400_001, 0], pa.timestamp("ms", "UTC"))
    midnight = "1970-01-01 00:00:00.000Z"
    assert copying.text(times).to_pylist() == [midnight, None, "1970-01-02 00:00:00.001Z", midnight]
    assert copying.text(pa.array([None, 1], pa.date32())).to_pylist() == [None, "1970-01-02"]


def test_an_unknown_file_is_refused_with_what_is_missing(
    tmp_path: Path, registry: LayerRegistry
) -> None:
    file = tmp_path / "strange.csv"
    file.write_text("a,b\n1,2\n")
    layer = registry["parcels"]
    with pytest.raises(SourceRejected, match=r"columns \(a, b\).*capakey, niscode missing"):
        opening.open_all([str(file)], layer, mapping.read(layer))


def test_yearly_fiscal_parcels_are_refused_by_name(tmp_path: Path, registry: LayerRegistry) -> None:
    file = tmp_path / "Adpf2023.csv"
    file.write_text("capakey,niscode\n24502A0001/00A000,24062\n")
    layer = registry["parcels"]
    with pytest.raises(SourceRejected, match="1 January"):
        opening.open_all([str(file)], layer, mapping.read(layer))


def test_what_does_not_fit_is_passed_over_in_a_zip_only(
    tmp_path: Path, registry: LayerRegistry
) -> None:
    layer = registry["parcels"]
    file = tmp_path / "delivery.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("GRB/Gbg.csv", "OIDN,TYPE\n1,2\n")
        archive.writestr("GRB/Adp.csv", "CAPAKEY,NISCODE\n24502A0001/00A000,24062\n")
        archive.writestr("GRB/readme.json", "{}")
    found = opening.open_all([str(file)], layer, mapping.read(layer))
    assert [(source.name, format_.name) for source, format_ in found] == [("Adp.csv", "grb")]
    with pytest.raises(SourceRejected, match="nothing in it fits"):
        opening.open_all([str(file)], registry["events"], mapping.read(registry["events"]))


@pytest.mark.parametrize("name", ["nothing.csv", "folder"])
def test_what_is_not_there_is_refused(tmp_path: Path, registry: LayerRegistry, name: str) -> None:
    layer: Layer = registry["parcels"]
    with pytest.raises(SourceRejected, match="no such file"):
        opening.open_all([str(tmp_path / name)], layer, mapping.read(layer))


def test_every_section_of_every_layer_can_be_read(registry: LayerRegistry) -> None:
    for layer in registry.values():
        for format_ in mapping.read(layer):
            assert format_.required, f"{layer.id}/{format_.name} would fit anything"
            assert "aanvrager" not in format_.columns


CDBXML = """<?xml version="1.0"?>
<cdb:cdbxml xmlns:cdb="http://www.cultuurdatabank.com/XMLSchema/CdbXSD/3.2/FINAL">
<cdb:event cdbid="abc" wfstatus="approved">
<cdb:calendar><cdb:timestamps>
<cdb:timestamp><cdb:date>2026-05-02</cdb:date><cdb:timestart>10:00:00</cdb:timestart></cdb:timestamp>
<cdb:timestamp><cdb:date>2026-05-01</cdb:date><cdb:timestart>09:00:00</cdb:timestart>
<cdb:timeend>11:00:00</cdb:timeend></cdb:timestamp>
</cdb:timestamps></cdb:calendar>
<cdb:contactinfo><cdb:mail>secret@example.be</cdb:mail>
<cdb:phone>016 11 22 33</cdb:phone></cdb:contactinfo>
<cdb:eventdetails><cdb:eventdetail lang="nl"><cdb:title>Markt</cdb:title>
<cdb:shortdescription>&lt;b&gt;Bel&lt;/b&gt; 016/11 22 33, jan@example.be</cdb:shortdescription>
</cdb:eventdetail></cdb:eventdetails>
<cdb:location><cdb:address><cdb:physical><cdb:city>Leuven</cdb:city>
<cdb:gis><cdb:xcoordinate>4.7</cdb:xcoordinate><cdb:ycoordinate>50.88</cdb:ycoordinate></cdb:gis>
<cdb:housenr>1</cdb:housenr><cdb:street>Grote Markt</cdb:street>
</cdb:physical></cdb:address></cdb:location>
<cdb:organiser><cdb:label>Jan Janssens</cdb:label></cdb:organiser></cdb:event></cdb:cdbxml>"""


def from_text(reader: Callable[..., Rows | None], folder: Path, name: str, text: str) -> Rows:
    (folder / name).write_text(text)
    found = reader(name, partial(open, folder / name, "rb"))
    assert found is not None
    return found


def test_cdbxml_gives_what_a_calendar_shows_and_no_contacts(tmp_path: Path) -> None:
    [event] = rows(from_text(agenda.read, tmp_path, "search.xml", CDBXML))
    assert event["title"] == "Markt"
    assert (event["starts"], event["ends"]) == ("2026-05-01T09:00:00", "2026-05-02T23:59:59")
    assert event["street"] == "Grote Markt 1"
    assert shapely.from_wkb(event["geom"]) == Point(4.7, 50.88)
    told = repr({**event, "geom": None})
    for secret in ("secret@", "jan@", "016", "Janssens"):
        assert secret not in told


def test_cdbxml_does_not_read_other_files(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("password")
    entity = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{tmp_path}/secret">]>'
    text = CDBXML.replace("?>", f"?>{entity}", 1).replace("Markt<", "&x;<", 1)
    [event] = rows(from_text(agenda.read, tmp_path, "search.xml", text))
    assert "password" not in repr(event)


def test_a_file_that_describes_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("id,password\n1,hunter2\n")
    source = f"<SrcDataSource>{tmp_path}/secret.csv</SrcDataSource>"
    virtual = f'<OGRVRTDataSource><OGRVRTLayer name="secret">{source}</OGRVRTLayer>'
    (tmp_path / "delivery.gml").write_text(f"{virtual}</OGRVRTDataSource>")
    with pytest.raises(SourceRejected, match="OGR_VRT, which is not read"):
        vector.layers(str(tmp_path / "delivery.gml"), "delivery.gml")


def spelled(name: str) -> dict[str, Any]:
    return {"geografischeNaam": {"spelling": name, "taal": "nl"}}


GML = """<gml:Point srsName="https://www.opengis.net/def/crs/EPSG/0/3812"
xmlns:gml="http://www.opengis.net/gml/3.2"><gml:pos>605052.34 693542.11</gml:pos></gml:Point>"""

ADDRESS = {
    "identificator": {"objectId": "900746", "versieId": "2016-12-19T15:23:28+01:00"},
    "gemeente": {"objectId": "44021", "gemeentenaam": spelled("Gent")},
    "postinfo": {"objectId": "9000"},
    "straatnaam": {"objectId": "71608", "straatnaam": spelled("Sint-Jansvest")},
    "huisnummer": "50",
    "busnummer": "3",
    "adresPositie": {"geometrie": {"gml": GML}, "positieSpecificatie": "perceel"},
    "adresStatus": "inGebruik",
    "officieelToegekend": True,
}


def test_an_answer_of_the_register_carries_its_own_crs(tmp_path: Path) -> None:
    source = from_text(registers.read, tmp_path, "adres.json", json.dumps(ADDRESS))
    assert source.srid == 3812
    [address] = rows(source)
    assert shapely.from_wkb(address["geom"]) == Point(605052.34, 693542.11)
    assert (address["straatnm"], address["huisnr"], address["busnr"]) == (
        "Sint-Jansvest",
        "50",
        "3",
    )
    assert address["offtoegknd"] == "true"
