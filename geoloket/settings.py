"""All settings of Geoloket, read once at start and passed down; nothing else reads the environment.

A setting comes from an environment variable (``GEOLOKET_SERVER__PORT=8080``), else from
``geoloket.toml`` in the current folder, else from the default below.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

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


class PermitSettings(Group):
    """How the permit desk reads the calendar."""

    decision_delay_days: Annotated[int, Field(ge=0, le=60)] = 7
    """Days that a decision may take to reach us; before, a passed term is not called a refusal."""


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
    exports: ExportSettings = ExportSettings()
    site: SiteSettings = SiteSettings()
    permits: PermitSettings = PermitSettings()
    mail: MailSettings = MailSettings()
    services: ServiceSettings = ServiceSettings()
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
