"""The packages whose symbols are renamed: released ones, in fixed versions, with their tests where they ship them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """One release. `sources`: the folder whose symbols are renamed; `archive`: what the registry calls it, if not by its name."""

    name: str
    version: str
    registry: str
    language: str
    sources: str
    archive: str = ""
    root: str = ""  # the folder of the archive that is the workspace, if not its one folder


def _pypi(name: str, version: str, sources: str) -> Package:
    return Package(name, version, "PyPI", "python", sources)


PACKAGES = (
    _pypi("httpx", "0.28.1", "httpx"),
    _pypi("click", "8.5.1", "src/click"),
    _pypi("attrs", "26.1.0", "src/attr"),
    _pypi("flask", "3.1.3", "src/flask"),
    _pypi("requests", "2.34.2", "src/requests"),
    Package("express", "5.3.0", "npm", "javascript", "lib"),
    Package("axios", "1.21.1", "npm", "javascript", "lib"),
    Package("lodash-es", "4.18.1", "npm", "javascript", "."),
    Package("zod", "4.6.7", "npm", "typescript", "src/v4/core"),
    Package("immer", "11.2.13", "npm", "typescript", "src"),
    Package(
        "chi",
        "5.0.7-1",
        "Debian",
        "go",
        ".",
        "golang-github-go-chi-chi-dev",
        "usr/share/gocode/src/github.com/go-chi/chi",
    ),
    Package(
        "semver",
        "1.0.14-1",
        "Debian",
        "rust",
        "src",
        "librust-semver-dev",
        "usr/share/cargo/registry/semver-1.0.14",
    ),
)
