"""The lab as a web application: ``python asgi.py`` serves it, as does ``uvicorn asgi:app`` behind a proxy."""

from __future__ import annotations

import argparse
import contextlib
import errno
import gc
import io
import ipaddress
import os
import socket
import sys
from pathlib import Path
from urllib.parse import urlsplit

import streamlit as st
import uvicorn
from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse, PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from streamlit import config

from pages.parts.hosting import network_address, tell_the_theme_ready_made
from pages.parts.picture import first_twins

PORTS_TRIED = 20
ROOT = Path(__file__).parent
AT_HOME = "<script>window.__streamlit = {BACKEND_BASE_URL: new URL('.', location.href).href}</script>"
"""Pages stand side by side at the root of the lab, wherever a proxy has put that root."""
REFUSAL = "这个网址未登记，请加入 LAB_HOSTS。\nThis address is not known to the lab: add it to LAB_HOSTS.\n"


class OwnAddressOnly:
    """Answer visitors of the lab's own address only, so that no foreign page speaks through their browser.

    A foreign page can make its name point at this machine (DNS rebinding), or open a websocket across
    origins. A literal IP address cannot be rebound and is always accepted; the names are ``localhost``, this
    machine's own, and those in the environment variable ``LAB_HOSTS`` (comma-separated).
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        machine = socket.gethostname().lower()
        given = {name.strip().lower() for name in os.environ.get("LAB_HOSTS", "").split(",")}
        self.names = {"localhost", machine, f"{machine}.local"} | (given - {""})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass an ASGI request on, or refuse it with status 403."""
        if scope["type"] == "websocket" and not (self._is_own(scope) and _is_same_origin(scope)):
            await WebSocketClose(code=1008)(scope, receive, send)
        elif scope["type"] == "http" and not self._is_own(scope):
            await PlainTextResponse(REFUSAL, status_code=403)(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _is_own(self, scope: Scope) -> bool:
        try:
            name = urlsplit(f"//{Headers(scope=scope).get('host', '')}").hostname or ""
        except ValueError:
            return False
        if name.rstrip(".") in self.names:
            return True
        with contextlib.suppress(ValueError):
            return bool(ipaddress.ip_address(name))
        return False


def _is_same_origin(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


class PagesKnowTheirRoot:
    """Tell the browser where the server is with every page that is opened by its own address.

    Streamlit's client would else look for the server below the page's address first, find nothing there, and report
    two missing files on every visit.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.addresses = {f"/{page.stem}" for page in (ROOT / "pages").glob("[!_]*.py")}
        frame = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf-8")
        self.frame = frame.replace("<head>", f"<head>{AT_HOME}", 1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer an ASGI request for a page, or pass it on."""
        if scope["type"] == "http" and scope["method"] == "GET" and scope["path"] in self.addresses:
            await HTMLResponse(self.frame, headers={"Cache-Control": "no-cache"})(scope, receive, send)
        else:
            await self.app(scope, receive, send)


def listen(host: str, port: int) -> socket.socket:
    """Open the door of the lab: the wanted port, or the next free one.

    Raises:
        OSError: None of the ``PORTS_TRIED`` ports is free, or the host is not an address of this machine.
    """
    for candidate in range(port, port + PORTS_TRIED):
        # Named as TCP (not 0), asyncio sends small messages at once: 6 ms an action instead of 44.
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, candidate, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP
        )[0]
        door = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":  # on Windows this option would let two servers share one port
                door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(address)
            door.listen(2048)
        except OSError as error:
            door.close()
            if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
        else:
            return door
    raise OSError(errno.EADDRINUSE, f"no free port from {port} to {port + PORTS_TRIED - 1}")


def _addresses(host: str, port: int) -> list[str]:
    """List what a visitor may type; an open door (0.0.0.0) also has this machine's network address."""
    if host not in {"0.0.0.0", "::"}:
        return [f"http://{'localhost' if host == '127.0.0.1' else host}:{port}"]
    found = [f"http://localhost:{port}"]
    if address := network_address():
        found.append(f"http://{address}:{port}")
    return found


def serve(host: str, port: int) -> None:
    """Serve the lab until interrupted and print where it is."""
    door = listen(host, port)
    first_twins()  # whoever knocks meanwhile waits at the door no longer than they would inside
    gc.collect()
    gc.freeze()  # what is there before the first visitor stays: garbage is then looked for, and found, much sooner
    opened = door.getsockname()[1]
    if opened != port:
        print(f"端口 {port} 已被占用 · port {port} is busy, using {opened}")
    print(
        "共生实验室 · Symbiosis Lab:",
        *_addresses(host, opened),
        "(Ctrl+C 停止 · stops)",
        sep="  ",
        flush=True,
    )
    settings = uvicorn.Config(
        app,
        ws="websockets-sansio",
        ws_per_message_deflate=False,  # compressing every chart costs more than a classroom network
        log_level="warning",
        timeout_graceful_shutdown=3,
    )
    with door, contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(settings).run(sockets=[door])


app = st.App(ROOT / "app.py", middleware=[Middleware(OwnAddressOnly), Middleware(PagesKnowTheirRoot)])
# OwnAddressOnly stands in for the list of names in config.toml, which cannot know a classroom's address.
config.set_option("server.allowedHosts", ["*"])
tell_the_theme_ready_made()

if __name__ == "__main__":
    if isinstance(sys.stdout, io.TextIOWrapper):  # a Western Windows console cannot print Chinese
        sys.stdout.reconfigure(errors="replace")
    parser = argparse.ArgumentParser(description="Serve Symbiosis Lab.")
    parser.add_argument("--host", default="127.0.0.1", help="0.0.0.0 lets a class join (default: only this machine)")
    parser.add_argument("--port", type=int, default=8501, help="first port to try (default: 8501)")
    arguments = parser.parse_args()
    serve(arguments.host, arguments.port)
