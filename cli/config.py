"""`specedit config`: the settings in force, and where each comes from."""

import argparse
import json
from pathlib import Path

from specedit.cli.options import settings_from
from specedit.editor.settings import SETTINGS
from specedit.editor.settings_files import FILE
from specedit.engine.errors import InvalidRequest
from specedit.engine.folders import config_folder


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    parser = commands.add_parser(
        "config",
        help="the settings in force, and where each comes from",
        description="Prints the settings as they are for a file or folder, as TOML. The first that says one counts: the command "
        f"line, the environment, {FILE} or [tool.specedit] of pyproject.toml in the folder or above it, "
        f"{config_folder() / FILE}, the defaults.",
    )
    parser.add_argument(
        "path", nargs="?", type=Path, default=Path(), help="a file or folder (default: .)"
    )
    parser.add_argument("--json", action="store_true", help="one object on stdout")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Print each setting."""
    path: Path = options.path
    if not path.exists():
        raise InvalidRequest(f"'{path}' is neither a file nor a folder")
    settings = settings_from(options, path if path.is_dir() else path.parent).settings
    if options.json:
        values = {
            setting.key: {
                "value": settings[setting.name].value,
                "from": settings[setting.name].by,
            }
            for setting in SETTINGS
        }
        print(json.dumps(values))
        return 0
    for setting in SETTINGS:
        given = settings[setting.name]
        line = f"{setting.key} = {json.dumps(given.value, ensure_ascii=False)}"
        line = f"# {setting.key} is not set" if given.value is None else line
        print(f"{line:<36} # {given.by}" if given.value is not None else line)
    return 0
