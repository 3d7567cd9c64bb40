"""What a full validation has stored: claimed figures beside simulated ones, and the dilemmas."""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st

from pages.parts import evidence_judged, jobs, panels
from pages.parts.words import Words, plain
from simulation.analysis import claim_runs, claims, validation
from simulation.analysis.claimed import CLAIMS

DATA = validation.DATA
WANTED = "evidence.claims.wanted"
Told = dict[str, Any]


def stored(table: str) -> list[Told]:
    """Rows of a table of the last full validation; none if there has been none."""
    rows: list[Told] = _read(DATA, DATA.stat().st_mtime).get(table, []) if DATA.is_file() else []
    return rows


@lru_cache(maxsize=2)
def _read(path: Path, _changed: float) -> Told:
    return validation.read(path)


def show_claims(t: Words) -> None:
    """What the documents claim, the simulated counterpart, and whether the literature reaches that size."""
    st.markdown(t("evidence.claims_note"))
    found = stored("claims") or _computed(t)
    if not found:
        st.info(t("evidence.claims_empty"), icon=":material/info:")
        found = [_bare(claim) for claim in CLAIMS]
    else:
        counts = pd.Series([row["verdict"] for row in found]).value_counts()
        panels.say(t("evidence.claims_answer", supported=int(counts.get("supported", 0)), claims=len(found)))
    told = pd.DataFrame([_told(row, t) for row in found])
    widths = {t("evidence.claimed"): 340, t("evidence.simulated"): 170, t("evidence.verdict"): 150}
    columns: Any = {name: st.column_config.TextColumn(width=width) for name, width in widths.items()}
    st.dataframe(told, hide_index=True, alt=t("evidence.claims"), height="content", column_config=columns)
    if stored("claims"):
        provenance(t)
    st.markdown(f"##### {t('evidence.claims_how')}")
    for row in found:
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(row[f'claim_{t.language}'])}**")
            panels.points(
                [
                    t("evidence.claims_found", value=_figure(row, t), verdict=_verdict(row, t)),
                    t("evidence.claims_simulated", told=row[f"simulated_{t.language}"]),
                    t("evidence.claims_published", told=row[f"literature_{t.language}"]),
                ]
            )


def _computed(t: Words) -> list[Told]:
    if not st.session_state.get(WANTED):
        st.button(
            t("evidence.claims_compute"), key="evidence.claims.compute", type="primary", icon=":material/play_arrow:",
            on_click=st.session_state.__setitem__, args=(WANTED, True),
        )  # fmt: skip
        return []
    results = jobs.gather("claims", claim_runs.experiments(), t)
    rows: list[Any] = claims.table(results, CLAIMS).to_dict("records") if results else []
    return rows


def _bare(claim: claims.Claim) -> Told:
    nothing = dict.fromkeys(("ratio", "ratio_low", "ratio_high", "level", "level_low", "level_high"), math.nan)
    return {
        "id": claim.id, "claim_zh": claim.zh, "claim_en": claim.en, "source": claim.source, "kind": claim.kind,
        "simulated_zh": claim.simulated_zh, "simulated_en": claim.simulated_en, "literature_zh": claim.literature_zh,
        "literature_en": claim.literature_en, "verdict": None,
    } | nothing  # fmt: skip


def _told(row: Told, t: Words) -> dict[str, str]:
    return {
        t("evidence.claimed"): row[f"claim_{t.language}"],
        t("evidence.simulated"): _figure(row, t),
        t("evidence.verdict"): _verdict(row, t),
        t("evidence.flips"): evidence_judged.flips(row, t),
        t("evidence.documents"): t(f"evidence.document_{row['source']}"),
    }


def _verdict(row: Told, t: Words) -> str:
    verdict: Any = row.get("verdict")
    return claims.VERDICTS[verdict][0 if t.language == "zh" else 1] if verdict in claims.VERDICTS else "–"


def _figure(row: Told, t: Words) -> str:
    """Ratio or level with its interval, as the claim is made."""
    values = [row.get(f"{row['kind']}{end}") for end in ("", "_low", "_high")]
    if values[0] is None or math.isnan(values[0]):
        return "–"
    mean, low, high = (math.nan if value is None else float(value) for value in values)
    if row["kind"] == "ratio":
        return f"×{t.number(mean, 2)} [{t.number(low, 2)}, {t.number(high, 2)}]"
    if abs(mean) <= 1:
        return f"{t.percent(mean)} [{t.percent(low)}, {t.percent(high)}]"
    return f"{t.number(mean)} [{t.number(low)}, {t.number(high)}]"


def show_dilemmas(t: Words) -> None:
    """Signatures of the dilemmas, as the last full validation found them; nothing without one."""
    found = stored("dilemmas")
    if not found:
        return
    st.markdown(f"##### {t('evidence.dilemmas')}")
    panels.note(t("evidence.dilemmas_note"))
    rows = [
        evidence_judged.judged(
            row, row, _interval([row["value"], row["low"], row["high"]], t), t, fact=row[f"fact_{t.language}"],
            target=row["target"], source=row["source"], topic=row[f"dilemma_{t.language}"],
        )
        for row in found
    ]  # fmt: skip
    evidence_judged.show(rows, t("evidence.dilemmas"), "evidence.dilemmas.table", t)
    provenance(t)


def provenance(t: Words) -> None:
    """Where the stored tables come from."""
    if DATA.is_file():
        made = _read(DATA, DATA.stat().st_mtime).get("provenance", {})
        panels.note(
            t("evidence.provenance", engine=made.get("engine_version", "–"), created=str(made.get("created", "–"))[:10],
              people=made.get("people", "–"), seeds="–".join(str(seed) for seed in made.get("seeds", [])))
        )  # fmt: skip


def engine() -> str:
    """Version of the engine that the stored tables were made with; empty without any."""
    made = _read(DATA, DATA.stat().st_mtime).get("provenance", {}) if DATA.is_file() else {}
    return str(made.get("engine_version", ""))


def _interval(values: list[Any], t: Words) -> str:
    mean, low, high = (math.nan if value is None else float(value) for value in values)
    if math.isnan(low) or low == high:
        return t.number(mean, 3)
    return f"{t.number(mean, 3)} [{t.number(low, 3)}, {t.number(high, 3)}]"
