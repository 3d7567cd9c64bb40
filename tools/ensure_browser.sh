#!/bin/sh
# Print the path of a Chromium for the browser tests; install it and a Chinese font with apt-get where they are missing.
# Fails with a sentence on stderr where neither is to be had.
set -eu

find_chromium() {
    for name in chromium chromium-browser google-chrome google-chrome-stable \
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome" \
        "/Applications/Chromium.app/Contents/MacOS/Chromium"; do
        # On some systems `chromium` is a stub that only tells how to install it, so ask it for its version.
        if path=$(command -v "$name") && "$path" --version >/dev/null 2>&1; then
            echo "$path"
            return 0
        fi
    done
    return 1
}

has_chinese_font() {
    [ "$(uname)" = Darwin ] || [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

packages=""
find_chromium >/dev/null || packages="chromium"
has_chinese_font || packages="$packages fonts-noto-cjk"

if [ -n "$packages" ] && command -v apt-get >/dev/null; then
    echo "Installing with apt-get for the browser tests: $packages" >&2
    {
        as_root apt-get update -qq || true # an older package list may still do
        # shellcheck disable=SC2086 # the list is meant to fall apart into its names
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages || true
    } >&2
fi

if ! chromium=$(find_chromium); then
    echo "No Chromium found; install one (Debian: apt-get install chromium) for the browser tests." >&2
    exit 1
fi
if ! has_chinese_font; then
    echo "No Chinese font found; install one (Debian: apt-get install fonts-noto-cjk) for the browser tests." >&2
    exit 1
fi
echo "$chromium"
