"""A sentence that exists in both languages of linli's readers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Lang = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in Chinese and in English.

    >>> Text("需求", "need").of("en")
    'need'
    """

    zh: str
    en: str

    def of(self, lang: Lang) -> str:
        """Return the sentence in `lang`."""
        return self.zh if lang == "zh" else self.en

    def fill(self, **facts: object) -> Text:
        """Put facts into the braces of both sentences.

        >>> Text("第{n}行", "row {n}").fill(n=3)
        Text(zh='第3行', en='row 3')
        """
        return Text(self.zh.format(**facts), self.en.format(**facts))

    def __add__(self, other: Text) -> Text:
        return Text(self.zh + other.zh, self.en + other.en)


def joined(texts: list[Text], zh: str = "，", en: str = ", ") -> Text:
    """Join sentences, each language with its own separator."""
    return Text(zh.join(t.zh for t in texts), en.join(t.en for t in texts))
