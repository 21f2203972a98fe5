"""One-click search: where the people, the needs and the resources are."""

from __future__ import annotations

from api.answers import Answer, Desk, Parameters


def answer(desk: Desk, parameters: Parameters, *, snapshot: str | None = None) -> Answer:
    """Answer a search; parameters: `text`, `areas`, `as_of`, `limit`."""
    from search.attachment import Prepared
    from search.find import find
    from search.found import to_json
    from search.request import read

    case = desk.case("search", parameters, snapshot=snapshot)
    prepared = Prepared.open(case.snapshot, desk.home.published.attached(case.snapshot.digest))
    request = read(parameters["text"], prepared.vocabulary)
    found = find(prepared, request, viewer=case.viewer, as_of=case.as_of, limit=parameters["limit"])
    return case.answer(to_json(found), found)
