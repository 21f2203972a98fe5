"""Conditions on the people of the sample: who is meant by a rule tag or a programme, as the graph will say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from graph.model.codes import table
from graph.model.condition import Age, AllOf, AnyOf, Condition, Is, LivesAlone, Not, Tagged

from .draws import Bools, Words
from .people import People
from .traits import Traits


@dataclass(frozen=True, slots=True)
class Crowd:
    """The people with the tags that they carry so far; `codes` are coded properties, one text a resident."""

    people: People
    codes: Mapping[str, Words | Bools]
    tags: Mapping[str, Bools] = field(default_factory=dict)

    def where(self, condition: Condition) -> Bools:
        """Return for whom the condition holds on AS_OF; shape (people,)."""
        match condition:
            case AllOf(of):
                return np.logical_and.reduce([self.where(c) for c in of])
            case AnyOf(of):
                return np.logical_or.reduce([self.where(c) for c in of])
            case Not(of):
                return ~self.where(of)
            case Age(low, high):
                age = self.people.age
                return np.asarray((age >= (low or 0)) & (age <= (200 if high is None else high)))
            case Is(name, values):
                return np.isin(self.codes[name], np.array(values))
            case Tagged(tag):
                return self.tags[tag]
            case LivesAlone(alone):
                return np.asarray(self.people.living & (_alone(self.people) == alone))
            case _:
                raise TypeError(condition)  # the sample's own rules use no other kind


def _alone(people: People) -> Bools:
    counts = np.bincount(people.dwelling[people.living], minlength=int(people.dwelling.max()) + 2)
    return np.asarray(counts[people.dwelling] == 1)


def codes(people: People, traits: Traits) -> dict[str, Words | Bools]:
    """Return the coded properties by their names in the schema, with GB/T codes as the loaders store them.

    Of those who are only registered here no register tells schooling, marriage or party: "".
    """
    here = people.registered >= 0
    one = people.living & (people.registered == people.dwelling)
    residence = np.where(one, "both", np.where(people.living & here, "apart", np.where(here, "registered", "living")))

    def known(name: str, words: Words) -> Words:
        return np.where(people.living, _coded(name, words), "").astype(object)

    return {
        "sex": np.array(["0", "1", "2"], object)[people.sex],
        "retired": traits.retired,
        "residence": residence.astype(object),
        "politics": known("gbt4762", traits.politics),
        "marital": known("gbt2261.2", traits.marital),
        "education": known("gbt4658", traits.education),
    }


def _coded(name: str, words: Words) -> Words:
    found = {w: table(name).code(w) if w else "" for w in set(words.tolist())}
    return np.array([found[w] for w in words.tolist()], object)
