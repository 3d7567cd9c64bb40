#!/bin/sh
# Run a command with an empty PostgreSQL of its own, whose address stands in LAB_TEST_DATABASE; it is gone afterwards.
#   tools/with_postgres.sh python -m pytest tests/classroom
# Exit status 77: there is no PostgreSQL here and it cannot be installed without asking.
set -eu

find_server() {
    for folder in $(ls -d /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/pgsql-*/bin 2>/dev/null | sort -rV); do
        [ -x "$folder/initdb" ] && { echo "$folder"; return; }
    done
    command -v initdb >/dev/null 2>&1 && dirname "$(command -v initdb)"
}

bin=$(find_server || true)
if [ -z "$bin" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    DEBIAN_FRONTEND=noninteractive timeout 120 apt-get install -y --no-install-recommends postgresql >/dev/null 2>&1 || true
    bin=$(find_server || true)
fi
[ -n "$bin" ] || { echo "PostgreSQL is not installed" >&2; exit 77; }

# The server refuses to run as root; whoever else runs this is the server's owner.
place=$(mktemp -d)
as() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
if [ "$(id -u)" = 0 ]; then chown postgres "$place"; fi
stop() { as "$bin/pg_ctl" -D "$place/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$place"; }
trap stop EXIT
trap 'exit 130' INT TERM

as "$bin/initdb" -D "$place/data" -U lab -A trust -E UTF8 --locale=C -N >/dev/null
as "$bin/pg_ctl" -D "$place/data" -w -l "$place/log" -o "-c listen_addresses='' -k $place -c fsync=off" start >/dev/null
chmod 755 "$place"
LAB_TEST_DATABASE="postgresql+psycopg://lab@/postgres?host=$place" "$@"
