"""Three witnesses of a demand on one card: what the data show, what a survey heard, who came; with intervals.

Each speaks of a share: of the people whom it is about, how many show the demand in the data (exact but for unknown
facts); of those asked, how many agreed (Wilson, corrected for a known population); of the places offered, how many were
taken (the ratio estimator of Cochran 1977, section 6, with Student's t over activities, because people come in groups).

Two witnesses are in conflict when their 95 % intervals do not meet. Two intervals of like width that do not meet differ
at a level of about 0.6 %; against a share without error (full data) it is 5 %. `firm` tells whether they still do not
meet when widened for the number of pairs on the card (Bonferroni), which keeps the chance of any false alarm under 5 %.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist
from typing import Any

import numpy as np

from graph.model.text import Text
from similarity.features import Floats
from similarity.metrics import Z95
from similarity.turnout.interviews import MoreInterviews, interval, more_interviews

DATA, SURVEY, ATTENDANCE = "data", "survey", "attendance"
TITLES = {DATA: Text("数据", "data"), SURVEY: Text("调查", "survey"), ATTENDANCE: Text("到场", "attendance")}
CHECK = Text(
    "有矛盾时，先核对对象、时间和问法是否一致，再决定是否多问",
    "where sources conflict, first see whether they mean the same people, time and question, then ask more",
)
LEAST_ACTIVITIES = 3  # with fewer, how much activities differ among each other is not known
LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Evident:
    """What the data show: of `people`, `surely` show the demand and `possibly` might, for all that is not known."""

    people: int
    counted: int
    surely: int
    possibly: int


@dataclass(frozen=True, slots=True)
class Answers:
    """What a survey heard: `agreed` of `asked`, from a `population` (None: not known)."""

    agreed: int
    asked: int
    population: int | None

    @property
    def frame(self) -> int | None:
        """The population by which to correct: none where more were asked than it holds, for then it is another one."""
        return None if self.population is None or self.population < self.asked else self.population


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """What activities saw: places and head count of each."""

    places: Floats
    attended: Floats


Witness = Evident | Answers | Places


@dataclass(frozen=True, slots=True)
class Source:
    """One witness: `count` of `total`, the share, the ends of its 95 % interval, and the sentence for the reader."""

    kind: str
    count: int
    total: int
    share: float
    low: float
    high: float
    says: Text

    def to_json(self) -> dict[str, Any]:
        """Return the source as a JSON value."""
        shares = {k: round(getattr(self, k), 6) for k in ("share", "low", "high")}
        texts = {"zh": self.says.zh, "en": self.says.en}
        return {"kind": self.kind, "count": self.count, "total": self.total} | shares | texts


@dataclass(frozen=True, slots=True)
class Pair:
    """Whether two sources agree: their intervals `meet`; a conflict is `firm` when it outlives Bonferroni."""

    one: str
    other: str
    meet: bool
    firm: bool

    def sentence(self) -> Text:
        """Say how the two stand to each other."""
        both = Text(
            f"{TITLES[self.one].zh}与{TITLES[self.other].zh}", f"{TITLES[self.one].en} and {TITLES[self.other].en}"
        )
        if self.meet:
            return both + Text("：区间相交，不矛盾", ": the intervals meet, no conflict")
        if self.firm:
            return both + Text(
                "：矛盾，区间不相交（多重比较校正后仍成立）",
                ": CONFLICT, the intervals do not meet (nor when corrected for the number of pairs)",
            )
        return both + Text("：矛盾，但多重比较校正后区间相交", ": conflict, though the corrected intervals meet")

    def to_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON value."""
        said = self.sentence()
        names = {"one": self.one, "other": self.other}
        return names | {"conflict": not self.meet, "firm": self.firm, "zh": said.zh, "en": said.en}


@dataclass(frozen=True, slots=True)
class Card:
    """The card: sources, their comparisons, and the interviews that would decide."""

    sources: tuple[Source, ...]
    pairs: tuple[Pair, ...]
    against_threshold: MoreInterviews | None
    against_data: MoreInterviews | None

    @property
    def conflict(self) -> bool:
        """Whether two sources contradict each other."""
        return any(not pair.meet for pair in self.pairs)

    def to_json(self) -> dict[str, Any]:
        """Return the card as a JSON value."""
        more = {"threshold": self.against_threshold, "data": self.against_data}
        return {
            "sources": [s.to_json() for s in self.sources],
            "pairs": [p.to_json() for p in self.pairs],
            "conflict": self.conflict,
            "interviews": {k: None if v is None else v.to_json() for k, v in more.items()},
        }

    def sentences(self) -> list[Text]:
        """Return the card as sentences for a door."""
        lines = [s.says for s in self.sources] + [p.sentence() for p in self.pairs]
        for more, against in (
            (self.against_threshold, Text("界限", "the threshold of")),
            (self.against_data, Text("数据的", "the data's")),
        ):
            if more is not None:
                lines.append(interviews_said(more, against))
        return [*lines, CHECK] if self.conflict else lines


