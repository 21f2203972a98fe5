from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cypher.guard import DEEPEST, LONGEST, WRITERS, check, statement
from cypher.tokens import tokens
from graph.model.errors import QueryRefused

READING = [
    "MATCH (n:Resident) RETURN n.id AS id",
    "match (n:Resident) return n.id as id;",
    "OPTIONAL MATCH (n:Skill) WITH n WHERE n.name = 'CREATE (x)' RETURN n.name AS name",
    "MATCH (n:Skill) // DELETE everything\nRETURN n.name AS name",
    "MATCH (n:Skill) /* SET n.x = 1 */ RETURN n.set AS a, {delete: 1, merge: 2} AS b",
    "MATCH (n:Set)-[:Remove]->(m:`CREATE`) RETURN n.`DELETE` AS `SET`",
    "UNWIND [1, 2] AS x CALL (x) { RETURN x AS y } RETURN y AS y",
    "CALL { MATCH (n:Skill) RETURN n AS n } RETURN n.id AS id",
    "CALL db.labels() YIELD label RETURN label AS label",
    "CALL db.labels",
    "MATCH (d:Dwelling) RETURN d.use AS use",
    "RETURN date.truncate('year', date($day)) AS d, duration.between(date(), date()).days AS n",
    "RETURN 0x1F AS a, 1e-3 AS b, 1_000 AS c, 0o17 AS d, [1, 2, 3][0..2] AS e, .5 AS f",
    "RETURN '\\u0044ELETE' AS text",
    "WITH 1 AS load RETURN load AS load",
    "RETURN 'it''s; DELETE' AS a",
]

HOSTILE = [
    "",
    "   // nothing\n",
    ";",
    "CREATE (n:Resident)",
    "MATCH (n) SET n.name = 'x'",
    "MATCH (n) SeT n.name = 'x'",
    "MATCH (n)\nDETACH\nDELETE n",
    "MATCH (n)/**/DELETE/**/n",
    "MATCH (n) REMOVE n.name RETURN n",
    "MERGE (n:Resident {id: '1'})",
    "MATCH (n) FOREACH (x IN [1] | SET n.a = x)",
    "MATCH (n) RETURN n; MATCH (n) DELETE n",
    "MATCH (n) RETURN n UNION MATCH (m) DELETE m",
    "LOAD CSV FROM 'file:///etc/passwd' AS row RETURN row",
    "WITH 1 AS x LOAD  CSV FROM 'http://x' AS row RETURN row",
    "WITH 1 AS x load/* */csv FROM 'http://x' AS row RETURN row",
    "CALL apoc.load.json('http://x') YIELD value RETURN value",
    "CALL `apoc`.`cypher`.`doIt`('x', {})",
    "CALL dbms.listConfig()",
    "CALL db.createLabel('x')",
    "CALL db.`labels.evil`()",
    "MATCH (n) CALL { WITH n DELETE n } RETURN 1 AS x",
    "MATCH (n) CALL { WITH n RETURN n AS m } IN 3 CONCURRENT TRANSACTIONS RETURN 1 AS x",
    "RETURN apoc.cypher.runFirstColumnSingle('MATCH (n) RETURN n', {}) AS x",
    "RETURN `apoc`.`util`.`sleep`(1000) AS x",
    "EXPLAIN MATCH (n) RETURN n",
    "PROFILE MATCH (n) DELETE n",
    "CYPHER 5 MATCH (n) RETURN n",
    "CYPHER runtime=slotted MATCH (n) DELETE n",
    "USE system MATCH (n) RETURN n",
    "MATCH (n) RETURN n UNION USE system MATCH (n) RETURN n",
    "CALL { USE system MATCH (n) RETURN n AS n } RETURN n",
    "SHOW USERS",
    "DROP INDEX x",
    "CREATE USER x SET PASSWORD 'y'",
    "GRANT ROLE admin TO x",
    "ALTER DATABASE x SET ACCESS READ ONLY",
    "TERMINATE TRANSACTIONS '1'",
    "START DATABASE x",
    ":param x => 1",
    "INSERT (n:Resident)",
    # escapes that some engines decode before they split the text
    "MATCH (n) \\u0044ELETE n",
    "MATCH (n) \\uuu0044ELETE n",
    "MATCH (n) WHERE n.x = '\\u0027 DELETE n //'",
    "MATCH (n) WHERE n.x = '\\\\\\u0027 DELETE n //' RETURN n",
    "MATCH (n) RETURN n // \\u000aDELETE n",
    "MATCH (n) /* \\u002a\\u002f DELETE n //*/ RETURN n",
    "MATCH (n) RETURN `a\\u0060 DELETE n //`",
    # what two lexers could split differently
    "MATCH (n) WHERE n.x = 1DELETE n",
    "MATCH (n) WHERE n.x = 1e5DELETE n",
    "MATCH (n) WHERE n.x = 1.DELETE n",
    "MATCH (n) WHERE n.x = 1.5fDELETE n",
    "MATCH (n) WHERE n.x = .5DELETE n",
    "MATCH (n) WHERE n.x = 0xDELETE n",
    "MATCH (n) RETURN n // \u2028 ' \nDELETE n // '",
    "MATCH (n) RETURN n // \r ' \nDELETE n // '",
    "MATCH (n) RETURN n /* /* */ ' */ DELETE n // '",
    "MATCH (n) RETURN n // \x00 DELETE",
    "MATCH (n) RETURN `a\\`` DELETE n //`",
    "MATCH (n) \u017fET n.x = 1",
    "MATCH (n) RETURN 'open DELETE n",
    "MATCH (n) RETURN \"open' DELETE n",
    "MATCH (n) RETURN `open DELETE n",
    "MATCH (n) RETURN n /* open DELETE n",
    "MATCH (n) RETURN n # DELETE",
    "MATCH (n)\u200bDELETE n",
    "MATCH (n)\u00a0DELETE n",
    # names that are none
    "MATCH (n) RETURN n.a..SET n.x = 1",
    "MATCH (n) WITH n AS as SET n.x = 1",
    "MATCH (n) RETURN n AS AS USE system",
    "MATCH (n) RETURN n ORDER BY n.x SKIP 1 SET n.x = 1",
    "RETURN " + "(" * (DEEPEST + 1) + "1" + ")" * (DEEPEST + 1) + " AS x",
    "RETURN '" + "x" * LONGEST + "' AS x",
]


