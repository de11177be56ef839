"""All settings of Geoloket, read once at start and passed down; nothing else reads the environment.

A setting comes from an environment variable (``GEOLOKET_SERVER__PORT=8080``), else from
``geoloket.toml`` in the current folder, else from the default below.
"""

from __future__ import annotations

import os
import re
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from geoloket.errors import CommandError


def is_loopback(host: str) -> bool:
    """Whether a name or address of a host is this machine, whatever a network says."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host.rstrip(".").lower() == "localhost"


class Group(BaseModel):
    """A table of settings: unknown keys are refused, so that a misspelling is noticed."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class DatabaseSettings(Group):
    """Where the data lives. Without a DSN, Geoloket runs a private PostgreSQL of its own."""

    dsn: SecretStr | None = None
    """Connection string of an external database, as its owner: `postgresql://…`."""
    pool_size: Annotated[int, Field(ge=1, le=200)] = 10
    """Connections that one web process may hold open."""
    statement_timeout_s: Annotated[float, Field(gt=0, le=600)] = 30.0
    """Seconds after which the database cancels a statement of a visitor."""
    listen: bool = True
    """Hear of changes by LISTEN; where that does not work each request asks for them."""


_HOST = r"((\*\.)?[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\])"
_HOSTS = rf"^{_HOST}( {_HOST})*$"


class ServerSettings(Group):
    """How the web server listens."""

    host: str = "127.0.0.1"
    """Address to listen on; `0.0.0.0` is every network of the machine."""
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    """Port to listen on."""
    workers: Annotated[int, Field(ge=1, le=64)] = 1
    """Web processes; each has a pool of connections of its own."""
    answer_cache_mb: Annotated[int, Field(ge=0, le=65536)] = 64
    """Memory that each web process may fill with tiles and pages to give again; 0 keeps none."""
    public_url: str | None = None
    """Address by which visitors reach us (`https://loket.example`); else the request tells."""
    hosts: Annotated[str, Field(pattern=_HOSTS)] | None = None
    """Names that we answer to: `loket.example *.intern.example`; unset, to any."""
    trusted_proxies: str = "127.0.0.1"
    """Addresses and networks of proxies that tell who asks and whether by https, with spaces."""


class ExportSettings(Group):
    """Whole selections as files and streams; a page of features does not count as one."""

    files: Annotated[int, Field(ge=1, le=64)] = 2
    """Files (GeoPackage, FlatGeobuf, GeoParquet) that one web process has made at a time."""
    streams: Annotated[int, Field(ge=1, le=1000)] = 8
    """Downloads that one web process sends at a time; others are told to come back."""
    pdfs: Annotated[int, Field(ge=1, le=64)] = 2
    """Parcel dossiers that one web process sets as PDF at a time; four times as many wait."""
    timeout_s: Annotated[float, Field(gt=0, le=7200)] = 600.0
    """Seconds after which the database breaks off a whole selection."""
    folder: Path | None = None
    """Folder for files that are being made; without it `exports` in the home."""


class LimitSettings(Group):
    """What one client may ask of one web process, and how much is done at a time."""

    requests: Annotated[int, Field(ge=0)] = 1200
    """Pages and documents for one network address in a minute; 0 is no limit, here and below."""
    tiles: Annotated[int, Field(ge=0)] = 6000
    """Tiles in a minute that have to be made or looked up; those that are kept do not count."""
    searches: Annotated[int, Field(ge=0)] = 300
    """Searches and suggestions in a minute."""
    forms: Annotated[int, Field(ge=0)] = 30
    """Forms that are sent, and attempts to sign in, in a minute."""
    body_kb: Annotated[int, Field(ge=16, le=1_048_576)] = 1024
    """Size of what may be sent to us."""
    upload_mb: Annotated[int, Field(ge=1, le=102_400)] = 1024
    """Size of files that staff send for a job, all of one form together."""
    answer_s: Annotated[float, Field(gt=0, le=7200)] = 150.0
    """Seconds within which an answer begins; files that are made have `exports.timeout_s`."""
    coarse_tiles: Annotated[int, Field(ge=1, le=200)] = 4
    """Tiles of low zooms that one web process has made at a time; fifty times as many wait."""
    pictures: Annotated[int, Field(ge=1, le=64)] = 2
    """Pictures of aerial photos that one web process draws at a time; fifty times as many wait."""


