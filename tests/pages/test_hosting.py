"""What every answer carries is made once, and is the same."""

from __future__ import annotations

import pytest
from streamlit import config
from streamlit.proto.NewSession_pb2 import CustomThemeConfig
from streamlit.runtime import app_session

from pages.parts import hosting


def test_the_ready_made_theme_is_streamlits_own(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = app_session._populate_theme_msg
    monkeypatch.setattr(app_session, "_populate_theme_msg", plain)  # put back afterwards
    config.get_config_options(force_reparse=True)
    hosting.tell_the_theme_ready_made()
    for section in ("theme", "theme.light", "theme.dark", "theme.sidebar", "theme.light", "theme"):
        told, wanted = CustomThemeConfig(), CustomThemeConfig()
        app_session._populate_theme_msg(told, section)
        plain(wanted, section)
        assert told == wanted
    assert wanted.heading_font and told.chart_categorical_colors == wanted.chart_categorical_colors
