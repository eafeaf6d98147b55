"""Renames files by date."""

import datetime as dt
import os
import shutil
import subprocess
import sys
from pathlib import Path

import click


@click.group()
@click.version_option()
@click.option("--verbose", "-v", count=True, help="Say more.")
@click.pass_context
def cli(context: click.Context, verbose: int) -> None:
    """Rename files."""
    context.ensure_object(dict)
    context.obj["verbose"] = verbose


@cli.command()
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--dry-run/--no-dry-run", default=True)
@click.pass_obj
def rename(options: dict[str, int], folder: Path, dry_run: bool) -> None:
    """Rename all files in FOLDER."""
    for path in sorted(folder.iterdir()):
        if not path.is_file():
            continue
        day = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).date()
        target = path.with_name(f"{day:%Y-%m-%d}-{path.name}")
        click.echo(f"{path.name} -> {target.name}")
        if not dry_run:
            shutil.move(path, target)
    if options["verbose"]:
        click.secho("Update from = here, select what you like", fg="green")


@cli.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
def show(paths: tuple[Path, ...]) -> None:
    """Open PATHS in the editor."""
    editor = os.environ.get("EDITOR", "vi")
    done = subprocess.run([editor, "--", *map(str, paths)], check=False)
    sys.exit(done.returncode)


def clear() -> None:
    """Clear the screen."""
    os.system("cls" if os.name == "nt" else "clear")


if __name__ == "__main__":
    cli(obj={})