class AuditSettings(Group):
    """The log of what staff look at."""

    retention_years: Annotated[int, Field(ge=1, le=100)] = 10
    """Years that an entry is kept; the worker deletes older ones."""
    key: SecretStr | None = None
    """What the places where entries were deleted are signed with; unset, a key in the database."""
    key_file: Path | None = None
    """File with that key, instead."""

    @model_validator(mode="after")
    def _has_one_key(self) -> Self:
        if self.key and self.key_file:
            raise ValueError("key and key_file: one of the two")
        return self


_SITE = r"('self'|\*|https?://(\*\.)?[A-Za-z0-9.-]+(:\d+)?)"
_FRAMING = rf"^{_SITE}( {_SITE})*$"


class SiteSettings(Group):
    """What the municipality says of itself; unset values come from the database."""

    name: str | None = None
    """Name of the municipality."""
    contact_email: str | None = None
    """Where people can ask and complain."""
    contact_page: str | None = None
    """Web page that tells how to ask and complain; unset means the home page."""
    publisher_uri: str | None = None
    """URI of the municipality: `https://data.vlaanderen.be/id/organisatie/OVO…`."""
    catalogue_title: str | None = None
    """Name of the catalogue of datasets; unset means one made of the name of the municipality."""
    licence: str = "Modellicentie gratis hergebruik"
    """Licence of layers that name none: a name that is known, or the address of its text."""
    frame_ancestors: Annotated[str, Field(pattern=_FRAMING)] | None = None
    """Websites that may show the map in a frame: `https://www.example https://*.example`."""


_TILES = r"^https?://[A-Za-z0-9.-]+(:\d{1,5})?/[^\s\"'<>\\]*$"
_PLACES = {"{TileMatrix}": "{z}", "{TileRow}": "{y}", "{TileCol}": "{x}"}


class MapSettings(Group):
    """A background from elsewhere to choose on the map; without `background` there is none."""

    background: Annotated[str, Field(pattern=_TILES)] | None = None
    """Tiles of a background in web mercator: an address with `{z}`, `{x}` and `{y}` in it."""
    background_title: str | None = None
    """What the map calls that background; needed with it."""
    background_attribution: str | None = None
    """Whose background it is, as its licence wants it told; needed with it."""
    background_max_zoom: Annotated[int, Field(ge=1, le=24)] = 19
    """Last zoom of which it has tiles; nearer by they are drawn larger."""

    @field_validator("background")
    @classmethod
    def _names_a_tile(cls, given: str | None) -> str | None:
        """The places of a tile, each once; as WMTS writes them is as good."""
        if given is None:
            return None
        for wmts, ours in _PLACES.items():
            given = given.replace(wmts, ours)
        named = sorted(re.findall(r"\{[^{}]*\}", given))
        if named != ["{x}", "{y}", "{z}"]:
            raise ValueError("must have {z}, {x} and {y} in it, each once, and no other place")
        return given

    @model_validator(mode="after")
    def _is_named_and_credited(self) -> Self:
        if self.background and not (self.background_title and self.background_attribution):
            raise ValueError("background needs background_title and background_attribution too")
        return self

    @property
    def background_origin(self) -> str | None:
        """Scheme and host of those tiles: what a visitor's browser asks who chooses them."""
        return "/".join(self.background.split("/")[:3]) if self.background else None


class PermitSettings(Group):
    """How the permit desk reads the calendar."""

    decision_delay_days: Annotated[int, Field(ge=0, le=60)] = 7
    """Days that a decision may take to reach us; before, a passed term is not called a refusal."""


class CertificateValidity(Group):
    """How long a conformity certificate holds that is issued from a day on."""

    years: Annotated[int, Field(ge=1, le=10)]
    """10 by decree; a by-law may shorten it."""
    valid_from: date
    """The day from which the by-law holds."""


class InspectionSettings(Group):
    """Inspections of dwellings and residence checks."""

    certificate_years: tuple[CertificateValidity, ...] = ()
    """By-laws that shorten 10 years: `[{"years": 5, "valid_from": "2024-01-01"}]`."""
    start: tuple[float, float] | None = None
    """Longitude and latitude where a round of visits begins; unset, the middle of the town."""
    public_counts: bool = False
    """Publish how many inspections there were per neighbourhood, small numbers left out."""


