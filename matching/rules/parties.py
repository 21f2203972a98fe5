"""Who stands behind a need or a resource, as `Label:id`: organisations, persons, their households and relatives.

Two parties in common are a conflict of interest. The keys never leave matching: no answer shows them.
"""

from __future__ import annotations

from graph.snapshot.columns import Ints, Snapshot


def residents_asking(snapshot: Snapshot) -> list[Ints]:
    """Return for each need the rows of the residents that ask for it."""
    asks = snapshot.edges("Resident-ASKS-Need")
    return [asks.starts_of(row) for row in range(len(snapshot.nodes("Need")))]


def asker_ages(snapshot: Snapshot, residents: Ints, age: Ints) -> tuple[int, ...]:
    """Return the ages of the askers and of their households, sorted, without unknown ones."""
    member = snapshot.edges("Resident-MEMBER_OF-Household")
    rows = set(residents.tolist())
    for resident in residents.tolist():
        for household in member.ends(resident).tolist():
            rows.update(member.starts_of(household).tolist())
    return tuple(sorted({int(age[row]) for row in rows if age[row] >= 0}))


def asker_parties(snapshot: Snapshot, need: int, residents: Ints) -> frozenset[str]:
    """Return who asks for a need: its organisations, and its residents with their households and relatives."""
    organisations = snapshot.nodes("Organisation")
    found = {f"Organisation:{organisations.id_of(o)}" for o in snapshot.edges("Organisation-ASKS-Need").starts_of(need)}
    for resident in residents.tolist():
        found |= person_parties(snapshot, resident) | _relatives(snapshot, resident)
    return frozenset(found)


def person_parties(snapshot: Snapshot, resident: int) -> frozenset[str]:
    """Return a resident and the households the resident belongs to."""
    households = snapshot.nodes("Household")
    own = {f"Household:{households.id_of(h)}" for h in snapshot.edges("Resident-MEMBER_OF-Household").ends(resident)}
    return frozenset(own | {f"Resident:{snapshot.nodes('Resident').id_of(resident)}"})


def _relatives(snapshot: Snapshot, resident: int) -> set[str]:
    related, nodes = snapshot.edges("Resident-RELATED_TO-Resident"), snapshot.nodes("Resident")
    rows = {*related.ends(resident).tolist(), *related.starts_of(resident).tolist()}
    return {f"Resident:{nodes.id_of(row)}" for row in rows}
