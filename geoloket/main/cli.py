"""The command ``geoloket``; each part imports what it needs when it runs, to start fast."""

from __future__ import annotations

import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from geoloket import __version__
from geoloket.errors import Problem

if TYPE_CHECKING:
    from datetime import datetime

    from geoloket.main.console import ConsoleProgress
    from geoloket.settings import Settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="geoloket")
@click.option("--ends-with", type=int, hidden=True, help="End when this parent process ends.")
def cli(ends_with: int | None) -> None:
    """The open geo-counter: parcels, addresses, permits and events from one PostGIS database.

    Settings come from GEOLOKET_… variables and geoloket.toml; `geoloket settings` lists them.
    """
    if ends_with:
        from geoloket.main.lifeline import die_with_parent

        die_with_parent(ends_with)


@cli.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--reload", is_flag=True, help="Start again when the source changes.")
def demo(host: str | None, port: int | None, reload: bool) -> None:
    """Serve an invented municipality: database, web and worker, until Ctrl-C."""
    from geoloket.main.demo import run

    with _progress() as progress:
        run(_settings(host=host, port=port), progress, reload=reload)


@cli.command("demo-provider", hidden=True)
@click.option("--port", type=click.IntRange(1, 65535), required=True)
def demo_provider(port: int) -> None:
    """Let people choose who they are, for the demo; on loopback alone."""
    from geoloket.main.demo_provider import serve as run

    with suppress(KeyboardInterrupt):  # how it is meant to end
        run(port)


