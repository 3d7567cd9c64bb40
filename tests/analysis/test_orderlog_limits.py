"""Files that are too large, too wide, broken or no order log at all."""

from __future__ import annotations

import random
import time

import numpy as np
import pytest

from simulation.analysis import orderlog
from simulation.errors import LabError
from tests.analysis.test_orderlog import CHINESE, GOOD, read, refusal, refused


def test_files_refused_as_a_whole() -> None:
    assert refusal(b"").key == refusal(b" \n\n").key == refusal("customer,date,amount\n").key == "log_empty"
    assert refusal("customer,date,amount\na,2026-01-01,5\n").key == "log_one_row"
    wrong = refusal("name,colour,city\n" + "ann,red,rome\nbob,blue,oslo\n" * 9)
    assert wrong.key == "log_no_columns" and "date" in wrong.values["missing"] and "city" in wrong.values["columns"]
    assert refusal("customer,date,amount\na,2026-01-01,-5\nb,2027-01-01,5\n").key == "log_nothing_left"
    for data in (b"PK\x03\x04" + b"\x00" * 99, b"PAR1....", b"\x00\x01\x02" * 99, bytes(range(256)) * 9):
        assert refusal(data).key == "log_unreadable"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b",".join([b"x"] * 1_000_000) + b"\n1,2\n", "log_too_large"),
        (b"1 " * 1_000_000, "log_too_large"),
        (b"\n" * 20_000_000, "log_empty"),
        (b"c,date,amount" + b"\n" * 20_000_000, "log_too_large"),
        (b"c,2026-01-01,5\n" * 1_000_100, "log_too_large"),
        (GOOD.encode() + b"x" * 10_000_000, "log_unreadable"),
        (GOOD.encode() + b"x" * 150_000 + b"\n", "log_unreadable"),
    ],
)
def test_oversized_files_are_refused_fast(data: bytes, key: str) -> None:
    start = time.process_time()
    assert refusal(data).key == key
    assert time.process_time() - start < 1


def test_a_wide_row_is_one_refused_row() -> None:
    log = read(GOOD.encode() + b",".join([b"x"] * 1_000_000) + b"\n")
    assert refused(log) == {"wrong_width": 1}


def test_more_rows_or_bytes_than_allowed() -> None:
    assert refusal(GOOD, max_rows=10).values == {"what": "rows", "limit": 10}
    assert read(GOOD, max_rows=30).report.rows_kept == 30


def test_random_damage_never_ends_in_a_traceback() -> None:
    luck = random.Random(4)
    seeds = [GOOD.encode(), CHINESE.encode("gbk"), GOOD.encode("utf-16"), orderlog.CDNOW.read_bytes()[:2000]]
    pieces = [
        b'"',
        b",",
        b"\n",
        b"\r",
        b"\x00",
        b"\xff",
        b"1e999",
        b"-inf",
        b"0000-00-00",
        b"99/99/9999",
        b"e5",
        b"\xe5",
    ]
    for _ in range(400):
        data = bytearray(luck.choice(seeds))
        for _ in range(luck.randint(1, 10)):
            place = luck.randrange(len(data))
            data[place : place + luck.randint(0, 20)] = luck.choice(pieces)
        try:
            read(bytes(data))
            orderlog.preview(bytes(data))
        except LabError as error:
            assert error.key.startswith("log_")


@pytest.mark.slow
def test_a_million_rows() -> None:
    luck = np.random.default_rng(1)
    who, day = luck.integers(0, 200_000, 1_000_000), luck.integers(0, 700, 1_000_000)
    days = (np.datetime64("2024-01-01") + np.arange(700)).astype(str)
    lines = [f"{k},u{a},{days[b]} 10:2{k % 10},{k % 997}.5" for k, (a, b) in enumerate(zip(who, day, strict=True))]
    data = ("order,user_id,paid_time,amount\n" + "\n".join(lines)).encode()
    start = time.process_time()
    log = read(data)
    assert log.report.rows_kept == 1_000_000
    assert time.process_time() - start < 20
