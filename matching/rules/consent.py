"""The rule of consent: whoever said no, to one need or to being asked at all, is not proposed."""

from __future__ import annotations

import numpy as np

from graph.model.text import Text
from matching.problem import Mask
from matching.rules.change import Change
from matching.rules.crossing import Crossing
from matching.rules.rule import Rule


def _willing(c: Crossing) -> Mask:
    may_be_asked = np.array([no is None for no in c.resources.refusal.values] or [True])[c.resources.refusal.at]
    holds = np.broadcast_to(may_be_asked, c.shape).copy()
    row = {need: i for i, need in enumerate(c.needs.ids.tolist())}
    for code, needs in enumerate(c.resources.declined.values):
        for need in needs & row.keys():
            holds[row[need], c.resources.declined.at == code] = False
    return holds


def _unwilling(pair: Crossing) -> Text:
    no = pair.resources.refusal[0]
    if no is not None:
        return Text("不愿被联系：", "not to be asked: ") + no.text()
    return Text("已拒绝过这项需求（所给的拒绝名单）", "has said no to this need (the list of refusals that was given)")


def _ask_again(pair: Crossing) -> Change:
    no = pair.resources.refusal[0]
    if no is not None:
        text = Text(f"本人同意后撤下标签“{no.tag}”", f"the person agrees, and the tag “{no.tag}” is taken off")
        return Change("resource", "refusal", None, text)
    text = Text("再次征得同意", "ask once more, and be told yes")
    return Change("resource", "declined", str(pair.needs.ids[0]), text)


CONSENT = Rule("consent", Text("同意", "consent"), _willing, _unwilling, _ask_again)