@cli.command()
@click.option("--host", help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes that answer.")
@click.option("--reload", is_flag=True, help="Start again when the source changes.")
def serve(host: str | None, port: int | None, workers: int | None, reload: bool) -> None:
    """Serve the pages, the map and the OGC API."""
    from geoloket.main.connect import using_database
    from geoloket.main.serve import serve as run
    from geoloket.registry import LayerRegistry

    settings = _settings(host=host, port=port, workers=workers)
    LayerRegistry.read(settings.layers)  # a faulty folder is told before anything starts
    with using_database(settings):
        run(settings.server, settings.layers, reload=reload)


@cli.command("reload")
def reload_() -> None:
    """Have the running web processes read the layer folders anew, after `geoloket migrate`."""
    from geoloket.main.connect import using_database
    from geoloket.main.reloading import reload_all

    settings = _settings()
    with using_database(settings):
        for line in reload_all(settings):
            click.echo(line)


@cli.command()
@click.option("--concurrency", type=click.IntRange(1, 64), help="Things to do at a time.")
def worker(concurrency: int | None) -> None:
    """Do queued work and what returns each day."""
    from geoloket.main.connect import using_database
    from geoloket.main.worker import work

    settings = _settings()
    with using_database(settings), suppress(KeyboardInterrupt):  # how it is meant to end
        work(settings, concurrency)


@cli.command()
@click.option("--reproject", is_flag=True, help="Also compute the stored geometries anew.")
def migrate(reproject: bool) -> None:
    """Bring the database up to date with this version and with the layer folders."""
    from geoloket.main.connect import using_database
    from geoloket.main.migrating import migrate_all, reproject_all

    settings = _settings()
    with using_database(settings):
        migrate_all(settings, click.echo)
        if reproject:
            reproject_all(settings, click.echo)
    click.echo("the database is up to date")


@cli.command("import")
@click.argument("layer")
@click.argument("sources", nargs=-1, required=True)
@click.option("--crs", help="Coordinate system of the source, when it does not say: EPSG:31370.")
@click.option("--full", is_flag=True, help="The delivery is complete: retire what is not in it.")
@click.option("--dry-run", is_flag=True, help="Read, check and report, but change nothing.")
@click.option("--nis", multiple=True, help="Municipality to ask a service for; may be repeated.")
def import_(  # noqa: PLR0913, PLR0917  # one argument an option
    layer: str,
    sources: tuple[str, ...],
    crs: str | None,
    full: bool,
    dry_run: bool,
    nis: tuple[str, ...],
) -> None:
    """Load SOURCES (files, folders, or the name of a service) into LAYER."""
    from geoloket.main.importing import run

    settings = _settings()
    report = run(
        *(settings, layer, sources, _progress()), crs=crs, full=full, dry_run=dry_run, nis=nis
    )
    for line in report:
        click.echo(line)


@cli.command()
def check() -> None:
    """Examine this installation; exit code 1 when something is wrong."""
    from geoloket.main.doctor import examine

    wrong = examine(_settings())
    if wrong:
        sys.exit(1)


@cli.command()
def settings() -> None:
    """List every setting with its value and its variable."""
    from geoloket.main.listing import setting_lines

    for line in setting_lines(_settings()):
        click.echo(line)


@cli.group()
def events() -> None:
    """The calendar of events, for staff."""


@events.command()
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day; else today.")
@click.option("--until", "end", type=click.DateTime(["%Y-%m-%d"]), help="Day before which.")
def conflicts(start: datetime | None, end: datetime | None) -> None:
    """List what events clash with: works, closed streets, other events. Worst first."""
    from geoloket.main.clashes import clash_lines
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        for line in clash_lines(settings, start, end):
            click.echo(line)


@cli.command()
@click.argument("layers", nargs=-1)
@click.option("--dry-run", is_flag=True, help="Only tell what would go.")
def retention(layers: tuple[str, ...], dry_run: bool) -> None:
    """Let rows go whose retention is over: of LAYERS, or of all."""
    from geoloket.main import retaining
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        for line in retaining.lines(settings, layers, dry_run=dry_run):
            click.echo(line)


@cli.group()
def audit() -> None:
    """The log of what staff look at."""


@audit.command()
def verify() -> None:
    """Hold every entry against its hash; exit code 1 at the first that is not as it was written."""
    from geoloket.main import auditing
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        verdict = auditing.verify(settings)
    if verdict.fault:
        click.echo(f"entry {verdict.seq}: {verdict.fault}", err=True)
        sys.exit(1)
    click.echo(f"{verdict.entries} entries are as they were written")
    click.echo(f"last: {verdict.seq} {verdict.last.hex()}")


@audit.command("list")
@click.option("--since", type=click.DateTime(), help="First moment, in the time of this machine.")
def list_(since: datetime | None) -> None:
    """List who looked at what: number, moment, who, role, deed, layer, records, why, door, id."""
    from geoloket.main import auditing
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        for line in auditing.lines(settings, since):
            click.echo(line)


@cli.group()
def jobs() -> None:
    """Runs of processes."""


_STATUSES = ("accepted", "running", "successful", "failed", "dismissed")


@jobs.command("list")
@click.option("--status", type=click.Choice(_STATUSES))
@click.option("--process", help="Id of a process.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=20, show_default=True)
def list_jobs(status: str | None, process: str | None, limit: int) -> None:
    """List runs, the newest first: id, process, status, how far, when."""
    from geoloket.main import running
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        for line in running.listed(settings, status, process, limit):
            click.echo(line)


@jobs.command("show")
@click.argument("job")
def show_job(job: str) -> None:
    """Show all of one run, with its pieces and its log."""
    from geoloket.main import running
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        for line in running.shown(settings, job):
            click.echo(line)


@jobs.command("submit")
@click.argument("process")
@click.option("--input", "given", multiple=True, metavar="NAME=VALUE", help="Once for each input.")
def submit_job(process: str, given: tuple[str, ...]) -> None:
    """Begin a run of a process; its id is printed. A worker does it."""
    from geoloket.main import running
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        click.echo(running.submitted(settings, process, given))


@jobs.command("retry")
@click.argument("job")
def retry_job(job: str) -> None:
    """Have a run that failed go on with what it did not finish."""
    from geoloket.main import running
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        running.retry(settings, job)
    click.echo("queued again")


@jobs.command("cancel")
@click.argument("job")
def cancel_job(job: str) -> None:
    """End a run that nobody wants any more."""
    from geoloket.main import running
    from geoloket.main.connect import using_database

    settings = _settings()
    with using_database(settings):
        running.cancel(settings, job)
    click.echo("dismissed")


@cli.group()
def db() -> None:
    """The database: Geoloket's private server, or the one that is set."""


@db.command()
def start() -> None:
    """Start the private server and leave it running."""
    from geoloket.main import databasing

    click.echo(databasing.start(_settings()))


@db.command()
def stop() -> None:
    """Stop the private server."""
    from geoloket.main import databasing

    click.echo(databasing.stop(_settings()))


@db.command()
def status() -> None:
    """Say whether the private server runs, and where; exit code 3 when it does not."""
    from geoloket.main import databasing

    running, line = databasing.status(_settings())
    click.echo(line)
    if not running:
        sys.exit(3)


@db.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(arguments: tuple[str, ...]) -> None:
    """Open psql as the owner; what follows -- is passed on to it."""
    from geoloket.main import databasing

    sys.exit(databasing.psql(_settings(), arguments))


@db.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write the whole database to FILE."""
    from geoloket.main.backup import backup as run

    run(_settings(), file)
    click.echo(f"written: {file} ({file.stat().st_size / 1e6:.1f} MB)")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def restore(file: Path) -> None:
    """Put back what `backup` wrote, all or nothing; what is there now is replaced."""
    from geoloket.main.backup import restore as run

    run(_settings(), file)
    click.echo(f"restored from {file}")


@db.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def remove(yes: bool) -> None:
    """Delete the private server with all its data."""
    from geoloket.main import databasing

    settings = _settings()
    if not yes:
        click.confirm(f"Delete all data of {settings.home}?", abort=True)
    click.echo(databasing.remove(settings))


@cli.command()
@click.argument("change", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--reason", help="Why, for the history.")
def undo(change: int, reason: str | None) -> None:
    """Take back CHANGE, the last one of a feature; that is a change as well."""
    from geoloket.main.connect import using_database
    from geoloket.main.undoing import undo as run

    settings = _settings()
    with using_database(settings):
        done = run(settings, change, reason)
    told = "as it was before" if done.version else "gone"
    click.echo(f"{done.layer} {done.feature} is {told} (change {done.id})")


def _settings(**server: object) -> Settings:
    """The settings, with what the command line says of the server in place of its own."""
    from geoloket.settings import Settings

    given = {key: value for key, value in server.items() if value is not None}
    return Settings.read().serving(**given)


def _progress() -> ConsoleProgress:
    from geoloket.main.console import ConsoleProgress

    return ConsoleProgress()


def _terminate(number: int, frame: object) -> None:
    """A polite request to end unwinds like Ctrl-C, so that everything is put away."""
    raise KeyboardInterrupt


def main() -> None:
    """Run the command line: a problem is one line and exit code 2, an interrupt 130."""
    # Scripts start background jobs with SIGINT ignored; ours is meant for whoever sends it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, _terminate)
    signal.signal(signal.SIGHUP, _terminate)
    try:
        code = cli.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except Problem as problem:
        click.echo(f"geoloket: {problem}", err=True)
        code = 2
    except (KeyboardInterrupt, click.Abort):
        code = 130
    sys.exit(code)


if __name__ == "__main__":
    main()
