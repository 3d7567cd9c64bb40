"""Somebody in front of the app, without a browser: speaks Streamlit's own protocol and notes how long answers took."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

PATIENCE = 60.0
"""Seconds after which an answer counts as lost."""

LARGEST = 64 * 2**20
_RERUN_FOLLOWS = ForwardMsg.FINISHED_EARLY_FOR_RERUN


class LostError(Exception):
    """The session ended, or an answer never came."""


class Visitor:
    """One session of the app.

    Attributes:
        took: Kind of action → seconds from asking to the end of the script's answer, one per action.
        errors: Words of every error that was shown.
    """

    def __init__(self, port: int) -> None:
        self.port = port
        self.took: dict[str, list[float]] = defaultdict(list)
        self.errors: list[str] = []
        self._line: ClientConnection | None = None
        self._shown: dict[tuple[int, ...], tuple[Any, str]] = {}
        self._set: dict[str, WidgetState] = {}
        self._script = ""  # hash by which the server knows the page that is open
        self._query = ""
        self._ticks: dict[str, tuple[float, float]] = {}  # fragment → (seconds between looks, time of the next)

    async def open(self, page: str, language: str = "en", query: str = "") -> None:
        """Come to the app by the address of a page, with what else stands in it.

        Raises:
            LostError: There is no answer.
        """
        try:
            self._line = await connect(f"ws://127.0.0.1:{self.port}/_stcore/stream", subprotocols=["streamlit"],  # type: ignore[list-item]
                                       max_size=LARGEST, open_timeout=PATIENCE, compression=None,
                                       ping_interval=None)  # fmt: skip
        except (OSError, TimeoutError, WebSocketException) as error:
            raise LostError(str(error)) from error
        self._query = f"lang={language}" + (f"&{query}" if query else "")
        await self.turn_to(page, kind="open")

    async def turn_to(self, page: str, kind: str = "page") -> None:
        """Go to a page."""
        self._ticks.clear()
        self._set.clear()
        await self._ask(kind, page=page)

    async def move(self, wanted: Callable[[str, Any], bool], choose: Callable[[str, Any], float]) -> bool:
        """Move the first slider or number field that is wanted.

        Args:
            wanted: Tells from a widget's id and its description whether it is meant.
            choose: Gives its new value.

        Returns:
            Whether there was one.
        """
        for element, fragment in list(self._shown.values()):
            kind = element.WhichOneof("type")
            if kind not in {"slider", "number_input"}:
                continue
            widget = getattr(element, kind)
            if widget.disabled or not wanted(widget.id, widget):
                continue
            state = WidgetState(id=widget.id)
            if kind == "slider":
                state.double_array_value.data.append(choose(widget.id, widget))
            else:
                state.double_value = choose(widget.id, widget)
            self._set[widget.id] = state
            await self._ask("move", fragment=fragment)
            return True
        return False

    async def press(self, ending: str, kind: str) -> bool:
        """Press the button whose key ends so; returns whether there was one."""
        for element, fragment in list(self._shown.values()):
            if element.WhichOneof("type") == "button" and element.button.id.endswith(ending):
                pressed = WidgetState(id=element.button.id, trigger_value=True)
                await self._ask(kind, fragment=fragment, once=pressed)
                return True
        return False

    async def press_label(self, label: str, kind: str) -> bool:
        """Press the button that says so, in a form with what has been filled in; returns whether there was one."""
        for element, fragment in list(self._shown.values()):
            if element.WhichOneof("type") == "button" and element.button.label == label:
                pressed = WidgetState(id=element.button.id, trigger_value=True)
                await self._ask(kind, fragment=fragment, once=pressed)
                return True
        return False

    async def switch(self, ending: str) -> bool:
        """Switch on the toggle whose key ends so; returns whether there was one that was off."""
        for element, fragment in list(self._shown.values()):
            if element.WhichOneof("type") == "checkbox" and element.checkbox.id.endswith(ending):
                before = self._set.get(element.checkbox.id)
                if before.bool_value if before is not None else element.checkbox.default:
                    return False
                self._set[element.checkbox.id] = WidgetState(id=element.checkbox.id, bool_value=True)
                await self._ask("switch", fragment=fragment)
                return True
        return False

    async def fill(self, numbers: Sequence[float]) -> bool:
        """Write numbers into the number fields of the page's forms, in order, without sending; whether they fit."""
        fields = [element.number_input for element, _ in self._shown.values()
                  if element.WhichOneof("type") == "number_input" and element.number_input.form_id]  # fmt: skip
        for field, number in zip(fields, numbers, strict=False):
            self._set[field.id] = WidgetState(id=field.id, double_value=number)
        return len(fields) >= len(numbers)

    async def fill_text(self, text: str) -> bool:
        """Write into the first text field of the page, without sending; whether there is one."""
        for element, _ in self._shown.values():
            if element.WhichOneof("type") == "text_input":
                self._set[element.text_input.id] = WidgetState(id=element.text_input.id, string_value=text)
                return True
        return False

    async def look(self) -> None:
        """Ask for the page as it stands now."""
        await self._ask("look")

    @property
    def waiting(self) -> bool:
        """Whether the page looks for news by itself."""
        return bool(self._ticks)

    async def think(self, seconds: float) -> None:
        """Look at the page for a while; what asks to be refreshed is."""
        until = time.monotonic() + seconds
        while (now := time.monotonic()) < until:
            due = min(self._ticks.items(), key=lambda tick: tick[1][1], default=None)
            if due is None or due[1][1] > until:
                await asyncio.sleep(until - now)
                return
            fragment, (every, at) = due
            await asyncio.sleep(max(0.0, at - now))
            self._ticks[fragment] = (every, time.monotonic() + every)
            await self._ask("poll", fragment=fragment, by_itself=True)

    async def leave(self) -> None:
        """Close the window."""
        if self._line is not None:
            await self._line.close()

    async def _ask(
        self, kind: str, *, page: str | None = None, fragment: str = "", by_itself: bool = False,
        once: WidgetState | None = None,
    ) -> None:  # fmt: skip
        """Ask for a rerun and take in the answer."""
        assert self._line is not None
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name = self._query, page or ""
        asked.page_script_hash = self._script if page is None else ""
        asked.widget_states.widgets.extend([*self._set.values(), *([once] if once else [])])
        asked.fragment_id, asked.is_auto_rerun = fragment, by_itself
        asked.context_info.timezone, asked.context_info.locale = "Asia/Shanghai", "zh-CN"
        began = time.perf_counter()
        try:
            await self._line.send(message.SerializeToString())
            async with asyncio.timeout(PATIENCE):
                while not self._take(ForwardMsg.FromString(await self._line.recv(decode=False))):
                    pass
        except (OSError, TimeoutError, WebSocketException) as error:
            raise LostError(f"{kind}: {error or 'no answer'}") from error
        self.took[kind].append(time.perf_counter() - began)

    def _take(self, message: ForwardMsg) -> bool:
        """Take in one message; True where the script has ended for now."""
        kind = message.WhichOneof("type")
        if kind == "new_session" and not message.metadata.run.fragment_ids:
            self._script = message.new_session.page_script_hash
            self._shown.clear()
            self._ticks.clear()
        elif kind == "navigation":  # as the browser does: the page that was run, whichever was asked for
            self._script = message.navigation.page_script_hash
        elif kind == "auto_rerun":
            every = message.auto_rerun.interval
            self._ticks[message.auto_rerun.fragment_id] = (every, time.monotonic() + every)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._ticks.pop(fragment, None)
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            element = message.delta.new_element
            self._shown[tuple(message.metadata.delta_path)] = (element, message.delta.fragment_id)
            self._note(element)
        elif kind == "script_finished":
            return message.script_finished != _RERUN_FOLLOWS
        return False

    def _note(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        if kind == "exception":
            self.errors.append(f"{element.exception.type}: {element.exception.message}")
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            self.errors.append(element.alert.body)
