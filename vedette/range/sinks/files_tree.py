"""The files of the practice site's imaginary machine: data only, shaped like a small Debian web server."""

from __future__ import annotations

_ACCOUNTS = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
bin:x:2:2:bin:/bin:/usr/sbin/nologin
sys:x:3:3:sys:/dev:/usr/sbin/nologin
sync:x:4:65534:sync:/bin:/bin/sync
games:x:5:60:games:/usr/games:/usr/sbin/nologin
man:x:6:12:man:/var/cache/man:/usr/sbin/nologin
lp:x:7:7:lp:/var/spool/lpd:/usr/sbin/nologin
mail:x:8:8:mail:/var/mail:/usr/sbin/nologin
news:x:9:9:news:/var/spool/news:/usr/sbin/nologin
uucp:x:10:10:uucp:/var/spool/uucp:/usr/sbin/nologin
proxy:x:13:13:proxy:/bin:/usr/sbin/nologin
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/usr/sbin/nologin
list:x:38:38:Mailing List Manager:/var/list:/usr/sbin/nologin
_apt:x:42:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
shopkeeper:x:1000:1000:Shop Keeper,,,:/home/shopkeeper:/bin/bash
"""

_GROUP = """\
root:x:0:
daemon:x:1:
bin:x:2:
adm:x:4:shopkeeper
www-data:x:33:
users:x:100:
nogroup:x:65534:
shopkeeper:x:1000:
"""

_OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
"""

_FSTAB = """\
# /etc/fstab: static file system information.
#
# <file system> <mount point>   <type>  <options>       <dump>  <pass>
UUID=5a1c9e0e-4b52-4c0e-9d0a-6f2f1f1f7a10 /               ext4    errors=remount-ro 0       1
UUID=0c7b6a5f-3c0f-4d57-8a0a-2b6f2f0e9a11 none            swap    sw              0       0
"""

_MANUAL = """\
{title}
{line}

1. Unpack all parts and compare them with the list on the box.
2. Clean with a damp cloth. Do not put it into the dishwasher.
3. Keep this sheet; the warranty runs for two years from the day of purchase.
"""

# fmt: off
PROGRAMS = [
    "base64", "cat", "cut", "echo", "env", "expr", "false", "grep", "head", "host", "hostname", "id", "ls",
    "md5sum", "nslookup", "ping", "printf", "pwd", "rev", "sed", "seq", "sh", "sleep", "sort", "tail", "tee",
    "test", "tr", "true", "uname", "uniq", "wc", "which", "whoami",
]
# fmt: on


def _manual(title: str) -> str:
    return _MANUAL.format(title=title, line="=" * len(title))


SYSTEM_FILES: dict[str, str] = {
    "/etc/passwd": _ACCOUNTS,
    "/etc/group": _GROUP,
    "/etc/shadow": "root:*:19700:0:99999:7:::\nwww-data:*:19700:0:99999:7:::\n",
    "/etc/hosts": "127.0.0.1\tlocalhost\n127.0.1.1\tshop.example shop\n::1     localhost ip6-localhost\n",
    "/etc/hostname": "shop\n",
    "/etc/issue": "Debian GNU/Linux 12 \\n \\l\n\n",
    "/etc/motd": "\nThe programs included with the Debian GNU/Linux system are free software.\n",
    "/etc/os-release": _OS_RELEASE,
    "/etc/debian_version": "12.5\n",
    "/etc/fstab": _FSTAB,
    "/etc/resolv.conf": "nameserver 192.0.2.53\n",
    "/etc/timezone": "Etc/UTC\n",
    "/etc/shells": "# /etc/shells: valid login shells\n/bin/sh\n/bin/bash\n/usr/bin/bash\n/bin/dash\n/usr/bin/dash\n",
    "/etc/crontab": "SHELL=/bin/sh\n17 *\t* * *\troot\tcd / && run-parts --report /etc/cron.hourly\n",
    "/etc/nginx/nginx.conf": "user www-data;\nworker_processes auto;\npid /run/nginx.pid;\n",
    "/proc/version": (
        "Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org) (gcc-12 (Debian 12.2.0-14) 12.2.0, "
        "GNU ld (GNU Binutils for Debian) 2.40) #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 (2024-02-01)\n"
    ),
    "/proc/cpuinfo": "processor\t: 0\nvendor_id\t: GenuineIntel\nmodel name\t: Virtual CPU\n",
    "/proc/self/cmdline": "/usr/bin/shop\0--serve\0",
    "/proc/self/environ": "PATH=/usr/local/bin:/usr/bin:/bin\0HOME=/var/www\0USER=www-data\0",
    "/proc/self/status": "Name:\tshop\nUmask:\t0022\nState:\tR (running)\nUid:\t33\t33\t33\t33\n",
    "/dev/null": "",
    "/dev/shm/": "",  # noqa: S108 - a name in the virtual tree, as the two below
    "/tmp/": "",  # noqa: S108
    "/var/tmp/": "",  # noqa: S108
    "/var/log/": "",
    "/root/": "",
    "/home/shopkeeper/": "",
    "/home/shopkeeper/notes.txt": "Call the potter about the cracked mugs.\n",
    "/var/www/shop/manuals/kettle.txt": _manual("Kettle"),
    "/var/www/shop/manuals/lamp.txt": _manual("Desk lamp"),
    "/var/www/shop/manuals/radio.txt": _manual("Kitchen radio"),
    "/var/www/shop/templates/welcome.html": "<p>Welcome to our little shop.</p>\n",
    "/var/www/shop/templates/imprint.html": "<p>The Little Shop, Market Square 1.</p>\n",
    "/var/www/shop/templates/delivery.html": "<p>We deliver within three working days.</p>\n",
    "/var/www/shop/config.ini": "[shop]\nname = The Little Shop\ncurrency = EUR\n",
    "/var/www/shop/uploads/": "",
    **{f"/usr/bin/{name}": "\x7fELF" for name in PROGRAMS},
    **{f"/bin/{name}": "\x7fELF" for name in PROGRAMS},
}