@pytest.mark.parametrize("text", READING)
def test_reading_passes(text: str) -> None:
    check(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_is_refused_with_a_reason_in_both_languages(text: str) -> None:
    with pytest.raises(QueryRefused) as refused:
        check(text)
    assert len(refused.value.text.zh) > len("此语句不允许执行：")
    assert len(refused.value.text.en) > len("This statement may not run: ")


BLANKS = st.text(st.sampled_from(" \t\n"), min_size=1, max_size=3) | st.just("/* x */") | st.just(" // x\n")


@given(word=st.sampled_from(sorted(WRITERS)), flips=st.integers(0, 2**10), before=BLANKS, after=BLANKS)
def test_no_writing_word_hides_behind_case_and_blanks(word: str, flips: int, before: str, after: str) -> None:
    mixed = "".join(c.lower() if flips >> i & 1 else c for i, c in enumerate(word))
    with pytest.raises(QueryRefused):
        check(f"MATCH (n){before}{mixed}{after}n RETURN n")


@given(word=st.sampled_from(sorted(WRITERS)), data=st.data())
def test_no_writing_word_hides_behind_escapes(word: str, data: st.DataObject) -> None:
    escaped = "".join(f"\\u{ord(c):04x}" if data.draw(st.booleans()) else c for c in word)
    with pytest.raises(QueryRefused):
        check(f"MATCH (n) {escaped} n RETURN n")


def quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


PLAIN = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\\"), max_size=40)


@given(PLAIN, st.sampled_from(["' DELETE n", "DELETE n //", "/* DELETE", "`", '"', "; DROP x"]))
def test_whatever_is_inside_a_string_passes(text: str, bait: str) -> None:
    check(f"MATCH (n:Skill) WHERE n.name = {quoted(text + bait)} RETURN n.id AS id")


@given(st.text(max_size=60))
def test_any_text_is_judged_and_never_crashes(text: str) -> None:
    try:
        check(text)
    except QueryRefused:
        return
    assert statement(text).strip()


@given(
    st.lists(
        st.sampled_from(
            [
                "MATCH",
                "(n)",
                "SET",
                "n.x",
                "=",
                "'",
                '"',
                "`",
                "//",
                "/*",
                "*/",
                "\n",
                "1",
                ".",
                ":",
                "\\u0027",
                "{",
                "}",
                ",",
                "|",
            ]
        ),
        max_size=14,
    )
)
def test_a_bare_set_survives_no_mixture(parts: list[str]) -> None:
    """Whatever stands before it: a writing clause on a line of its own is refused, or it is inside a string."""
    text = "MATCH (n) " + " ".join(parts) + "\nSET n.x = 1"
    try:
        check(text)
    except QueryRefused:
        return
    before = tokens(text[: text.rindex("\nSET")])
    assert before[-1].text in (".", ":"), text  # a property or a label may be called SET; comments between do not count


def test_a_closing_semicolon_is_dropped() -> None:
    assert statement(" RETURN 1 AS x ;; // done\n") == " RETURN 1 AS x"
