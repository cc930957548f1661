"""What the operator set: every `VEDETTE_*` variable, read once per process."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from vedette.contract.addresses import Policy
from vedette.server.config.mail import NO_MAIL, MailServer, mail_server

_KEY_CHARACTERS = 40
_POSTGRES: dict[str, object] = {
    # A connection whose other end vanished is noticed within a minute.
    "keepalives_idle": "30",
    "keepalives_interval": "10",
    "keepalives_count": "3",
    # Short queries over indexes: compiling them costs more than it saves, and indexes lie in memory or on flash.
    "options": "-c jit=off -c random_page_cost=1.1",
}
"""What connections to PostgreSQL ask for, unless VEDETTE_DATABASE says otherwise in its query."""

_LOOKS = "VEDETTE_DATABASE must look like postgresql://user:password@host:port/name"
_YES, _NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class SettingError(ValueError):
    """A setting cannot be used; the message names it and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """Settings of one process. `master_keys` is the key ring's file, kept apart from the data if the operator wishes.

    `database` is empty for SQLite in the data directory, else a `postgresql://` URL. `allow_private` are ranges that
    the workers beside this server may scan, `outbound_allow` those that the platform's own requests may reach.
    `resolvers` are the name servers that discoveries ask (`ADDRESS`, `ADDRESS:PORT`, `[IPV6]:PORT`); empty: the
    machine's own.
    """

    data_dir: Path
    master_keys: Path
    database: str = ""
    host: str = "127.0.0.1"
    port: int = 8100
    hosts: tuple[str, ...] = ()
    workers: int = 2
    allow_private: tuple[str, ...] = ()
    outbound_allow: tuple[str, ...] = ()
    mail: MailServer = NO_MAIL
    slice_s: int = 600
    resolvers: tuple[str, ...] = ()
    metrics_token: str = ""
    trusted_proxies: int = 0
    https: bool = False
    debug: bool = False

    @property
    def secret_key_file(self) -> Path:
        """Where the key of sessions and forms lies."""
        return self.data_dir / "secret_key"


def default_data_dir() -> Path:
    """Where data goes unless the operator says otherwise."""
    base = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return Path(base) / "vedette"


@dataclass(frozen=True, slots=True)
class _Variables:
    """The variables of a process, read as what they are to be. An empty one counts as not given."""

    given: Mapping[str, str]

    def text(self, name: str, default: str = "") -> str:
        path = self.given.get(f"VEDETTE_{name}_FILE")
        if not path:
            return self.given.get(f"VEDETTE_{name}", "").strip() or default
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise SettingError(f"VEDETTE_{name}_FILE: {error.strerror}: {path}") from None
        except UnicodeDecodeError:
            raise SettingError(f"VEDETTE_{name}_FILE: {path} holds no text") from None

    def number(self, name: str, default: int, low: int, high: int) -> int:
        raw = self.text(name, str(default))
        if not (raw.isascii() and raw.isdigit()) or not low <= int(raw) <= high:
            raise SettingError(f"VEDETTE_{name} must be a number from {low} to {high}, not {raw!r}")
        return int(raw)

    def switch(self, name: str) -> bool:
        raw = self.text(name).lower()
        if raw not in (*_YES, *_NO):
            raise SettingError(f"VEDETTE_{name} must be 1 or 0, not {raw!r}")
        return raw in _YES

    def words(self, name: str) -> tuple[str, ...]:
        return tuple(self.text(name).replace(",", " ").split())

    def ranges(self, name: str) -> tuple[str, ...]:
        words = self.words(name)
        try:
            Policy(allow=words)
        except ValueError as error:
            raise SettingError(f"VEDETTE_{name}: {error}") from None
        return words

    def mail(self, name: str) -> MailServer:
        try:
            return mail_server(self.text(name))
        except ValueError as error:
            raise SettingError(str(error)) from None

    def servers(self, name: str) -> tuple[str, ...]:
        words = self.words(name)
        for word in words:
            if not _is_server(word):
                raise SettingError(f"VEDETTE_{name}: {word} is no address of a name server")
        return words


def _is_server(word: str) -> bool:
    try:
        ip_address(word)
    except ValueError:
        try:
            parts = urlsplit(f"//{word}")
            ip_address(parts.hostname or "")
            return bool(parts.port) and parts.netloc == word and "@" not in word
        except ValueError:
            return False
    return True


def read(variables: Mapping[str, str] | None = None) -> Environment:
    """The settings; a name with `_FILE` appended names a file that holds the value. Raises SettingError."""
    given = _Variables(os.environ if variables is None else variables)
    data_dir = Path(given.text("DATA_DIR") or default_data_dir()).expanduser().absolute()
    https = given.switch("HTTPS")
    return Environment(
        data_dir=data_dir,
        master_keys=Path(given.text("MASTER_KEYS") or data_dir / "keys.json").expanduser().absolute(),
        database=given.text("DATABASE"),
        host=given.text("HOST", "127.0.0.1"),
        port=given.number("PORT", 8100, 0, 65535),
        hosts=given.words("HOSTS"),
        workers=given.number("WORKERS", 2, 0, 64),
        allow_private=given.ranges("ALLOW_PRIVATE"),
        outbound_allow=given.ranges("OUTBOUND_ALLOW"),
        mail=given.mail("MAIL"),
        slice_s=given.number("SLICE_S", 600, 70, 3600),
        resolvers=given.servers("RESOLVERS"),
        metrics_token=given.text("METRICS_TOKEN"),
        # Only a proxy in front can speak HTTPS.
        trusted_proxies=given.number("TRUSTED_PROXIES", int(https), 0, 5),
        https=https,
        debug=given.switch("DEBUG"),
    )


def secret_key(environment: Environment) -> str:
    """The instance's own key, made on first use. Raises SettingError when it cannot be used or is none."""
    path = environment.secret_key_file
    try:
        if not path.exists():
            _make_secret_key(path)
        if path.stat().st_mode & 0o077:
            raise SettingError(f"{path} must be a file that only its owner can read (chmod 600)")
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(f"{path} cannot be used: {error.strerror}") from None
    except UnicodeDecodeError:
        key = ""
    if len(key) < _KEY_CHARACTERS or len(set(key)) < _KEY_CHARACTERS // 4:
        raise SettingError(f"{path} does not hold a random key; remove it to have a new one made")
    return key


def _make_secret_key(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".secret_key.")  # 0600, like what it becomes
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        # Appears whole or not at all, and never in place of one that another process has made in the meantime.
        os.link(name, path)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def database(environment: Environment) -> dict[str, object]:
    """Django's description of the database. Raises SettingError for an address it cannot use."""
    if not environment.database:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(environment.data_dir / "vedette.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                    "PRAGMA cache_size=-20000; PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;"
                ),
            },
        }
    try:
        parts = urlsplit(environment.database)
        port = parts.port
    except ValueError:
        raise SettingError(_LOOKS) from None
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise SettingError(_LOOKS)
    options: dict[str, object] = _POSTGRES | dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": str(options.pop("host", "")) or parts.hostname or "",
        "PORT": str(port or ""),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }
