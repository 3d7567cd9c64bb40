"""What the theme cannot say: the few rules of style that every page carries."""

from __future__ import annotations

import streamlit as st

from pages.parts.words import Words

ON_LIGHT = "#0F1B1F"
"""Ink on the light colour that buttons and selections have on the dark page, where Streamlit writes white."""
WIDE = 900
"""Width in pixels from which picture and controls stand beside each other."""
PROJECTOR = 1800
"""Width in pixels from which a screen is taken for a projector, or for one large enough to be none the worse."""
BOARD = "studio-board"
"""Container of the Studio's controls."""
RESULTS = "studio-results"
"""Place where the Studio's picture begins."""

_ALWAYS = """
[data-testid=stMainBlockContainer] {padding-top: 4rem; padding-bottom: 4rem}
[data-testid=stMetricLabel] .stMarkdownEllipsis, [data-testid=stMetricLabel] p
  {white-space: normal; overflow: visible; text-overflow: clip}
[data-testid=stMultiSelect] :is(.react-aria-ComboBox, div:has(> [data-testid=stMultiSelectTagsContainer])),
[data-testid=stMultiSelectTagsContainer] {height: auto !important; max-height: none !important; min-height: 2.4rem}
[data-testid=stMultiSelectTagsContainer]
  {flex-wrap: wrap !important; overflow: visible !important; mask: none !important; row-gap: .3rem;
   padding: .3rem .4rem}
"""
# A lecture hall sees the same pixels from ten times as far: on a projector all words and distances grow.
_PHONE = """
@media (max-width: 640px) {
  [data-testid=stTable] :is(th, td) {padding: .25rem .15rem !important; font-size: .7rem}
  [data-testid=stTable] th {font-size: .62rem}
}
"""
_PROJECTOR = f"""
@media (min-width: {PROJECTOR}px) and (min-height: 900px) {{html:root {{font-size: 1.2em}}}}
"""
_DARK = f"""
button[kind^=primary], [data-testid=stMultiSelect] span[title] {{color: {ON_LIGHT}}}
"""
# Streamlit's own words are English wherever they stand; the label of the field tells what may be chosen.
_UPLOAD = """
[data-testid=stFileUploaderDropzone] button p {font-size: 0}
[data-testid=stFileUploaderDropzone] button p::after {content: "%s"; font-size: .875rem}
[data-testid=stFileUploaderDropzoneInstructions] {display: none}
"""
_STUDIO = f"""
.st-key-studio-run {{position: sticky; top: 0; z-index: 5}}
[data-testid=stElementContainer]:has(#{BOARD}, #{RESULTS}) {{position: absolute}}
@media (min-width: {WIDE}px) {{
  .st-key-{BOARD} {{position: sticky; top: 4rem; max-height: calc(100vh - 5rem); overflow: hidden auto;
    padding: 0 .3rem 2rem .2rem; scrollbar-width: thin}}
  [data-testid=stLayoutWrapper]:has(> [class*=st-key-jump-]) {{display: none}}
}}
@media (max-width: {WIDE - 1}px) {{
  .st-key-studio-run {{top: 4rem}}
  #{BOARD}, #{RESULTS} {{scroll-margin-top: 4rem}}
}}
"""
# The network keeps its proportions, so that a wide column is filled only by a picture that is higher as well.
_PEOPLE = "".join(
    f"""
@media (min-width: {width}px) and (min-height: {height + 180}px) {{
  :is(.st-key-people-network, .st-key-people-network [data-testid=stEChartsChart]) {{height: {height}px !important}}
}}
"""
    for width, height in ((1500, 600), (PROJECTOR, 720))
)


def wear(t: Words) -> None:
    """Give the page its rules of style."""
    rules = [_ALWAYS, _PHONE, _PROJECTOR, _UPLOAD % t("app.choose_file")]
    if st.context.theme.type == "dark":
        rules.append(_DARK)
    _style(rules)


def wear_studio() -> None:
    """Controls stay in sight beside a long picture, and the Run button above long controls."""
    _style([_STUDIO])


def wear_people() -> None:
    """The network grows with the screen."""
    _style([_PEOPLE])


def place(name: str) -> None:
    """A place to which :func:`jump` leads."""
    st.html(f'<div id="{name}"></div>')


def jump(word: str, name: str, t: Words) -> None:
    """A link to a place further up or down, for screens on which picture and controls follow each other."""
    with st.container(key=f"jump-{name}"):
        st.markdown(f"[{t(word)}](#{name})")


def _style(rules: list[str]) -> None:
    st.html(f"<style>{''.join(rules)}</style>")
