"""A Jupyter notebook that reads the tables of an exported log and asks the desk's example questions again."""

from __future__ import annotations

import json
from typing import Any

from simulation.analysis import query
from simulation.eventlog import EventLog

_NEEDED = "`pip install duckdb pandas pyarrow scikit-learn matplotlib`"
_WORDS = {
    "zh": {
        "title": "# 事件日志\n\n场景 `{scenario}`，方案 `{plan}`，随机种子 {seed}，{weeks} 周。"
        f"把本文件和各个 `.parquet` 放在同一个文件夹，从上到下运行。需要的库：{_NEEDED}。",
        "read": "## 读入各表\n\n每张表是一个 DataFrame；含义见 `dictionary_zh.csv`。",
        "chart": "## 一张图：每周的订单",
        "clusters": "## 用聚类找人群\n\n每人的订单与帖子，取对数、标准化，再分成几群。k 是你的选择。",
    },
    "en": {
        "title": "# Event log\n\nScenario `{scenario}`, plan `{plan}`, seed {seed}, {weeks} weeks. Keep this file in "
        f"one folder with the `.parquet` files and run it from top to bottom. It needs {_NEEDED}.",
        "read": "## Read the tables\n\nEach table is a DataFrame; its columns are explained in `dictionary_en.csv`.",
        "chart": "## A chart: orders by week",
        "clusters": "## Segments by clustering\n\nOrders and posts per person, logarithms, standardised, cut into "
        "groups. k is your choice.",
    },
}
_READ = """from pathlib import Path

import duckdb
import pandas as pd

tables = {file.stem: pd.read_parquet(file) for file in sorted(Path(".").glob("*.parquet"))}
base = duckdb.connect()
for name, frame in tables.items():
    base.register(name, frame)


def ask(sql):
    return base.execute(sql).df()


{name: len(frame) for name, frame in tables.items()}"""
_CHART = 'tables["orders"].groupby("week")["orders"].sum().plot(ylabel="orders", figsize=(8, 3))'
_CLUSTERS = """import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

k = 4
people = pd.DataFrame(index=tables["members"]["person"].unique())
for name in ("orders", "posts"):
    people[name] = tables[name].groupby("person")[name].sum().reindex(people.index, fill_value=0)
scaled = StandardScaler().fit_transform(np.log1p(people))
people["segment"] = KMeans(k, n_init=10, random_state=1).fit_predict(scaled)
people["here"] = tables["members"].groupby("person")["left"].apply(lambda left: left.isna().any())
people.groupby("segment").mean().assign(people=people.groupby("segment").size())"""


def notebook(log: EventLog, plan: str, language: str) -> bytes:
    """The notebook as a file.

    Args:
        log: What it will read; only its provenance is written down, the data are in the exported Parquet files.
        plan: Name of the plan that was recorded.
        language: ``zh`` or ``en``.

    Returns:
        JSON of the notebook format 4.5.
    """
    words = _WORDS["zh" if language == "zh" else "en"]
    about = {"scenario": log.scenario, "plan": plan, "seed": log.seed, "weeks": log.weeks}
    cells = [("markdown", words["title"].format(**about)), ("markdown", words["read"]), ("code", _READ)]
    for zh, en, sql in query.EXAMPLES:
        cells += [("markdown", f"## {zh if language == 'zh' else en}"), ("code", f'ask("""{sql}""")')]
    cells += [("markdown", words["chart"]), ("code", _CHART), ("markdown", words["clusters"]), ("code", _CLUSTERS)]
    written: dict[str, Any] = {
        "cells": [_cell(place, kind, text) for place, (kind, text) in enumerate(cells)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(written, ensure_ascii=False, indent=1).encode()


def _cell(place: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": kind, "id": f"cell-{place}", "metadata": {}, "source": text}
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}
