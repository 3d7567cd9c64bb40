from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from pages.parts import charts_answers, desk_queries
from pages.parts.words import LANGUAGES, Words
from simulation.analysis import query, schema
from simulation.eventlog import EventLog, record
from simulation.eventlog_columns import TABLES
from tests.pages.test_evidence_page import ready
from tests.pages.test_pages import opened, served, sound, until
from tests.worlds import CONTACT, small

__all__ = ["served"]
both = pytest.mark.parametrize("language", LANGUAGES)


@both
def test_the_log_is_shown_queried_and_taken_away(language: str) -> None:
    t = Words(language)
    app = until(opened("desk", language), ready(2))
    sound(app)
    assert len(app.selectbox(key="desk.table").options) == len(TABLES)
    for name in TABLES:
        app.selectbox(key="desk.table").select(name).run()
        sound(app)
        assert list(app.dataframe[0].value.columns) == [column.name for column in TABLES[name].columns]
    assert len(app.get("download_button")) == 3
    app.button(key="desk.ask").click().run()
    until(app, ready(3))
    assert {"week", "orders", "paid"} == set(app.dataframe[-1].value.columns)
    app.selectbox(key="desk.mark").select("bar").run()
    sound(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.selectbox(key="desk.example").select_index(3).run()
    assert "inviter" in str(app.text_area(key="desk.sql").value)
    app.text_area(key="desk.sql").set_value("DROP TABLE members").run()
    app.button(key="desk.ask").click().run()
    until(app, lambda app: bool(app.error or app.exception))
    assert not app.exception
    assert t("errors.query_not_select") == app.error[0].value and "⟦" not in app.error[0].value
    app.text_area(key="desk.sql").set_value("SELECT COUNT(*) AS n FROM posts").run()
    app.button(key="desk.ask").click().run()
    sound(until(app, ready(3)))


@both
@pytest.mark.parametrize(
    ("study", "tables", "charts"), [("cohorts", 1, 1), ("demand", 2, 0), ("network", 3, 0), ("absence", 0, 1)]
)
def test_every_study_of_the_desk(language: str, study: str, tables: int, charts: int) -> None:
    app = opened("desk", language)
    app.segmented_control(key="desk.view").set_value(study).run()
    until(app, lambda app: not app.get("skeleton") and len(app.dataframe) == tables)
    sound(app)
    assert len(app.get("vega_lite_chart")) == charts
    for table in app.dataframe:
        assert not any("⟦" in str(head) for head in table.value.columns)


@both
def test_a_desk_is_found_again_by_its_address(language: str) -> None:
    t, asked = Words(language), "SELECT COUNT(*) AS n FROM posts"
    app = until(opened("desk", language), ready(2))
    app.selectbox(key="desk.table").select("votes").run()
    app.selectbox(key="desk.weeks").set_value(26).run()
    app = until(app, ready(2))
    app.text_area(key="desk.sql").set_value(asked).run()
    again = opened("start", language)
    for name in app.query_params:
        again.query_params[name] = "".join(app.query_params[name])
    again = until(again.switch_page("pages/desk.py").run(), ready(2))
    sound(again)
    assert again.selectbox(key="desk.table").value == "votes" and again.selectbox(key="desk.weeks").value == 26
    assert again.text_area(key="desk.sql").value == asked
    assert "desk.asked" not in again.session_state, "a link asks nothing by itself"
    again.selectbox(key="desk.example").select_index(1).run()
    assert "sql" not in again.query_params and "".join(again.query_params["example"]) == "1"
    wrong = opened("start", language)
    nonsense = {"plan": "nobody", "seed": "1001", "weeks": "7", "view": "<b>"}
    for name, value in nonsense.items():
        wrong.query_params[name] = value
    wrong.switch_page("pages/desk.py").run()
    assert len(wrong.warning) == len(nonsense) and not wrong.exception
    assert t("desk.seed") in wrong.warning[2].value and "1,000" in wrong.warning[2].value.replace("\\", "")


@both
def test_another_world_gives_another_log(language: str) -> None:
    app = until(opened("desk", language), ready(2))
    first = app.dataframe[0].value
    app.number_input(key="desk.seed").set_value(2).run()
    until(app, ready(2))
    assert not app.dataframe[0].value.equals(first)
    app.selectbox(key="desk.scenario").select("cdnow").run()
    app.selectbox(key="desk.plan").select("neutral").run()
    sound(until(app, ready(2)))
    for study in ("cohorts", "demand", "network", "absence"):
        app.segmented_control(key="desk.view").set_value(study).run()
        sound(until(app, lambda app: not app.get("skeleton")))


@pytest.fixture(scope="module")
def short() -> EventLog:
    return record(small(CONTACT), 1, 10)


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_the_bundle_holds_every_table_and_the_dictionary(kind: str, short: EventLog) -> None:
    with zipfile.ZipFile(io.BytesIO(desk_queries.bundle(short, kind, "tested", "en"))) as archive:
        assert set(archive.namelist()) == {f"{name}.{kind}" for name in TABLES} | {
            f"dictionary_{language}.csv" for language in LANGUAGES
        } | ({desk_queries.NOTEBOOK} if kind == "parquet" else set())
        with archive.open(f"orders.{kind}") as file:
            read = pd.read_parquet(io.BytesIO(file.read())) if kind == "parquet" else pd.read_csv(file)
    assert read["orders"].sum() == short["orders"]["orders"].sum()


@both
def test_the_notebook_runs_beside_the_exported_tables(
    language: str, short: EventLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(io.BytesIO(desk_queries.bundle(short, "parquet", "tested", language))) as archive:
        archive.extractall(tmp_path)
    book = nbformat.read(tmp_path / desk_queries.NOTEBOOK, 4)
    nbformat.validate(book)
    assert "`tested`" in book.cells[0].source
    monkeypatch.chdir(tmp_path)
    space: dict[str, Any] = {}
    drawn = [cell.source for cell in book.cells if cell.cell_type == "code" and ".plot(" not in cell.source]
    for source in drawn:
        exec(compile(source, "cell", "exec"), space)
    weekly = space["ask"](query.EXAMPLES[0][2])
    assert weekly["orders"].sum() == short["orders"]["orders"].sum()
    assert space["people"]["segment"].nunique() == space["k"]


def test_a_chart_of_an_answer_keeps_strange_names_and_few_colours() -> None:
    frame = pd.DataFrame({"a.b[0]": range(30), "paid": range(30), "who": [f"p{k}" for k in range(30)]})
    figure = charts_answers.answer(frame, "point", "a.b[0]", "paid", "who", Words("en"))
    assert figure.title == "paid by a.b[0]" and "30 rows" in figure.alt
    rows = next(iter(figure.spec["datasets"].values()))
    assert len(rows) == 30 and len({row["colour"] for row in rows}) == charts_answers.MOST_COLOURS + 1


def test_the_diagram_names_every_table_and_column() -> None:
    told = schema.diagram()
    for table in TABLES.values():
        assert f"    {table.name} {{" in told and (table.name == "members" or f"o{{ {table.name} :" in told)
        assert all(f" {column.name}" in told for column in table.columns)
