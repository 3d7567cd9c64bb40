"""Serving a class: under which address students reach the lab, and the theme told to all of them ready-made."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
from urllib.parse import urlsplit

import streamlit as st
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from simulation.errors import LabError

PATIENCE = 0.3
"""Seconds in which this machine answers itself."""
LONGEST = 200


def own(url: str) -> str:
    """Root of an address such as ``http://10.0.0.7:8501``, whatever page it names."""
    parts = urlsplit(url)
    path = parts.path.rpartition("/")[0]
    return f"{parts.scheme}://{parts.netloc}{path}" if parts.netloc else ""


def is_local(root: str) -> bool:
    """Whether an address means the machine that opens it."""
    name = urlsplit(root).hostname or ""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(name).is_loopback
    return name in {"", "localhost"} or name.endswith(".localhost")


def for_students(root: str) -> str:
    """The same lab under an address that other machines can open, where there is one.

    The page of an instructor who works on the serving machine itself is often open as ``localhost``. If the lab answers
    under the machine's network address as well, that is the address to show.
    """
    parts = urlsplit(root)
    if not is_local(root):
        return root
    address = network_address()
    if not address or not _answers(address, parts.port or 80):
        return root
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{address}{port}{parts.path}"


def checked(text: str) -> str:
    """An address that an instructor typed, without its end.

    Raises:
        LabError: ``address_wrong``.
    """
    said = text.strip().rstrip("/")
    parts = urlsplit(said if "://" in said else f"http://{said}")
    try:
        usable = parts.scheme in {"http", "https"} and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or len(said) > LONGEST or set(said) & set(" <>\"'`\\") or parts.query or parts.fragment:
        raise LabError("address_wrong", given=said[:60])
    return f"{parts.scheme}://{parts.netloc}{parts.path}"


def network_address() -> str:
    """This machine's address in its network, empty where it has none; nothing is sent to find it."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 1))  # a documentation address; choosing the route sends nothing
        found = str(probe.getsockname()[0])
        return "" if ipaddress.ip_address(found).is_loopback else found
    return ""


@st.cache_data(show_spinner=False, ttl=60)
def _answers(address: str, port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=PATIENCE):
        return True
    return False


def tell_the_theme_ready_made() -> None:
    """Put the theme together once instead of for every answer, where it would be most of what a short one costs.

    Streamlit tells the browser the whole theme with every run of a page or a part of it, and looks each of its six
    sections up among all options for that (1.5–2 ms of CPU). Nothing here changes an option of the theme.
    """
    compose = app_session._populate_theme_msg
    made: dict[str, CustomThemeConfig] = {}

    def ready(msg: CustomThemeConfig, section: str = "theme") -> None:
        if section not in made:
            made[section] = CustomThemeConfig()
            compose(made[section], section)
        msg.MergeFrom(made[section])

    app_session._populate_theme_msg = ready
