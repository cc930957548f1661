"""A virtual file system for the examples of this folder: a dictionary, and paths resolved as POSIX does it."""

from __future__ import annotations

from dataclasses import dataclass, field

ACCOUNTS = "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"

FILES = {
    "/etc/passwd": ACCOUNTS,
    "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n",
    "/etc/group": "root:x:0:\ndaemon:x:1:\n",
    "/srv/site/docs/guide.txt": "How to order: put goods into the cart.\n",
    "/srv/site/docs/terms.txt": "Terms: be nice.\n",
    "/srv/site/pages/home.php": "<?php $title = 'Home'; echo \"<h1>Welcome to the shop</h1>\"; ?>\n",
}


@dataclass(frozen=True, slots=True)
class Files:
    """Files by their absolute paths; folders are those that the paths name."""

    content: dict[str, str] = field(default_factory=lambda: dict(FILES))

    def read(self, path: str, folder: str = "/srv/site/docs") -> str | None:
        """The file that a path leads to, relative ones from `folder`; None when there is none.

        As in the real thing a path leads nowhere when it passes through a folder that does not exist.
        """
        if "\0" in path:
            return None
        here: list[str] = [] if path.startswith("/") else folder.split("/")[1:]
        steps = [step for step in path.split("/") if step not in ("", ".")]
        for index, step in enumerate(steps):
            if step == "..":
                here = here[:-1]
                continue
            here = [*here, step]
            if index < len(steps) - 1 and not self._is_folder(here):
                return None
        return self.content.get("/" + "/".join(here))

    def _is_folder(self, parts: list[str]) -> bool:
        start = "/" + "/".join(parts) + "/"
        return any(path.startswith(start) for path in self.content)
