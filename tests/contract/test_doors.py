"""What a door says of a server on which a load has not ended."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from api.answers import Desk
from api.home import Home
from api.settings import read_settings
from graph.stores.neo4j import Bolt, Neo4jStore
from graph.stores.open import marked_load

ASKED = {"text": "RETURN 1 AS one", "arguments": {}, "areas": None, "rows": 5, "seconds": 10.0}


@pytest.mark.neo4j
def test_an_answer_says_that_a_load_is_incomplete(neo4j_address: str, neo4j_port: Bolt, tmp_path: Path) -> None:
    neo4j_port.run("MATCH (n:Linli|LoadRun) DELETE n", {}, write=True, timeout=10)
    desk = Desk(Home(tmp_path), read_settings({"LINLI_STORE": neo4j_address}))
    assert desk.ask("query", ASKED).body["incomplete"] is False
    store, day = Neo4jStore(neo4j_port), dt.date(2021, 11, 1)
    with pytest.raises(KeyboardInterrupt), marked_load(store, run="torn", at=day):
        raise KeyboardInterrupt
    assert desk.ask("query", ASKED).body["incomplete"] is True
    with marked_load(store, run="whole", at=day):
        pass
    assert desk.ask("query", ASKED).body["incomplete"] is False
