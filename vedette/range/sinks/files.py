"""A file tree in memory, with the paths, permissions and errors of a small Debian web server.

Paths are resolved as a POSIX kernel does, one component after the other:

    path      = ["/"] component *( 1*"/" component ) *"/"
    component = "." (here) / ".." (parent; the root is its own parent) / name

Every component but the last must be a directory that exists, also one that a later ".." leaves again. A trailing
slash asks for a directory. A path holding a null byte is refused as Python's `open` refuses it. The reader is the
user www-data: what only root may read raises PermissionError, and writing works in a few places only.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping

from vedette.range.sinks.files_tree import SYSTEM_FILES

_NAME_MAX = 255
_PATH_MAX = 4096
_WRITTEN_MAX = 1_000_000

_ROOT_ONLY = ("/etc/shadow", "/etc/gshadow", "/etc/sudoers", "/root")
_WRITABLE = ("/tmp", "/var/tmp", "/dev/shm", "/var/www/shop/uploads")  # noqa: S108 - names in the virtual tree
_NULL = "/dev/null"
HOME = "/var/www/shop"


class VirtualFiles:
    """A tree of text files held in memory.

    `extra` maps absolute paths to texts that are added to the system's own files.
    """

    def __init__(self, extra: Mapping[str, str] | None = None) -> None:
        self._files: dict[str, str] = {}
        self._folders: dict[str, dict[str, None]] = {"/": {}}
        self._written = 0
        for path, text in {**SYSTEM_FILES, **(extra or {})}.items():
            self.add(path, text)

    def add(self, path: str, text: str) -> None:
        """Put a file into the tree, with its folders, whoever owns the place; a path ending in "/" makes a folder."""
        names = [name for name in path.split("/") if name]
        folder = "/"
        for name in names if path.endswith("/") else names[:-1]:
            self._folders[folder][name] = None
            folder = _join(folder, name)
            self._folders.setdefault(folder, {})
        if not path.endswith("/"):
            self._folders[folder][names[-1]] = None
            self._files[_join(folder, names[-1])] = text

    def resolve(self, path: str, cwd: str = HOME) -> str:
        """Return the absolute, normal form of an existing path.

        Raises FileNotFoundError, NotADirectoryError, PermissionError, OSError (name too long) or ValueError (null
        byte).
        """
        parent, name = self._parent_of(path, cwd)
        found = _join(parent, name) if name else parent
        if found not in self._files and found not in self._folders:
            raise _failure(errno.ENOENT, path)
        if found in self._files and path.endswith(("/", "/.")):
            raise _failure(errno.ENOTDIR, path)
        return found

    def read(self, path: str, cwd: str = HOME) -> str:
        """Return the text of a file.

        Raises FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError, or ValueError for a null byte.
        """
        found = self.resolve(path, cwd)
        if _covered(found, _ROOT_ONLY):
            raise _failure(errno.EACCES, path)
        if found in self._folders:
            raise _failure(errno.EISDIR, path)
        return self._files[found]

    def write(self, path: str, text: str, cwd: str = HOME, *, append: bool = False) -> None:
        """Write a file as the user www-data may: below /tmp and the upload folder; /dev/null swallows everything."""
        parent, name = self._parent_of(path, cwd)
        found = _join(parent, name) if name else parent
        if found == _NULL:
            return
        if found in self._folders:
            raise _failure(errno.EISDIR, path)
        if not _covered(found, _WRITABLE):
            raise _failure(errno.EACCES, path)
        if self._written + len(text) > _WRITTEN_MAX:
            raise _failure(errno.ENOSPC, path)
        self._written += len(text)
        self.add(found, self._files.get(found, "") + text if append else text)

    def listdir(self, path: str, cwd: str = HOME) -> list[str]:
        """Return the sorted names in a folder; raises as `read` does, NotADirectoryError for a file."""
        found = self.resolve(path, cwd)
        if _covered(found, _ROOT_ONLY):
            raise _failure(errno.EACCES, path)
        if found in self._files:
            raise _failure(errno.ENOTDIR, path)
        return sorted(self._folders[found])

    def exists(self, path: str, cwd: str = HOME) -> bool:
        """Tell whether the path leads to a file or folder."""
        try:
            self.resolve(path, cwd)
        except (OSError, ValueError):
            return False
        return True

    def is_dir(self, path: str, cwd: str = HOME) -> bool:
        """Tell whether the path leads to a folder."""
        return self.exists(path, cwd) and self.resolve(path, cwd) in self._folders

    def _parent_of(self, path: str, cwd: str) -> tuple[str, str]:
        """Walk to the folder that holds the last component; the name is empty where the walk ended on a folder."""
        if "\0" in path:
            raise ValueError("embedded null byte")
        if not path:
            raise _failure(errno.ENOENT, path)
        if len(path) >= _PATH_MAX:
            raise _failure(errno.ENAMETOOLONG, path)
        names = [name for name in path.split("/") if name and name != "."]
        here = "/" if path.startswith("/") else self.resolve(cwd, "/")
        for position, name in enumerate(names):
            if len(name.encode()) > _NAME_MAX:
                raise _failure(errno.ENAMETOOLONG, path)
            if name == "..":
                here = here.rpartition("/")[0] or "/"
                continue
            if position == len(names) - 1:
                return here, name
            here = self._enter(here, name, path)
        return here, ""

    def _enter(self, here: str, name: str, path: str) -> str:
        inner = _join(here, name)
        if inner in self._files:
            raise _failure(errno.ENOTDIR, path)
        if inner not in self._folders:
            raise _failure(errno.ENOENT, path)
        if _covered(inner, _ROOT_ONLY):
            raise _failure(errno.EACCES, path)
        return inner


def _join(folder: str, name: str) -> str:
    return f"{folder}{name}" if folder == "/" else f"{folder}/{name}"


def _covered(path: str, places: tuple[str, ...]) -> bool:
    return any(path == place or path.startswith(place + "/") for place in places)


def _failure(code: int, path: str) -> OSError:
    # OSError picks the matching subclass (FileNotFoundError, ...) by the error number.
    return OSError(code, os.strerror(code), path)
