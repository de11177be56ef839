"""The hall as one value: what the front door puts together and hands to every room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from geoloket.access import AccessPolicy
from geoloket.addresses import AddressBook, warm
from geoloket.alerts import AlertDesk
from geoloket.database import Database
from geoloket.edits import EditDesk
from geoloket.exports import Exports
from geoloket.features import FeatureStore
from geoloket.imagery import ImageryDesk
from geoloket.inspections import check_inspection, check_residence
from geoloket.jobs import JobDesk
from geoloket.people import Provider, SessionDesk, TokenDesk
from geoloket.permits import PermitDesk
from geoloket.process import ProcessRegistry
from geoloket.registry import LayerRegistry
from geoloket.settings import Settings
from geoloket.storage import Storage
from geoloket.tiles import TileStore
from geoloket.versions import Versions

NO_PROCESSES: Final = ProcessRegistry(())


@dataclass(frozen=True, slots=True)
class Hall:
    """Settings, layers, and the desks at which rooms ask for things."""

    settings: Settings
    registry: LayerRegistry
    access: AccessPolicy
    database: Database
    versions: Versions
    features: FeatureStore
    edits: EditDesk
    tiles: TileStore
    exports: Exports
    addresses: AddressBook
    permits: PermitDesk
    alerts: AlertDesk
    imagery: ImageryDesk
    processes: ProcessRegistry
    jobs: JobDesk
    storage: Storage
    people: SessionDesk | None
    """Who is signed in; None where nobody can be."""
    access_tokens: TokenDesk | None
    provider: Provider | None

    @classmethod
    def furnish(
        cls, settings: Settings, dsn: str, processes: ProcessRegistry = NO_PROCESSES
    ) -> Hall:
        """Put a hall together for the web; ``dsn`` is the login of visitors. Opens no connection.

        Raises DeclarationFaults when a layer folder cannot be used.
        """
        registry, identity = LayerRegistry.read(settings.layers), settings.identity
        access = AccessPolicy()
        database = Database(
            dsn,
            size=settings.database.pool_size,
            statement_timeout_s=settings.database.statement_timeout_s,
            warm=warm,
        )
        return cls(
            settings=settings,
            registry=registry,
            access=access,
            database=database,
            versions=Versions(database, listen=settings.database.listen),
            features=FeatureStore(database, registry, access, settings.storage_srid),
            edits=EditDesk(
                database,
                registry,
                access,
                settings.storage_srid,
                checks={
                    "housing_inspections": check_inspection,
                    "residence_checks": check_residence,
                },
            ),
            tiles=TileStore(
                database, access, settings.storage_srid, coarse=settings.limits.coarse_tiles
            ),
            exports=Exports(
                database,
                access,
                settings.storage_srid,
                settings.exports,
                settings.home / "exports",
            ),
            addresses=AddressBook(database),
            alerts=AlertDesk(database),
            imagery=ImageryDesk(
                database,
                registry["panoramas"],
                settings.storage_srid,
                settings.imagery.camera_height_m,
            ),
            processes=processes,
            jobs=JobDesk(database),
            storage=Storage(settings.home / "storage"),
            people=SessionDesk(database, identity) if identity.issuer else None,
            access_tokens=TokenDesk(database, identity, registry) if identity.issuer else None,
            provider=Provider(identity) if identity.issuer else None,
            permits=PermitDesk(delay=settings.permits.decision_delay_days),
        )
