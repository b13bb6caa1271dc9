"""The server's own files that clients may edit: those below one folder, but none that steers tools or holds secrets."""

import unicodedata
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePath

from specedit.edits import files
from specedit.edits.files import SourceFile
from specedit.engine.errors import EditRefused, InvalidRequest, OutsideRoot

# Beside all that begins with a dot. Names are compared as the file systems do that take several for one: see `_folded`.
_PROTECTED = (
    *("*.env", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.kdbx", "*.ppk"),
    *("*.gpg", "*.pgp", "*.ovpn", "*.tfstate", "*.tfstate.*", "*.tfvars"),
    *("id_rsa*", "id_dsa*", "id_ecdsa*", "id_ed25519*", "id_xmss*", "id_*.pub"),
    *("authorized_keys*", "known_hosts*", "htpasswd", "kubeconfig", "*.kubeconfig"),
    *("credentials", "credentials.json", "credentials.y*ml", "credentials.toml"),
    *("client_secret*.json", "service[-_]account*.json", "secrets", "secrets.json"),
    *("secrets.y*ml", "secrets.toml", "secrets.ini", "_netrc", "git~[0-9]*"),
)

# Ignored by Unicode's comparison of names, though of other categories than `Cf`.
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0") | {
    chr(code) for code in (*range(0x180B, 0x1810), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))
}


@dataclass(frozen=True, slots=True)
class Root:
    """A folder whose files may be edited. `allowed`: patterns of what is protected, and may be all the same.

    A pattern with a slash is of paths below the folder, any other of the name of a file or folder.
    """

    folder: Path
    allowed: tuple[str, ...] = ()

    def read(self, path: str, max_bytes: int, encoding: str | None = None) -> SourceFile:
        """Read a file; `encoding` as of `decode_document`.

        Raises:
            InvalidRequest: that is no path.
            OutsideRoot: it is not to be edited here.
            EditRefused: as of `files.read`.
        """
        if "\0" in path or not path:
            raise InvalidRequest(f"document.path: {path!r} is no path")
        self.check(PurePath(path), path)
        source = files.read(
            self.folder / path, root=self.folder, max_bytes=max_bytes, encoding=encoding
        )
        real = source.path.relative_to(self.folder.resolve())
        self.check(real, path)
        if source.links > 1 and not self._is_allowed(real, real.name):
            raise OutsideRoot(
                f"'{path}' has {source.links} names, of which some may lie elsewhere (hard links); {_remedy(real.name)}"
            )
        return source

    def content(self, path: Path, max_bytes: int) -> bytes:
        """Return all that a file holds, text or not, which lies here by its real path, and is itself no link.

        Raises:
            OutsideRoot: it is not to be edited here.
            EditRefused: it is too large, or cannot be read.
        """
        self.check(path.relative_to(self.folder), str(path))
        try:
            size = path.lstat().st_size
            if size > max_bytes:
                raise EditRefused(f"{size} bytes are more than --max-bytes {max_bytes}")
            return files.content(path)
        except OSError as error:
            raise EditRefused(f"cannot read: {error.strerror}") from error

    def check(self, path: PurePath, name: str) -> None:
        """Refuse a path of which a part is protected; `name` is what the client calls it.

        Raises:
            OutsideRoot: it is not to be edited here.
        """
        for part in path.parts:
            if _is_protected(part) and not self._is_allowed(path, part):
                raise OutsideRoot(
                    f"'{name}': '{part}' may steer tools or hold secrets, and is not edited here; {_remedy(part)}"
                )

    def _is_allowed(self, path: PurePath, part: str) -> bool:
        return any(
            fnmatchcase(path.as_posix() if "/" in pattern else part, pattern)
            for pattern in self.allowed
        )


def _remedy(part: str) -> str:
    return f"--allow '{part}' where the server is started lets clients do so"


def _is_protected(part: str) -> bool:
    name = _folded(part)
    if name.startswith("."):
        return name not in (".", "..")  # where they lead is looked at once they are followed
    is_key = name.startswith("id_") and "." not in name  # of any kind; `id_map.py` is none
    return is_key or any(fnmatchcase(name, pattern) for pattern in _PROTECTED)


def _folded(part: str) -> str:
    """A name without what one file system or another does not tell apart.

    Case and compatible forms (APFS, ext4 and tmpfs with casefold), characters that are not shown (HFS+, those too), dots and
    spaces at the end, and the streams of a file (NTFS, also as WSL mounts it).
    """
    shown = "".join(c for c in part if unicodedata.category(c) != "Cf" and c not in _UNSEEN)
    name = unicodedata.normalize("NFKC", shown).casefold()
    return name if name in (".", "..") else name.partition(":")[0].rstrip(". ") or name
