"""Who said no, as the graph holds it: tags that ask not to be contacted, contacts that ended in a refusal.

A refusal of one programme (a contact, an enrolment) says nothing about a need, which names no programme: it bars from
that programme (see `matching.gap`), and for some days from invitations.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from graph.model.records import EPOCH
from graph.model.text import Text
from graph.snapshot.columns import Snapshot
from graph.snapshot.evaluate import in_force
from matching.problem import Mask


@dataclass(frozen=True, slots=True)
class Refusal:
    """A no that the graph holds: the name of the tag, since when, and who recorded it (None where unknown)."""

    tag: str
    since: dt.date | None
    source: str | None

    def text(self) -> Text:
        """Say where the no came from."""
        since = (f"，{self.since} 起", f" since {self.since}") if self.since else ("", "")
        source = (f"，来源 {self.source}", f", from {self.source}") if self.source else ("", "")
        return Text(f"有标签“{self.tag}”{since[0]}{source[0]}", f"has the tag “{self.tag}”{since[1]}{source[1]}")


def refusals(snapshot: Snapshot, as_of: dt.date, tags: Collection[str]) -> dict[int, Refusal]:
    """Return who is not to be asked on the day, by row of the resident; of several tags the first by name."""
    held, names = snapshot.edges("Resident-HAS_TAG-Tag"), snapshot.nodes("Tag").column("name").to_pylist()
    meant = np.flatnonzero([name in tags for name in names])
    at = np.flatnonzero(np.isin(held.indices, meant)) if len(meant) else np.zeros(0, np.int64)
    at = at[in_force(held, as_of, at=at)]
    since, source = held.property("since").take(at).to_pylist(), held.property("source").take(at).to_pylist()
    found: dict[int, Refusal] = {}
    rows = zip(held.starts[at].tolist(), held.indices[at].tolist(), since, source, strict=True)
    for person, tag, day, by in sorted(rows, key=lambda row: (row[0], str(names[row[1]]), row[1])):
        found.setdefault(person, Refusal(str(names[tag]), day, by))
    return found


def refused_lately(snapshot: Snapshot, as_of: dt.date, days: float) -> Mask:
    """Return which residents ended a contact with a refusal within so many days up to the day; none for 0 days."""
    contacts, found = snapshot.edges("Resident-CONTACTED-Programme"), np.zeros(len(snapshot.nodes("Resident")), bool)
    code, outcomes = contacts.codes("outcome")
    said_no = np.array([name == "refused" for name in outcomes] + [False])[code]
    ago = (as_of - EPOCH).days - contacts.property("at").cast("int32").fill_null(2**31 - 1).to_numpy()
    found[contacts.starts[said_no & (ago >= 0) & (ago < days)]] = True
    return found
