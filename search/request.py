"""A request in words, understood: text → `Request`.

The text is levelled (`writing.plain`), then each reader takes its slots and masks them: places, ages, head counts, the
dictionary, and at last single words for the full text. What nobody took is listed as unread, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from graph.model.condition import Age, AllOf, AnyOf, Between, Condition, Not, Tagged, sentence
from graph.model.errors import RequestUnfit
from graph.model.relationships import SCHEMA
from graph.model.text import Text, joined
from search.ages import ages
from search.counts import counts
from search.places import places
from search.slots import Concept, Concepts, HeadCount, Place, Question, Slot, Who, Word
from search.writing import plain

if TYPE_CHECKING:
    from search.vocabulary import Vocabulary

MOST_CHARACTERS = 500
MOST_NAMED = 4
"""Concepts named in the sentence of a slot; more are counted."""
_TAKEN = "\0"
_NOT_BEFORE = re.compile(
    r"(?:没有|没|无|非|不是|不属于|不含|不包括|不包含|不要|不在|不住在|不会|除了|除去|除|排除|去掉|剔除)[\s是在]*$"
)
_NOT_AFTER = re.compile(r"^(?:以外|之外|除外)")
_WANTING = "需要"
_JOINED = re.compile(r"^\s*(?:、|和|与|及|以及|或|或者|/)\s*$")
_TIME = re.compile(
    r"(?:每?(?:周|星期|礼拜)[一二三四五六日天末]|今天|明天|后天|昨天|上午|下午|早上|晚上|中午|傍晚|本周|下周|本月|下月|"
    r"月底|年底|\d{1,2}(?::\d{2}|点半?)|\d{4}年|\d{1,2}月|\d{1,2}[日号])+"
)
_WORD = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff]+")
_READABLE = re.compile(r"[\w]")


@dataclass(frozen=True, slots=True)
class Request:
    """What was understood of a text; the slots' offsets count in `read`, the levelled text."""

    text: str
    read: str
    slots: tuple[Slot, ...]
    unread: tuple[str, ...]

    @property
    def people(self) -> Condition | None:
        """The condition on residents, None when the request says nothing about people."""
        return crowd(self)

    @property
    def head_count(self) -> HeadCount | None:
        """The first head count of the text."""
        return next((s.meaning for s in self.slots if isinstance(s.meaning, HeadCount)), None)

    @property
    def asks_number(self) -> bool:
        """True when the text asks how many people."""
        return any(isinstance(s.meaning, Question) for s in self.slots)

    def places(self, *, negated: bool = False) -> list[Place]:
        """Return the places named (or, with `negated`, shut out)."""
        return [s.meaning for s in self.slots if isinstance(s.meaning, Place) and s.negated == negated]


def read(text: str, vocabulary: Vocabulary) -> Request:
    """Understand a request; raises `RequestUnfit` for an empty, huge or unreadable text."""
    written = _checked(text)
    slots = list(places(written, vocabulary.places))
    for reader in (ages, counts):
        slots += list(reader(_masked(written, slots)))
    slots += _dictionary(_TIME.sub(_blank, _masked(written, slots)), vocabulary)
    understood = _negated(sorted(slots, key=lambda s: s.start), written)
    words, unread = _rest(written, understood, vocabulary=vocabulary)
    return Request(text, written, tuple(sorted([*understood, *words], key=lambda s: s.start)), tuple(unread))


def _checked(text: str) -> str:
    if len(text) > MOST_CHARACTERS:
        raise RequestUnfit(
            Text(f"超过{MOST_CHARACTERS}个字（{len(text)}）", f"it has {len(text)} characters, over {MOST_CHARACTERS}")
        )
    written = plain(text)
    if not _READABLE.search(written):
        raise RequestUnfit(Text("没有可读的文字", "there is nothing to read in it"))
    if len(written) > MOST_CHARACTERS:
        raise RequestUnfit(Text("含有展开后过长的字符", "its characters expand to far too many"))
    return written


def _blank(m: re.Match[str]) -> str:
    return _TAKEN * len(m[0])


def _masked(text: str, slots: Iterable[Slot]) -> str:
    """Blank out what the slots hold; all offsets stay."""
    for slot in slots:
        text = text[: slot.start] + _TAKEN * (slot.end - slot.start) + text[slot.end :]
    return text


def _dictionary(text: str, vocabulary: Vocabulary) -> list[Slot]:
    return [
        Slot(start, end, text[start:end], entry, _says(text[start:end], entry))
        for start, end, entry in vocabulary.matches(text)
        if entry is not None
    ]


_SORTS = {
    "tag": Text("标签“{name}”", "tag “{name}”"),
    "skill": Text("技能“{name}”", "skill “{name}”"),
    "service": Text("服务事项“{name}”", "service item “{name}”"),
    "kind": Text("{label_zh}类型“{name}”", "{label} of the kind “{name}”"),
    "label": Text("任何{label_zh}", "any {label}"),
}