class JobSettings(Group):
    """Work that outlives a request: how workers do it, and whom it may call."""

    concurrency: Annotated[int, Field(ge=1, le=64)] = 2
    """Runs or pieces of them that one worker does at a time, each in a process of its own."""
    heartbeat_s: Annotated[float, Field(ge=0.2, le=60)] = 5.0
    """Seconds between signs of life; after four of them without one, others take over."""
    sync_wait_s: Annotated[float, Field(ge=1, le=120)] = 20.0
    """Seconds that a client may wait for the answer itself; then it gets the address of the job."""
    keep_days: Annotated[int, Field(ge=1, le=3650)] = 90
    """Days after which a finished run and its results are deleted."""
    processes: tuple[str, ...] = ()
    """Processes of your own beside the built-in ones: `["zandwijk.counting:PROCESS"]`."""
    call_hosts: tuple[str, ...] = ()
    """Hosts that may be told how a run ends (`successUri`); never one in a private network."""


_SCHEDULER = r"^(tcp|tls)://([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]):\d{1,5}$"


class DaskSettings(Group):
    """A Dask cluster that does the pieces of runs; without a scheduler each worker does its own."""

    scheduler: Annotated[str, Field(pattern=_SCHEDULER)] | None = None
    """Where its scheduler listens: `tcp://dask.intern:8786`, or `tls://…`, as Dask is set up."""
    pieces: Annotated[int, Field(ge=1, le=1000)] = 32
    """Pieces that one worker has under way there at a time: more than the cluster has threads."""


class DemoSettings(Group):
    """What `geoloket demo` does beside serving."""

    pictures: bool = True
    """Draw street pictures and aerial photos of the invented municipality, in the background."""


class MailSettings(Group):
    """How mail leaves; without a host (or outbox) nothing can be followed, and the pages say so."""

    host: str | None = None
    """SMTP server that takes our mail; unset, following by e-mail is off."""
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    """Its port: 587 to submit mail, 25 to a relay of one's own."""
    starttls: bool = True
    """Encrypt by STARTTLS and check the certificate; false only for a server on this machine."""
    user: str | None = None
    """Name to log in with, where the server asks for one."""
    password: SecretStr | None = None
    """Password to log in with."""
    sender: str | None = None
    """Address that mail comes from, such as `loket@gemeente.example`; needed with a host."""
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 20.0
    """Seconds that the server may take for an answer."""
    outbox: Path | None = None
    """Folder in which mail is put as files instead of being sent: to try things out."""

    @property
    def on(self) -> bool:
        """Whether mail leaves at all."""
        return self.host is not None or self.outbox is not None


Claims = dict[str, str]


