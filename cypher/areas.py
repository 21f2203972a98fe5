"""The nine areas of work that the questions serve, as data: the union of the areas in the published accounts."""

from __future__ import annotations

from collections.abc import Mapping

from graph.model.text import Text

AREAS: Mapping[str, Text] = {
    "social_mobilisation": Text("社会动员", "social mobilisation"),
    "site_selection": Text("点位选址", "site selection"),
    "services_find_people": Text("服务找人", "services find people"),
    "risk_warning": Text("风险预警", "risk early warning"),
    "emergency": Text("应急救援", "emergency rescue"),
    "resource_linking": Text("资源链接", "resource linking"),
    "group_portrait": Text("群体画像", "group portrait"),
    "work_analysis": Text("工作分析", "work analysis"),
    "epidemic": Text("疫情防疫", "epidemic prevention"),
}
