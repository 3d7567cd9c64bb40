"""Symbiosis Lab · 共生实验室: names the pages, settles the language, runs the page that was asked for."""

from __future__ import annotations

from pages.parts import jobs, looks, shell, state
from pages.parts.words import Words

t = Words(state.settle_language())
page = shell.navigation(t)
state.keep_language_in_address()
jobs.prepare()
looks.wear(t)
shell.heading(page.title, t)
with shell.frame(t):
    page.run()