class RoleSettings(Group):
    """Which claims of the identity provider give which role.

    A list of sets of claims: all of one set must be there. A claim with several values has the one
    that is named; `realm_access.roles` looks inside.
    """

    staff: tuple[Claims, ...] = ()
    """Claims that make somebody staff: `[{"groups": "geoloket"}]`; unset, nobody is."""
    housing: tuple[Claims, ...] = ()
    """Claims by which staff may see dwelling inspections as well."""
    admin: tuple[Claims, ...] = ()
    """Claims by which staff may see how this Geoloket is doing."""


Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class IdentitySettings(Group):
    """How staff sign in: OpenID Connect; without an issuer nobody can."""

    issuer: str | None = None
    """Address of the OpenID provider, as it names itself: `https://login.example/realms/stad`."""
    client_id: str = "geoloket"
    """Our name at the provider."""
    client_secret: SecretStr | None = None
    """Our secret there; unset, only PKCE shows that it is us."""
    client_secret_file: Path | None = None
    """File with that secret, instead."""
    profile: Literal["plain", "acmidm"] = "plain"
    """`acmidm`: the Flemish ACM/IDM; staff of `organisation` are staff here."""
    organisation: str | None = None
    """Code of the municipality in ACM/IDM (`vo_orgcode`)."""
    scopes: tuple[str, ...] = ()
    """What is asked of the provider; unset means `openid profile`, and `vo` with ACM/IDM."""
    roles: RoleSettings = RoleSettings()
    required_acr: tuple[str, ...] = ()
    """Levels of signing in (`acr`) that are enough; unset, any is."""
    required_amr: tuple[str, ...] = ()
    """Ways of signing in (`amr`) of which one was used, such as `mfa`; unset, any will do."""
    algorithms: tuple[Algorithm, ...] = ("RS256", "PS256", "ES256")
    """Signatures that are accepted on tokens."""
    idle_minutes: Annotated[int, Field(ge=5, le=480)] = 30
    """Minutes without a request after which one must sign in again."""
    longest_hours: Annotated[int, Field(ge=1, le=24)] = 10
    """Hours after which one must sign in again in any case."""
    timeout_s: Annotated[float, Field(gt=0, le=30)] = 5.0
    """Seconds that the provider may take for an answer."""
    token_days: Annotated[int, Field(ge=1, le=730)] = 180
    """Days that an access token for a program may be valid, at most."""
    token_rests_days: Annotated[int, Field(ge=1, le=365)] = 45
    """Days after its owner last signed in from which an access token rests, until they do again."""
    demo: bool = False
    """The provider is that of `geoloket demo`, with invented people: only on this machine."""

    @property
    def asked_scopes(self) -> tuple[str, ...]:
        """What is asked of the provider."""
        usual = ("openid", "profile", "vo") if self.profile == "acmidm" else ("openid", "profile")
        return self.scopes or usual

    @property
    def staff_claims(self) -> tuple[Claims, ...]:
        """Claims that make somebody staff: local authority (LB) and ours, with ACM/IDM."""
        if self.profile == "acmidm" and self.organisation and not self.roles.staff:
            return ({"vo_doelgroepcode": "LB", "vo_orgcode": self.organisation},)
        return self.roles.staff

    @model_validator(mode="after")
    def _can_be_used(self) -> IdentitySettings:
        if self.issuer is None:
            return self
        parts = urlsplit(self.issuer)
        if self.demo and not is_loopback(parts.hostname or ""):
            raise ValueError("the demo provider is of this machine alone: issuer must be loopback")
        if parts.scheme != "https" and not (self.demo and parts.scheme == "http"):
            raise ValueError("issuer must start with https://")
        if parts.query or parts.fragment or not parts.hostname:
            raise ValueError("issuer must be an address without query")
        if self.client_secret and self.client_secret_file:
            raise ValueError("client_secret and client_secret_file: one of the two")
        if "openid" not in self.asked_scopes:
            raise ValueError("scopes must hold openid")
        if self.profile == "acmidm" and not self.organisation:
            raise ValueError("profile acmidm needs organisation")
        return self


