"""`linli link`, `ego`, `central`, `groups`: who is linked to whom, and how."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.asking import AreasOption, DayOption, TopOption, ask
from api.cli.output import Door, JsonOption, LangOption, day, open_door
from graph.model.errors import OptionInvalid
from graph.model.relationships import SCHEMA
from graph.model.text import Text

NodeArgument = Annotated[
    str,
    typer.Argument(help="对象:编号，或编号、楼组地址、公开名称 | LABEL:ID, or an id, a unit's address, a public name"),
]
TypesOption = Annotated[
    list[str] | None,
    typer.Option("--types", help="关系类型，逗号分隔 LIVES_IN,IN | relationship types, separated by commas"),
]
SensitiveOption = Annotated[bool, typer.Option("--sensitive-tags", help="也走敏感标签 | also follow sensitive tags")]
NODE = Text("对象", "node")


def link(
    start: Annotated[str, typer.Argument(metavar="FROM", help="起点，如 志愿者:V00014 | like Volunteer:V00014")],
    goal: Annotated[str, typer.Argument(metavar="TO", help="终点，如 楼组地址 | like the address of a unit")],
    top: Annotated[int, typer.Option("--top", min=1, max=20, help="几种解释 | how many explanations")] = 3,
    types: TypesOption = None,
    sensitive_tags: SensitiveOption = False,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """两者之间有什么联系 | How two nodes are linked, the most telling paths first."""
    door = open_door(json=json, lang=lang)
    asked = {"from": start, "to": goal, "top": top, "types": _types(types), "sensitive_tags": sensitive_tags}
    answer = ask(door, "link", {**asked, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
        return
    for path in answer.body["paths"]:
        door.say(Text(f"{path['rank']}. ", f"{path['rank']}. ") + _text(path["text"]))
        links = _between(door).join(f"{node['title']} {node['links']}" for node in path["nodes"][1:-1])
        bits = f"{path['bits']:.1f}"
        if links:
            door.say(
                Text(f"   途经者的联系数：{links}（{bits} 比特）", f"   links of those passed: {links} ({bits} bits)")
            )
    _say_note(door, answer.body)


def ego(
    node: NodeArgument,
    hops: Annotated[int, typer.Option("--hops", min=1, max=6, help="几步之内 | within how many hops")] = 2,
    most: Annotated[int, typer.Option("--most", min=1, max=5_000, help="最多几个 | how many nodes at most")] = 300,
    out: Annotated[Path | None, typer.Option("--out", help="写成 GraphML 文件 | write a GraphML file")] = None,
    types: TypesOption = None,
    sensitive_tags: SensitiveOption = False,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """它周围有什么：几步之内的关系网 | What surrounds a node, as a network to draw."""
    door = open_door(json=json, lang=lang)
    asked = {"node": node, "hops": hops, "most": most, "types": _types(types), "sensitive_tags": sensitive_tags}
    answer = ask(door, "ego", {**asked, "areas": areas, "as_of": day(as_of)})
    if out:
        _write(out, answer.body)
    if json:
        door.answer(answer.to_json())
    else:
        _show_ego(door, answer.body)


def central(
    label: Annotated[str, typer.Argument(help="要排序的对象：居民、标签… | what to rank: Resident, Tag, …")],
    around: Annotated[str | None, typer.Option("--around", help="围绕谁 对象:编号 | around which LABEL:ID")] = None,
    top: TopOption = 10,
    damping: Annotated[float, typer.Option("--damping", help="继续走的概率 | chance to walk on")] = 0.85,
    types: TypesOption = None,
    sensitive_tags: SensitiveOption = False,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """谁处在它周围的中心（个性化 PageRank）| Who stands closest around a node (personalised PageRank)."""
    door = open_door(json=json, lang=lang)
    asked = {"label": label, "around": around, "top": top, "damping": damping, "types": _types(types)}
    asked |= {"sensitive_tags": sensitive_tags, "areas": areas, "as_of": day(as_of)}
    answer = ask(door, "central", asked)
    if json:
        door.answer(answer.to_json())
        return
    columns = [NODE, Text("份额（百万分之）", "share, millionths"), Text("为平常的倍数", "times the usual")]
    columns += [Text("怎样相连", "how linked")] if around else []
    rows = [
        [_named(row), round(row["score"] * 1e6, 3), row["usual"], _because(row)][: len(columns)]
        for row in answer.body["rows"]
    ]
    total = answer.body["total"]
    if rows:
        door.table(
            Text(f"前 {len(rows)} 个，共到达 {total} 个", f"The first {len(rows)} of {total} reached"), columns, rows
        )
    _say_note(door, answer.body)


def groups(
    label: Annotated[str, typer.Argument(help="给谁分组：志愿者、楼组… | what to group: Volunteer, Unit, …")],
    by: Annotated[
        list[str] | None, typer.Option("--by", help="共同点的关系链 IS,TOOK_PART_IN | chain of relationship types")
    ] = None,
    weight: Annotated[str, typer.Option("--weight", help="cosine, jaccard, newman, shared")] = "cosine",
    resolution: Annotated[float, typer.Option("--resolution", help="越大组越小 | larger: smaller groups")] = 1.0,
    seed: Annotated[int, typer.Option("--seed", min=0, help="随机种子 | random seed")] = 0,
    top: TopOption = 10,
    members: Annotated[int, typer.Option("--members", min=1, help="每组列几个 | members listed of each")] = 5,
    most_pairs: Annotated[int, typer.Option("--most-pairs", min=1, help="对子上限 | limit of pairs")] = 5_000_000,
    most_nodes: Annotated[int, typer.Option("--most-nodes", min=1, help="对象上限 | limit of nodes")] = 40_000,
    sensitive_tags: SensitiveOption = False,
    areas: AreasOption = None,
    as_of: DayOption = None,
    json: JsonOption = False,
    lang: LangOption = None,
) -> None:
    """自然形成的小圈子 | Groups that form by themselves, and what joins them."""
    door = open_door(json=json, lang=lang)
    asked = {"label": label, "by": by, "weight": weight, "resolution": resolution, "seed": seed, "top": top}
    asked |= {"members": members, "most_pairs": most_pairs, "most_nodes": most_nodes, "sensitive_tags": sensitive_tags}
    answer = ask(door, "groups", {**asked, "areas": areas, "as_of": day(as_of)})
    if json:
        door.answer(answer.to_json())
    else:
        _show_groups(door, answer.body)


def _types(written: list[str] | None) -> list[str] | None:
    found = [one.strip() for part in written or [] for one in part.split(",") if one.strip()]
    return found or None


def _text(both: dict[str, str]) -> Text:
    return Text(both["zh"], both["en"])


def _say_note(door: Door, body: dict[str, Any]) -> None:
    if body["note"]:
        door.say(_text(body["note"]))


def _between(door: Door) -> str:
    return Text("、", ", ").of(door.lang)


def _plain(row: dict[str, Any]) -> str:
    return str(row["id"]) if row["id"] == row["title"] else f"{row['title']} {row['id']}"


def _named(row: dict[str, Any]) -> Text:
    title, said = SCHEMA.label[row["label"]].title, _plain(row)
    return Text(f"{title.zh} {said}", f"{title.en} {said}")


def _because(row: dict[str, Any]) -> Text | None:
    return _text(row["because"]) if row["because"] else None


def _show_ego(door: Door, body: dict[str, Any]) -> None:
    counts = _between(door).join(f"{count}" for count in body["totals"])
    kept = len(body["nodes"])
    door.say(Text(f"各步的对象数：{counts}；列出 {kept} 个", f"Nodes by hop: {counts}; {kept} listed"))
    if body["truncated"]:
        door.say(Text("已截断：--most 可放宽，--types 可收窄", "Cut short: raise --most, or narrow it with --types"))
    columns = [Text("步", "hop"), NODE]
    door.table(Text("由近及远", "The nearest first"), columns, [[node["hop"], _named(node)] for node in body["nodes"]])
    door.say(Text(f"其间关系 {len(body['edges'])} 条", f"{len(body['edges'])} relationships between them"))


def _show_groups(door: Door, body: dict[str, Any]) -> None:
    rows = []
    for one in body["groups"]:
        who = _between(door).join(_plain(member) for member in one["members"]) + (" …" if one["truncated"] else "")
        why = "\n".join(_text(what["text"]).of(door.lang) for what in one["joined_by"])
        rows.append([one["rank"], one["size"], who, why])
    columns = [Text("组", "group"), Text("人数", "size"), Text("成员", "members"), Text("共同点", "what joins them")]
    total, alone = body["total"], body["alone"]
    if rows:
        door.table(Text(f"{len(rows)} 组，共 {total} 组", f"{len(rows)} of {total} groups"), columns, rows)
    door.say(
        Text(
            f"模块度 {body['modularity']:.3f}；{alone} 个没有联系",
            f"Modularity {body['modularity']:.3f}; {alone} share nothing",
        )
    )
    _say_note(door, body)


def _write(out: Path, body: dict[str, Any]) -> None:
    from similarity.structure.graphml import graphml

    try:
        out.write_text(graphml(body["nodes"], body["edges"]), encoding="utf-8")
    except OSError as why:
        raise OptionInvalid("--out", str(out), Text("无法写入", why.strerror or "it cannot be written")) from None