def triangulate(witnesses: list[Witness], *, threshold: float = 0.5) -> Card:
    """Put witnesses on one card and compare every pair; `threshold` is the share from which the demand counts."""
    pairs = list(combinations(range(len(witnesses)), 2))
    z = NormalDist().inv_cdf(1 - (1 - LEVEL) / (2 * max(len(pairs), 1)))
    sources = [source(witness) for witness in witnesses]
    wide = [source(witness, z=z) for witness in witnesses]
    compared = tuple(
        Pair(sources[i].kind, sources[j].kind, _meet(sources[i], sources[j]), not _meet(wide[i], wide[j]))
        for i, j in pairs
    )
    answers = next((w for w in witnesses if isinstance(w, Answers)), None)
    share = next((s.share for s in sources if s.kind == DATA), None)
    return Card(tuple(sources), compared, _more(answers, threshold), _more(answers, share))


def _more(answers: Answers | None, threshold: float | None) -> MoreInterviews | None:
    if answers is None or threshold is None:
        return None
    return more_interviews(answers.agreed, answers.asked, threshold=threshold, population=answers.frame)


def _meet(one: Source, other: Source) -> bool:
    return max(one.low, other.low) <= min(one.high, other.high)


def source(witness: Witness, *, z: float = Z95) -> Source:
    """Return what a witness says, with its interval at the level of `z`."""
    match witness:
        case Evident(people, counted, surely, possibly):
            ends = (surely / people, possibly / people)
            return _source(DATA, (counted, people), ends, _open(ends))
        case Answers(agreed, asked, population):
            ends = interval(agreed, asked, population=witness.frame, z=z)
            return _source(SURVEY, (agreed, asked), ends, _frame(asked, population))
        case Places(places, attended):
            taken = np.minimum(attended, places)
            ends = ratio_interval(taken, places, z=z)
            full = int((attended >= places).sum())
            note = Text(f"（{len(places)} 场，{full} 场满员）", f" ({len(places)} activities, {full} of them full)")
            if len(places) < LEAST_ACTIVITIES:
                note += Text("，场次太少，定不出区间", ", too few for an interval")
            return _source(ATTENDANCE, (int(taken.sum()), int(places.sum())), ends, note)


def _source(kind: str, counts: tuple[int, int], ends: tuple[float, float], note: Text) -> Source:
    count, total = counts
    share, (low, high) = count / total, ends
    head, facts = _HEADS[kind], {"k": count, "n": total, "p": share, "a": low, "b": high}
    return Source(kind, count, total, share, low, high, head.fill(**facts) + note)


_HEADS = {
    DATA: Text("数据：{n} 人中 {k} 人（{p:.1%}）", "data: {k} of {n} people ({p:.1%})"),
    SURVEY: Text(
        "调查：问 {n} 人，{k} 人肯定（{p:.1%}，95% 区间 {a:.1%} 至 {b:.1%}）",
        "survey: {k} of {n} asked said yes ({p:.1%}, 95 % interval {a:.1%} to {b:.1%})",
    ),
    ATTENDANCE: Text(
        "到场：{n} 个名额用了 {k} 个（{p:.1%}，95% 区间 {a:.1%} 至 {b:.1%}）",
        "attendance: {k} of {n} places taken ({p:.1%}, 95 % interval {a:.1%} to {b:.1%})",
    ),
}


def _open(ends: tuple[float, float]) -> Text:
    """Say how far unknown facts could move the data's share."""
    if ends[0] == ends[1]:
        return Text("，所需事实都已知", ", every fact needed is known")
    said = "{a:.1%} 至 {b:.1%}", "{a:.1%} to {b:.1%}"
    return Text(f"，因未知事实可能在 {said[0]}", f", with the unknown facts {said[1]}").fill(a=ends[0], b=ends[1])


def _frame(asked: int, population: int | None) -> Text:
    if population is None:
        return Text("", "")
    if population < asked:
        return Text(
            f"；问的人多于数据中的对象 {population} 人，总体未必一致，未作校正",
            f"; more were asked than the data know ({population}): the two may not speak of the same people, not corrected",
        )
    return Text(f"，已按总体 {population} 人校正", f", corrected for the population of {population}")


def ratio_interval(taken: Floats, places: Floats, *, z: float = Z95) -> tuple[float, float]:
    """Return the interval of sum(taken) / sum(places) over activities, inside 0 to 1; all of it with too few of them."""
    n = len(places)
    if n < LEAST_ACTIVITIES:
        return 0.0, 1.0
    from scipy.special import stdtrit

    share = float(taken.sum() / places.sum())
    apart = taken - share * places
    spread = math.sqrt(float((apart**2).sum()) / (n - 1) / n) / float(places.mean())
    half = float(stdtrit(n - 1, NormalDist().cdf(z))) * spread
    return max(0.0, share - half), min(1.0, share + half)


def interviews_said(more: MoreInterviews, against: Text) -> Text:
    """Say how many interviews decide against a threshold."""
    head = Text(f"相对于{against.zh} {more.threshold:.1%}：", f"against {against.en} {more.threshold:.1%}: ")
    if more.decided:
        return head + Text("已可判断，不必再问", "decided, nobody more need be asked")
    if more.planned is None and more.unchanged is None:
        return head + Text("再问也判断不了", "asking more will not decide")
    now = Text("不定", "never") if more.unchanged is None else Text(f"{more.unchanged} 人", f"{more.unchanged}")
    safe = Text("全部", "everybody") if more.planned is None else Text(f"{more.planned} 人", f"{more.planned}")
    return head + Text(
        f"若比例不变，再问 {now.zh}即可判断；要有八成把握，再问 {safe.zh}",
        f"{now.en} more interviews decide if answers stay as they are, {safe.en} with a chance of 80 %",
    )
