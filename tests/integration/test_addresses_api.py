"""The open addresses of the search: what programs and browsers of other sites get from them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

ADDRESS = "Kerkstraat 12, 9999 Zandwijk"
PARCEL = "99001A0123-00B000"
PLACE = {"Lat_WGS84", "Lon_WGS84", "X_Lambert72", "Y_Lambert72"}
OPEN = (
    "/api/addresses",
    "/api/addresses/reverse",
    "/geolocation/v4/Suggestion",
    "/geolocation/v4/Location",
)


def located(client: httpx.Client, **asked: object) -> list[dict[str, Any]]:
    answer = client.get("/geolocation/v4/Location", params={k: str(v) for k, v in asked.items()})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert list(answer.json()) == ["LocationResult"]
    return answer.json()["LocationResult"]


def test_suggestions_are_texts_that_location_finds(client: httpx.Client) -> None:
    answer = client.get("/geolocation/v4/Suggestion", params={"q": "kerkstr 1", "c": 3})
    texts = answer.json()["SuggestionResult"]
    assert len(texts) == 3
    for text in texts:
        [found] = located(client, q=text)
        assert found["FormattedAddress"] == text


def test_a_location_has_every_member_that_tools_read(client: httpx.Client) -> None:
    [found] = located(client, q=ADDRESS)
    assert {name: found[name] for name in list(found)[:6] if name != "ID"} == {
        "Municipality": "Zandwijk",
        "Zipcode": "9999",
        "Thoroughfarename": "Kerkstraat",
        "Housenumber": "12",
        "FormattedAddress": ADDRESS,
    }
    assert isinstance(found["ID"], int)
    assert found["LocationType"].startswith("crab_huisnummer_")
    assert list(found)[6:] == ["Location", "LocationType", "BoundingBox"]
    for place in (found["Location"], *found["BoundingBox"].values()):
        assert set(place) == PLACE
    assert list(found["BoundingBox"]) == ["LowerLeft", "UpperRight"]


def test_the_metres_of_a_location_are_those_of_the_register(client: httpx.Client) -> None:
    [found] = located(client, q=ADDRESS)
    item = client.get(
        "/ogc/collections/addresses/items/" + str(found["ID"]),
        params={"crs": "http://www.opengis.net/def/crs/EPSG/0/31370", "f": "json"},
    )
    x, y = item.json()["geometry"]["coordinates"]
    place = found["Location"]
    assert (place["X_Lambert72"], place["Y_Lambert72"]) == pytest.approx((x, y), abs=0.006)


@pytest.mark.parametrize(
    ("asked", "type_of", "nulls"),
    [
        ({"q": "Kerkstraat", "type": "Thoroughfarename"}, "crab_straat", {"Housenumber"}),
        (
            {"q": "zandw", "type": "Municipality", "c": 5},
            "crab_gemeente",
            {"Housenumber", "Thoroughfarename", "Zipcode"},
        ),
    ],
)
def test_streets_and_municipalities_leave_members_null(
    client: httpx.Client, asked: dict[str, object], type_of: str, nulls: set[str]
) -> None:
    found = located(client, **asked)[0]
    assert found["LocationType"] == type_of
    assert {name for name, value in found.items() if value is None} == nulls
    assert isinstance(found["ID"], int)
    assert found["ID"] < 0, "not a number of the register"
    lower, upper = found["BoundingBox"].values()
    assert all(lower[axis] < found["Location"][axis] < upper[axis] for axis in PLACE)


def test_a_postcode_alone_gives_its_municipality(client: httpx.Client) -> None:
    assert located(client, q="9999", c=1)[0]["Municipality"] == "Zandwijk"


def test_a_point_gives_the_nearest_address_in_degrees_and_in_metres(client: httpx.Client) -> None:
    place = located(client, q=ADDRESS)[0]["Location"]
    degrees = f"{place['Lat_WGS84']},{place['Lon_WGS84']}"
    metres = f"{place['X_Lambert72']},{place['Y_Lambert72']}"
    for asked in ({"latlon": degrees}, {"xy": metres}):
        assert located(client, **asked)[0]["FormattedAddress"] == ADDRESS
        assert len(located(client, **asked, c=3)) == 3
    assert located(client, latlon="48.85,2.35") == []
    assert located(client, xy="1,1") == []


def test_reverse_tells_distance_and_parcel(client: httpx.Client) -> None:
    [found] = client.get("/api/addresses", params={"q": ADDRESS, "limit": 1}).json()["features"]
    lon, lat = found["geometry"]["coordinates"]
    answer = client.get("/api/addresses/reverse", params={"lon": lon, "lat": lat, "limit": 3})
    assert answer.headers["content-type"] == "application/geo+json"
    nearest, *others = answer.json()["features"]
    assert answer.json()["parcel_id"] == PARCEL
    assert (nearest["id"], nearest["properties"]["distance_m"]) == (found["id"], 0)
    assert nearest["properties"]["parcel_id"] == PARCEL
    distances = [one["properties"]["distance_m"] for one in others]
    assert 0 < distances[0] <= distances[1]


def test_reverse_takes_both_lamberts(client: httpx.Client) -> None:
    place = located(client, q=ADDRESS)[0]["Location"]
    asked = {"x": place["X_Lambert72"], "y": place["Y_Lambert72"]}
    for given in (asked, asked | {"crs": "EPSG:31370"}):
        answer = client.get("/api/addresses/reverse", params=given)
        assert answer.json()["features"][0]["properties"]["label"] == ADDRESS
    # Lambert 2008 shifts the axes by about 500 km (domain handbook, section 1).
    moved = {"x": asked["x"] + 499995.8, "y": asked["y"] + 499998.6}
    for given in (moved, moved | {"crs": "EPSG:3812"}):
        answer = client.get("/api/addresses/reverse", params=given)
        assert answer.json()["features"][0]["properties"]["label"] == ADDRESS
    wrong = client.get("/api/addresses/reverse", params=moved | {"crs": "EPSG:31370"})
    assert wrong.json() == {"type": "FeatureCollection", "parcel_id": None, "features": []}


@pytest.mark.parametrize("lonlat", [(2.35, 48.85), (51.2, 3.2), (-180, -90), (5.9, 50.1)])
def test_outside_flanders_is_nothing(client: httpx.Client, lonlat: tuple[float, float]) -> None:
    lon, lat = lonlat
    answer = client.get("/api/addresses/reverse", params={"lon": lon, "lat": lat})
    assert answer.status_code == 200
    assert answer.json()["features"] == []


@pytest.mark.parametrize(
    "address",
    [
        "/api/addresses/reverse?lon=x&lat=51.2",
        "/api/addresses/reverse?lon=3.2&lat=51.2&limit=51",
        "/geolocation/v4/Location",
        "/geolocation/v4/Location?latlon=51.2",
        "/geolocation/v4/Location?xy=1,2,3",
        "/geolocation/v4/Location?q=x&type=Building",
        "/geolocation/v4/Suggestion",
        "/geolocation/v4/Suggestion?q=x&c=many",
        f"/geolocation/v4/Suggestion?q={'x' * 201}",
    ],
)
def test_what_cannot_be_used_is_told_as_a_problem(client: httpx.Client, address: str) -> None:
    answer = client.get(address, headers={"accept-language": "en"})
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["title"] == "Invalid parameter"
    assert answer.json()["detail"]


def test_a_tool_may_ask_for_more_than_we_give(client: httpx.Client) -> None:
    assert 5 < len(located(client, q="kerkstraat 1", c=999, unheard_of=1)) <= 50


@pytest.mark.parametrize("path", OPEN)
def test_other_sites_may_ask(client: httpx.Client, path: str) -> None:
    asked = {"lon": "3.22", "lat": "51.21"} if path.endswith("reverse") else {"q": "kerk"}
    answer = client.get(path, params=asked, headers={"origin": "https://elsewhere.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=60"
    again = client.get(path, params=asked, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.head(path, params=asked).headers["etag"] == answer.headers["etag"]
    preflight = client.options(path, headers={"access-control-request-method": "GET"})
    assert preflight.status_code == 204
    assert "GET" in preflight.headers["access-control-allow-methods"]


def test_every_address_is_in_the_openapi_document(client: httpx.Client) -> None:
    paths = client.get("/api/openapi.json").json()["paths"]
    for path in OPEN:
        assert list(paths[path]) == ["get"]
        assert paths[path]["get"]["tags"]
        assert {"200", "400"} <= set(paths[path]["get"]["responses"])
    names = [
        parameter["name"] for parameter in paths["/geolocation/v4/Location"]["get"]["parameters"]
    ]
    assert names == ["q", "latlon", "xy", "type", "c"]