class ImagerySettings(Group):
    """Street pictures: what is made of them, and how long their originals are kept."""

    camera_height_m: Annotated[float, Field(gt=0, le=20)] = 2.5
    """Height of the camera above the street, by which outlines are drawn on the ground."""
    sight_m: Annotated[float, Field(gt=1, le=200)] = 40.0
    """How far from a front a picture may be taken to count as one that sees it."""
    originals_days: Annotated[int, Field(ge=0, le=3650)] = 30
    """Days that an original is kept once its blurred picture is made; then it is deleted."""
    requests_days: Annotated[int, Field(ge=1, le=3650)] = 365
    """Days that a request to blur a picture is kept once it is handled; then it is deleted."""
    blur_url: str | None = None
    """Service that blurs whole pictures (`https://blur.example/blur/`); unset, our own detector."""
    blur_threshold: Annotated[float, Field(gt=0, lt=1)] = 0.3
    """From which certainty on our own detector takes something for a face; lower blurs more."""

    @field_validator("blur_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        parts = urlsplit(value) if value else None
        if parts and not (parts.scheme in {"http", "https"} and parts.hostname):
            raise ValueError("blur_url must be an address that starts with https:// or http://")
        return value or None


class ServiceSettings(Group):
    """Public services that `geoloket import` may ask; nothing else calls them."""

    grb_url: str = "https://geo.api.vlaanderen.be/GRB/ogc/features/v1"
    """OGC API Features of the GRB (parcels)."""
    capakey_url: str = "https://geo.api.vlaanderen.be/capakey/v2"
    """CAPAKEY service: where a municipality lies."""
    adressenregister_url: str = "https://api.basisregisters.vlaanderen.be"
    """API of the base registers (addresses)."""
    adressenregister_key: SecretStr | None = None
    """Key of the base registers' API, for more requests per second."""


class Settings(BaseSettings):
    """Every setting, checked. Raises CommandError with one line per fault when something is off."""

    model_config = SettingsConfigDict(
        env_prefix="GEOLOKET_",
        env_nested_delimiter="__",
        toml_file="geoloket.toml",
        extra="forbid",
        frozen=True,
        use_attribute_docstrings=True,
    )

    home: Path = Path(".geoloket")
    """Folder of the embedded database, results and rejects."""
    layers: Annotated[tuple[Path, ...], NoDecode] = ()
    """Folders with layers of your own, beside the built-in ones; in the environment as in PATH."""
    storage_srid: Literal[31370, 3812] = 31370
    """EPSG number in which geometries are stored: Belgian Lambert 72 or Lambert 2008."""
    database: DatabaseSettings = DatabaseSettings()
    server: ServerSettings = ServerSettings()
    limits: LimitSettings = LimitSettings()
    exports: ExportSettings = ExportSettings()
    audit: AuditSettings = AuditSettings()
    site: SiteSettings = SiteSettings()
    map: MapSettings = MapSettings()
    permits: PermitSettings = PermitSettings()
    inspections: InspectionSettings = InspectionSettings()
    jobs: JobSettings = JobSettings()
    dask: DaskSettings = DaskSettings()
    mail: MailSettings = MailSettings()
    identity: IdentitySettings = IdentitySettings()
    services: ServiceSettings = ServiceSettings()
    imagery: ImagerySettings = ImagerySettings()
    demo: DemoSettings = DemoSettings()
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """From which level events are logged."""

    @field_validator("layers", mode="before")
    @classmethod
    def _split_folders(cls, value: object) -> object:
        """The environment has one string: folders separated as in PATH."""
        return tuple(filter(None, value.split(os.pathsep))) if isinstance(value, str) else value

    @model_validator(mode="after")
    def _mail_says_who_and_where(self) -> Settings:
        """Links in mail must lead to us, and mail must come from somebody."""
        if self.mail.host and not (self.mail.sender and self.server.public_url):
            raise ValueError("mail.host needs mail.sender and server.public_url as well")
        return self

    @model_validator(mode="after")
    def _sign_in_is_safe(self) -> Settings:
        if fault := _sign_in_fault(self.identity, self.server):
            raise ValueError(fault)
        return self

    def serving(self, **server: object) -> Settings:
        """The same with other settings of the server. Raises CommandError as ``read`` does."""
        changed = self.server.model_copy(update=server)
        if fault := _sign_in_fault(self.identity, changed):
            raise CommandError(f"settings: {fault}")
        return self.model_copy(update={"server": changed})

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments first, then the environment, then ``geoloket.toml``."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)

    @classmethod
    def read(cls, **overrides: object) -> Settings:
        """Read all sources; raises CommandError that lists every fault."""
        try:
            return cls(**overrides)  # pyright: ignore[reportArgumentType]  # checked by pydantic
        except ValidationError as error:
            faults = "; ".join(
                f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
                for fault in error.errors(include_url=False, include_input=False)
            )
            raise CommandError(f"settings: {faults}") from None

    def model_post_init(self, context: object) -> None:
        """Make the home absolute, so that a change of folder does not move it."""
        object.__setattr__(self, "home", self.home.expanduser().absolute())


def _sign_in_fault(identity: IdentitySettings, server: ServerSettings) -> str | None:
    """Why staff cannot sign in safely so: they come back to one address, and that over https.

    The demo provider asks no password, so it stays on this machine.
    """
    if identity.issuer is None:
        return None
    public = urlsplit(server.public_url or "")
    if not identity.demo:
        safe = public.scheme == "https"
        return None if safe else "identity.issuer needs server.public_url, with https://"
    if not is_loopback(server.host) or not is_loopback(public.hostname or "localhost"):
        return "identity.demo lets anybody in: only with the server on loopback"
    if public.scheme == "https":
        return "identity.demo lets anybody in: not with a public_url of https"
    return None
