"""The data dictionary: the schema as a document for people (`docs/data-dictionary.md`, kept true by a test)."""

from __future__ import annotations

from .relationships import SCHEMA
from .schema import FIXED, Property, Relationship, Sensitivity
from .text import Text

CLASSES: dict[Sensitivity, Text] = {
    Sensitivity.PUBLIC: Text("公开", "public"),
    Sensitivity.INTERNAL: Text("内部", "internal"),
    Sensitivity.PERSONAL: Text("个人", "personal"),
    Sensitivity.SENSITIVE: Text("敏感", "sensitive"),
}

_HEAD = "| property | 中文 | meaning | kind | class | codes | true since |\n|---|---|---|---|---|---|---|"


def document() -> str:
    """Return the text of `docs/data-dictionary.md`."""
    intro = (
        f"Schema version {SCHEMA.version}. Written from `graph/model/labels.py` and `relationships.py` by\n"
        "`python -m graph.model.dictionary > docs/data-dictionary.md`. Every node has the key `id`; scoped labels carry\n"
        "`area`, a committee's code. “True since”: a fixed physical fact, or the property that dates it; a property\n"
        "without it is barred from back-tests."
    )
    parts = ["# Data dictionary 数据字典", intro, "## Labels 节点"]
    for label in SCHEMA.labels:
        scope = "scoped 按居委" if label.scoped else "shared 共用"
        rows = "\n".join(map(_row, label.properties))
        parts.append(f"### `{label.name}` {label.title.zh} · {label.title.en} ({scope})\n\n{_HEAD}\n{rows}")
    parts.append("## Relationships 关系\n\n" + "\n".join(map(_line, SCHEMA.relationships)))
    return "\n\n".join(parts) + "\n"


def _row(p: Property) -> str:
    unit = f" ({p.unit})" if p.unit else ""
    kind = p.kind.value + (", required" if p.required else "")
    observed = "fixed 固定" if p.observed == FIXED else f"`{p.observed}`" if p.observed else ""
    shown = CLASSES[p.sensitivity]
    return f"| `{p.name}` | {p.title.zh} | {p.title.en}{unit} | {kind} | {shown.zh} {shown.en} | {p.codes or ''} | {observed} |"


def _line(r: Relationship) -> str:
    properties = ", ".join(f"{p.name}: {p.kind.value}" + (" (key)" if p.name in r.key else "") for p in r.properties)
    held = f" {{{properties}}}" if properties else ""
    return f"- `(:{r.start})-[:{r.type}{held}]->(:{r.end})` {r.title.zh} · {r.title.en}"


if __name__ == "__main__":
    import sys

    sys.stdout.write(document())
