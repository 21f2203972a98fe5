"""The named questions as a document for people (`docs/questions.md`, kept true by a test)."""

from __future__ import annotations

from .areas import AREAS
from .arguments import Parameter
from .catalog import Catalog
from .question import Query

_INTRO = """# Named questions 问题库

Written from `cypher/queries/<area>/<name>.cypher` by `python -m cypher.handbook > docs/questions.md`.
Ask one with `linli query NAME`; `linli query --help` shows how parameters and the form of the answer are given.

- A question about people is bound to the committees of its reader (`$areas`); the operator sees every committee
  unless a scope is tried with `--as-area CODE`.
- Ages are completed years on the day. Somebody born on 29 February completes a year on 1 March of the years without it.
- Distances are straight lines in metres. Cells under 10 people are left out of portraits.
- A parameter without a default must be given. Dates are written 2021-11-01; several texts are written with commas.

## A file 怎样写一个问题

```
// title.zh: 有某标签的居民
// title.en: people with a tag
// purpose.zh: 用标签圈定人群
// purpose.en: a crowd by a tag
// area: services_find_people
// audience: cadre, staff
// param: tag text 标签|tag
// param: least integer 至少几人|least number = 1
// limits: rows 1000, seconds 30
MATCH (r:Resident)-[:HAS_TAG]->(t:Tag {name: $tag})
WHERE $areas IS NULL OR r.area IN $areas
RETURN r.area AS area, count(DISTINCT r) AS people
ORDER BY area
```

The kinds of parameters are `text`, `texts`, `integer`, `number` and `date` (as text, for `date($x)`). A default `null` means
absent unless given. `limits` may be left out. The statement is portable Cypher: one reading statement, every column with an alias, an explicit ORDER BY that
ends in a unique column, a label on every node, no APOC, no GDS. Every variable with one of the labels Resident,
Volunteer, Household, Dwelling or Need needs `variable.area IN $areas`; `Catalog.load` refuses a file without it."""


def document() -> str:
    """Return the text of `docs/questions.md`."""
    catalog = Catalog.load()
    parts = [_INTRO, f"## Questions 问题\n\n{_index(catalog)}"]
    for area, title in AREAS.items():
        parts.append(f"## {title.zh} · {title.en} (`{area}`)")
        parts.extend(map(_entry, catalog.of_area(area)))
    return "\n\n".join(parts) + "\n"


def _index(catalog: Catalog) -> str:
    rows = [f"| {t.zh} · {t.en} | {len(catalog.of_area(a))} |" for a, t in AREAS.items()]
    return "\n".join(["| area of work 领域 | questions |", "|---|---|", *rows, f"| all 合计 | {len(catalog)} |"])


def _entry(query: Query) -> str:
    scope = "by committee 按居委" if query.scoped else "not about people 不涉及个人"
    lines = [
        f"### `{query.name}` {query.title.zh} · {query.title.en}",
        f"{query.purpose.zh}。\n{query.purpose.en[:1].upper()}{query.purpose.en[1:]}.",
        f"For {', '.join(query.audience)}; {scope}; at most {query.limits.rows:,} rows, {query.limits.seconds:g} s.",
    ]
    if query.parameters:
        head = "| parameter | kind | 中文 | meaning | default |\n|---|---|---|---|---|\n"
        lines.append(head + "\n".join(map(_row, query.parameters)))
    return "\n\n".join(lines)


def _row(parameter: Parameter) -> str:
    value = parameter.default
    shown = (
        ""
        if parameter.required
        else "absent 不填"
        if value is None
        else "、".join(map(str, value))
        if isinstance(value, list)
        else f"{value}"
    )
    title = parameter.title
    return f"| `{parameter.name}` | {parameter.kind} | {title.zh} | {title.en} | {shown} |"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
