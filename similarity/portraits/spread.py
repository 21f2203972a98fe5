"""How unlike the people of a group are: standard deviation and quartiles of numbers, entropy of kinds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from graph.model.text import Text
from similarity.features import Feature, Floats, Ints
from similarity.portraits.crowd import Crowd, Head, Share, numeric_of
from similarity.portraits.kernels import QUARTILES, facts, moments, quartiles
from similarity.portraits.people import YEAR, YEARS

BITS = Text(" 比特", "bits")
KINDS = {
    "age": Text("年龄段", "age bands"),
    "education": Text("文化程度", "education"),
    "marital": Text("婚姻状况", "marital status"),
}
"""Groups of shares of kinds that exclude each other; sensitive kinds have no entropy: few people would show in it."""
OVERLAPPING = ("age_60_up", "age_80_up")


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spread(Feature):
    """A figure about the known values of so many people, `among`."""

    among: Floats

    def take(self, rows: Ints) -> Feature:
        """Return the figure of some groups only."""
        return replace(self, values=self.values[rows], among=self.among[rows])


def spreads(who: Crowd) -> list[Feature]:
    """Return standard deviation and quartiles of age and of years of residence in each group."""
    age = np.where(who.age >= 0, who.age, np.nan).astype(np.float64)
    years = (who.day - who.since) / YEAR
    return [
        *_spread(who, age, head=Head("age", Text("年龄", "age"), "age")),
        *_spread(who, years, head=Head("years_here", Text("居住年数", "years of residence"), "residence")),
    ]


FIGURES = (
    ("deviation", Text("标准差", ": standard deviation")),
    ("quartile_1", Text("下四分位", ": lower quartile")),
    ("median", Text("中位数", ": median")),
    ("quartile_3", Text("上四分位", ": upper quartile")),
)


def _spread(who: Crowd, values: Floats, *, head: Head) -> list[Feature]:
    batch = facts(who.group, value=values)
    found, cuts = moments(batch), quartiles(batch)
    group, n = found["group"].to_numpy(), found["n"].to_numpy()
    among = np.zeros(len(who.residents))
    among[group] = n
    table = np.full((len(FIGURES), len(among)), np.nan)
    table[0, group] = np.where(n > 1, np.sqrt(found["squares"].to_numpy() / np.maximum(n - 1, 1)), np.nan)
    table[1:, group] = cuts["quartiles"].flatten().to_numpy().reshape(len(group), len(QUARTILES)).T
    made: list[Feature] = []
    for (name, title), row in zip(FIGURES, table, strict=True):
        value = numeric_of(Head(f"{head.name}_{name}", head.title + title, head.group), row)
        made.append(Spread(*value, (), who.observed, head.group, unit=YEARS, among=among))
    return made


def entropies(who: Crowd, found: list[Feature]) -> list[Feature]:
    """Return the entropy of the kinds of each group, in bits; `found` holds their shares.

    The estimate of Miller and Madow (1955): the plain one plus (kinds present - 1) / (2 n ln 2), because few people
    show few kinds.
    """
    made: list[Feature] = []
    for group, title in KINDS.items():
        shares = [f for f in found if isinstance(f, Share) and f.group == group and f.name not in OVERLAPPING]
        if shares:
            named = Text(f"{title.zh}的熵", f"entropy of {title.en}")
            head = Head(f"{group}_entropy", named, group)
            among = shares[0].among
            value = entropy_of_kinds(np.stack([s.counts for s in shares]), among)
            made.append(Spread(*numeric_of(head, value), (), who.observed, group, unit=BITS, among=among))
    return made


def entropy_of_kinds(counts: Floats, among: Floats) -> Floats:
    """Return Miller and Madow's entropy, in bits, of the columns of (kinds, groups); what is missing of `among` is one more kind."""
    kinds = np.vstack([counts, among - counts.sum(axis=0)])
    n = np.where(among > 0, among, np.nan)
    share = kinds / n
    plain = -np.sum(share * np.log2(np.where(share > 0, share, 1.0)), axis=0)
    return np.asarray(plain + ((kinds > 0).sum(axis=0) - 1) / (2 * n * np.log(2)))
