from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from graph.model.text import Lang, Text
from similarity.backtest.lift_svg import HEIGHT, WIDTH, lift_svg
from similarity.backtest.trials import Plan, splits
from tests.unit.similarity.tables import planted

SVG = "{http://www.w3.org/2000/svg}"


def picture(n: int = 400, *, lang: Lang = "en", rule: Text | None = None) -> str:
    features, positives = planted(n=n, positives=max(n // 10, 2))
    rankings = {rule: np.arange(float(n))} if rule else {}
    return lift_svg(splits(features, positives, plan=Plan(rankings=rankings, repeats=2)), lang=lang)


def parsed(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - text of our own


@pytest.mark.parametrize("n", [12, 25, 400, 2000])
def test_every_picture_is_valid_and_stays_inside_its_frame(n: int) -> None:
    root = parsed(picture(n))
    assert root.get("viewBox") == f"0 0 {WIDTH} {HEIGHT}"
    for line in root.iter(f"{SVG}polyline"):
        xs = [float(p.split(",")[0]) for p in (line.get("points") or "").split()]
        assert all(0 <= x <= WIDTH for x in xs)
        assert xs == sorted(xs)
    for text in root.iter(f"{SVG}text"):
        assert 0 <= float(text.get("x") or -1) <= WIDTH
        assert 0 <= float(text.get("y") or -1) <= HEIGHT
    assert len(list(root.iter(f"{SVG}polygon"))) == 1


def test_words_are_of_one_language() -> None:
    english, chinese = picture(lang="en"), picture(lang="zh")
    assert not re.search("[\u4e00-\u9fff]", english)
    words = " ".join(t.text or "" for t in parsed(chinese).iter(f"{SVG}text"))
    assert not re.search("[A-Za-z]{2,}", words)
    assert "随机" in words


def test_a_rule_of_any_name_is_written_safely() -> None:
    root = parsed(picture(rule=Text("<甲>&", '<b onload="x">&')))
    assert any(t.text == '<b onload="x">&' for t in root.iter(f"{SVG}text"))


def test_the_same_card_gives_the_same_bytes() -> None:
    assert picture() == picture()


def test_a_line_drawn_is_the_lift_of_the_card() -> None:
    features, positives = planted()
    card = splits(features, positives, plan=Plan(repeats=2))
    root = parsed(lift_svg(card, lang="en"))
    marks = [float(c.get("cy") or 0) for c in root.iter(f"{SVG}circle")]
    labels = [t.text for t in root.iter(f"{SVG}text") if "font-weight:600" in (t.get("style") or "")][1:]
    lifts = [card.outcomes[0].at(k).lift.value for k in card.lengths]
    assert labels == [f"{v:.1f}" for v in lifts]
    assert np.argsort(marks, kind="stable").tolist() == np.argsort([-v for v in lifts], kind="stable").tolist()