def _says(word: str, meaning: Concepts | Who) -> Text:
    if isinstance(meaning, Who):
        said = meaning.named or sentence(meaning.condition)
        return Text(f"{word}（{said.zh}）", f"{word} ({said.en})")
    return named(meaning.of)


def named(concepts: Sequence[Concept]) -> Text:
    """Say what concepts are, the first few by name."""
    said = [_concept(c) for c in concepts[:MOST_NAMED]]
    if len(concepts) > MOST_NAMED:
        said.append(Text(f"共{len(concepts)}项", f"{len(concepts)} in all"))
    return joined(said, "、", ", ")


def _concept(concept: Concept) -> Text:
    title = SCHEMA.label[concept.label].title
    return _SORTS[concept.sort].fill(name=concept.name, label=title.en, label_zh=title.zh)


def _negated(slots: list[Slot], text: str) -> list[Slot]:
    """Mark what follows 没有, 不是, 除了 … or stands before 以外; a list joined by 、和或 shares the mark."""
    marked: list[Slot] = []
    for slot in slots:
        before = text[marked[-1].end if marked else 0 : slot.start]
        denied = bool(_NOT_BEFORE.search(before) or _NOT_AFTER.search(text[slot.end :]))
        denied |= bool(marked and marked[-1].negated and _JOINED.match(before))
        says = Text(f"不含：{slot.says.zh}", f"without: {slot.says.en}") if denied else slot.says
        marked.append(replace(slot, negated=denied, says=says))
    return marked


def _rest(text: str, slots: list[Slot], *, vocabulary: Vocabulary) -> tuple[list[Slot], list[str]]:
    """Cut what no slot took into words for the full text; times, numbers, denied words and single characters are unread."""
    left = _masked(text, slots)
    unread = [m[0] for m in _TIME.finditer(left)]
    left = _TIME.sub(_blank, left)
    words = []
    for stretch in _WORD.finditer(left):
        for start, word in vocabulary.cut(stretch[0]):
            if len(word) == 1 or _NOT_BEFORE.search(stretch[0][:start]):
                unread.append(word)
                continue
            at = stretch.start() + start
            words.append(Slot(at, at + len(word), word, Word(word), Text(f"含“{word}”", f"mentions “{word}”")))
    unread += [m[0] for m in re.finditer(r"\d+", left)]
    return words, unread


def crowd(request: Request) -> Condition | None:
    """Fold the people slots into one condition: side by side all must hold, a list joined by 、和或 adds up.

    A word's own age (老人) gives way to an explicit age beside it (55岁以上老人).
    """
    groups: list[tuple[bool, list[Condition]]] = []
    last: Slot | None = None
    for slot in request.slots:
        condition = condition_of(request, slot)
        if condition is None:
            continue
        joins = last is not None and last.negated == slot.negated and _JOINED.match(request.read[last.end : slot.start])
        if joins:
            groups[-1][1].append(condition)
        else:
            groups.append((slot.negated, [condition]))
        last = slot
    parts = [_folded(of, negated=negated) for negated, of in groups]
    return (parts[0] if len(parts) == 1 else AllOf(tuple(parts))) if parts else None


def condition_of(request: Request, slot: Slot) -> Condition | None:
    """Return what a slot asks of residents (its denial left out), None when it asks nothing of them."""
    match slot.meaning:
        case Who(condition, weak):
            return None if weak and any(map(_states_age, request.slots)) else condition
        case Concepts():
            tags = tags_of(slot)
            if not tags or (_wants(slot) and any(_is_firm(other) for other in request.slots)):
                return None
            return _folded([Tagged(tag.id) for tag in tags], negated=False)
        case _:
            return None


def tags_of(slot: Slot) -> tuple[Concept, ...]:
    """Return the tags that a slot stands for."""
    return tuple(c for c in slot.meaning.of if c.sort == "tag") if isinstance(slot.meaning, Concepts) else ()


def _wants(slot: Slot) -> bool:
    """Tell whether a slot names a service (助餐) that its tags only want (需要助餐).

    Beside other people the service is what is looked for: 两岁幼儿 托班 are not the parents who want a place.
    """
    tags = tags_of(slot)
    return bool(tags) and all(tag.name.startswith(_WANTING) for tag in tags) and not slot.text.startswith(_WANTING)


def _is_firm(slot: Slot) -> bool:
    return isinstance(slot.meaning, Who) or (bool(tags_of(slot)) and not _wants(slot))


def _states_age(slot: Slot) -> bool:
    meaning = slot.meaning
    stated = isinstance(meaning, Who) and not meaning.weak and isinstance(meaning.condition, Age | Between)
    return stated and not slot.negated


def _folded(of: list[Condition], *, negated: bool) -> Condition:
    condition = of[0] if len(of) == 1 else AnyOf(tuple(of))
    return Not(condition) if negated else condition
