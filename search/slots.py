"""The parts of a request: what a stretch of the text means, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from graph.model.condition import Condition
from graph.model.text import Text

Sort = Literal["tag", "skill", "service", "kind", "label"]
"""What a concept is: a tag, a skill, a service item, a kind of node (`id` is its code), or every node of a label."""


@dataclass(frozen=True, slots=True, order=True)
class Concept:
    """Something of the graph that words stand for; `label` is the label of the nodes it selects."""

    sort: Sort
    label: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Committees by code, estates by id, and canonical address keys; whatever lies in one of them is in the place."""

    name: str
    areas: tuple[str, ...] = ()
    estates: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Who:
    """People by a condition on residents; `weak` when an explicit age in the same request replaces it.

    `named` says the condition in place of its own sentence (女性, not 性别为2).
    """

    condition: Condition
    weak: bool = False
    named: Text | None = None


@dataclass(frozen=True, slots=True)
class Concepts:
    """All that the words can stand for; matching any of them is matching the slot."""

    of: tuple[Concept, ...]


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many people the request is about, a least and a most number."""

    at_least: int
    at_most: int


@dataclass(frozen=True, slots=True)
class Question:
    """The request asks for a number (多少人)."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word that no dictionary knows: it is looked up in the full text of public labels."""

    word: str


Meaning = Place | Who | Concepts | HeadCount | Question | Word


@dataclass(frozen=True, slots=True)
class Slot:
    """One understood stretch `start:end` of the request's text."""

    start: int
    end: int
    text: str
    meaning: Meaning
    says: Text
    negated: bool = False
