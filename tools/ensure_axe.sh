#!/bin/sh
# Print the path of axe-core, which checks pages for accessibility; fetch it from the npm registry where it is missing.
# Fails with a sentence on stderr where it is not to be had.
set -eu

VERSION=4.14.1
root=$(cd "$(dirname "$0")/.." && pwd)
kept="$root/.cache/axe/axe-$VERSION.min.js"

if [ ! -s "$kept" ]; then
    if ! command -v npm >/dev/null; then
        echo "No npm found, so axe-core cannot be fetched for the accessibility check." >&2
        exit 1
    fi
    made=$(mktemp -d)
    trap 'rm -rf "$made"' EXIT
    if ! (cd "$made" && npm pack --silent "axe-core@$VERSION" >/dev/null 2>&1 && tar xzf "axe-core-$VERSION.tgz"); then
        echo "axe-core $VERSION could not be fetched from the npm registry." >&2
        exit 1
    fi
    mkdir -p "$(dirname "$kept")"
    mv "$made/package/axe.min.js" "$kept"
fi
echo "$kept"
