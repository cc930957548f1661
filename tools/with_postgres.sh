#!/usr/bin/env bash
# with_postgres.sh COMMAND...: runs a command with VEDETTE_DATABASE naming a fresh PostgreSQL of its own, on a socket in
# a temporary folder, and takes both away afterwards. Debian's package `postgresql` is all it needs.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is missing: apt-get install postgresql" >&2; exit 2; }
folder=$(mktemp -d /tmp/vedette-pg-XXXXXX)
if [ "$(id -u)" = 0 ]; then
	chown postgres "$folder"
	as() { runuser -u postgres -- "$@"; }
	user=postgres
else
	as() { "$@"; }
	user=$(id -un)
fi
cleanup() {
	as "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
	rm -rf "$folder"
}
trap cleanup EXIT
as "$bin/initdb" -D "$folder/data" -U "$user" --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
as "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
	-o "-k $folder -c listen_addresses='' -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=60" start
as "$bin/createdb" -h "$folder" -U "$user" vedette
export VEDETTE_DATABASE="postgresql://$user@/vedette?host=$folder"

# In the background, so that a signal ends the command first, and the database after it.
"$@" <&0 &
child=$! code=0
trap 'kill "$child" 2>/dev/null' INT TERM HUP
wait "$child" || code=$?
wait "$child" 2>/dev/null || true
exit "$code"
