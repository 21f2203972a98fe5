"""The errors of linli: one tree, built from facts, with the next step in both languages.

    LinliError
    ├── BadInput              what was handed in cannot be used (exit 2)
    │   ├── FileMissing       no such file
    │   ├── FileUnreadable    a file of the wrong format, truncated, encrypted or too large
    │   ├── NothingToLoad     a folder without any file that a mapping wants
    │   ├── SheetMismatch     no sheet of the file has the mapped headers
    │   ├── MappingInvalid    a mapping file that says something impossible
    │   ├── UnknownName       a name that does not exist, with the nearest ones
    │   ├── SettingInvalid    a setting with an impossible value
    │   │   └── OptionInvalid an option or argument of a command, missing or impossible
    │   ├── TableUnfit        a table that cannot be ranked (no positives, …)
    │   ├── ActionsInvalid    a file of actions that says something impossible
    │   ├── PolicyInvalid     a policy of matching that says something impossible
    │   ├── ModelUnusable     a saved model that is damaged, foreign or made of other columns
    │   ├── ProblemUnfit      a planning problem that contradicts itself
    │   │   └── NoPlanInTime  no plan before the time ended
    │   ├── ProblemTooLarge   a planning problem past a limit
    │   ├── RequestUnfit      an empty, oversized or hostile request text
    │   ├── ConditionInvalid  a condition that cannot be read
    │   ├── HomeNotEmpty      a restore would overwrite data
    │   ├── QueryRefused      a statement that may not run here
    │   ├── QueryInvalid      a statement that the engine could not understand
    │   ├── QuestionInvalid   a question's file that says something impossible
    │   └── ArgumentInvalid   an argument of a question that is missing or of another kind
    ├── NotFound              no node with that id (exit 3)
    ├── StoreError            the graph store (exit 4)
    │   ├── StoreDown         cannot be reached
    │   ├── StoreLocked       held by another process
    │   ├── StoreNewer        written by a newer linli
    │   ├── StoreBusy         gave up after repeated conflicts
    │   ├── StoreEmpty        nothing has been loaded yet
    │   ├── StoreUnsupported  this machine cannot run the embedded engine
    │   ├── StoreFailed       any other error of the engine
    │   └── QueryTimeout      a statement ran longer than its limit
    ├── SnapshotError         the published columns (exit 5)
    │   ├── SnapshotMissing   nothing published, or not that one
    │   └── SnapshotDamaged   a part is cut short, altered or absent
    ├── LoadUnderWay          another load holds this home (exit 4)
    └── Foreign               another distribution owns one of our package names (exit 6)

One file although it is long: the tree is read as a whole, and every class is a sentence and a hint.

Raise with facts; the class writes the sentence and the hint. Exit codes live in `api.cli`, nowhere else.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from typing import ClassVar

from .text import Text


def nearest(name: str, known: Iterable[str], *, most: int = 3) -> list[str]:
    """Return the known names most like `name`, best first, else those that contain it (empty when none is alike).

    >>> nearest("LINLI_HOM", ["LINLI_HOME", "LINLI_STORE"])
    ['LINLI_HOME', 'LINLI_STORE']
    >>> nearest("筛查", ["退休妇女两病筛查", "流感疫苗接种"])
    ['退休妇女两病筛查']
    """
    names = list(known)
    alike = difflib.get_close_matches(name, names, n=most, cutoff=0.5)
    return alike or [each for each in names if name and name in each][:most]


FEW = 16
"""So many known names or fewer are told in full where none is like the one that was asked for."""


class LinliError(Exception):
    """The root: a sentence and a next step in both languages, and the facts they were made of."""

    code: ClassVar[str] = "error"
    sentence: ClassVar[Text] = Text("出错了", "Something went wrong")
    advice: ClassVar[Text] = Text("", "")

    def __init__(self, **facts: object) -> None:
        self.facts: dict[str, object] = facts
        self.text = self.sentence.fill(**facts)
        self.hint = self.advice.fill(**facts)
        super().__init__(f"{self.text.en}. {self.hint.en}".strip())

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.facts, self.text, self.hint)


def _again(kind: type[LinliError], facts: dict[str, object], text: Text, hint: Text) -> LinliError:
    """Rebuild an error on the other side of a process border."""
    error = kind.__new__(kind)
    Exception.__init__(error, f"{text.en}. {hint.en}".strip())
    error.facts, error.text, error.hint = facts, text, hint
    return error


class BadInput(LinliError):
    """What was handed in cannot be used."""

    code = "bad_input"


class FileMissing(BadInput):
    """There is no such file."""

    code = "file_missing"
    sentence = Text("找不到文件 {path}", "There is no file {path}")
    advice = Text("请检查路径", "Check the path")

    def __init__(self, path: object) -> None:
        super().__init__(path=path)


class FileUnreadable(BadInput):
    """The file is there but cannot be read as what its name says."""

    code = "file_unreadable"
    sentence = Text("无法读取 {path}：{why_zh}", "Cannot read {path}: {why}")
    advice = Text("请重新导出该文件，或另存为 xlsx、CSV", "Export it again, or save it as xlsx or CSV")

    def __init__(self, path: object, why: Text) -> None:
        super().__init__(path=path, why=why.en, why_zh=why.zh)


class NothingToLoad(BadInput):
    """No file of the folder is wanted by any mapping."""

    code = "nothing_to_load"
    sentence = Text("{folder} 里没有映射所需的文件", "{folder} holds no file that a mapping wants")
    advice = Text(
        "用 linli mapping draft 文件… 起草映射，或用 linli sample 生成样例",
        "Draft a mapping with `linli mapping draft FILE…`, or write a sample with `linli sample`",
    )

    def __init__(self, folder: object) -> None:
        super().__init__(folder=folder)


class SheetMismatch(BadInput):
    """No sheet of the file has the headers that the mapping names."""

    code = "sheet_mismatch"
    sentence = Text(
        "{path} 的工作表 {sheets} 缺少表头：{missing}",
        "The sheets of {path} ({sheets}) lack the headers: {missing}",
    )
    advice = Text("表头实际为：{found}。请改映射的 columns", "Found: {found}. Correct the mapping's columns")

    def __init__(self, path: object, sheets: Sequence[str], missing: Sequence[str], found: Sequence[str]) -> None:
        super().__init__(
            path=path, sheets="、".join(sheets), missing="、".join(missing), found="、".join(found[:20]) or "-"
        )


class MappingInvalid(BadInput):
    """A mapping says something impossible; `where` is its file and table."""

    code = "mapping_invalid"
    sentence = Text("映射 {where} 有误：{why_zh}", "The mapping {where} is wrong: {why}")
    advice = Text("写法见 docs/mapping.md", "docs/mapping.md shows how it is written")

    def __init__(self, where: object, why: Text) -> None:
        super().__init__(where=where, why=why.en, why_zh=why.zh)


class UnknownName(BadInput):
    """A name (`kind` says of what) that does not exist; the nearest known ones are named."""

    code = "unknown_name"
    sentence = Text("没有{kind_zh}“{name}”", "There is no {kind} “{name}”")

    def __init__(self, kind: Text, name: str, known: Iterable[str]) -> None:
        names = list(known)
        alike = nearest(name, names)
        super().__init__(kind=kind.en, kind_zh=kind.zh, name=name, nearest=alike)
        if alike:
            self.hint = Text("是否指：" + "、".join(alike), "Did you mean: " + ", ".join(alike))
        elif 0 < len(names) <= FEW:
            self.hint = Text("已有：" + "、".join(names), "There are: " + ", ".join(names))
        self.args = (f"{self.text.en}. {self.hint.en}".strip(),)


class SettingInvalid(BadInput):
    """A setting has a value that cannot be used."""

    code = "setting_invalid"
    sentence = Text("设置 {name} 的值“{value}”不可用：{why_zh}", "The setting {name} cannot be “{value}”: {why}")
    advice = Text("见 docs/settings.md", "See docs/settings.md")

    def __init__(self, name: str, value: str, why: Text) -> None:
        super().__init__(name=name, value=value, why=why.en, why_zh=why.zh)


class OptionInvalid(SettingInvalid):
    """An option or argument of a command that is missing (an empty value) or has a value that cannot be used."""

    code = "option_invalid"
    sentence = Text("{name} {given_zh}：{why_zh}", "{name} {given}: {why}")
    advice = Text("用 --help 查看各选项", "See the options with --help")

    def __init__(self, name: str, value: str, why: Text) -> None:
        said = Text(f"不能是“{value}”", f"cannot be “{value}”") if value else Text("未给出", "is missing")
        given = {"given": said.en, "given_zh": said.zh}
        BadInput.__init__(self, name=name, value=value, why=why.en, why_zh=why.zh, **given)


class TableUnfit(BadInput):
    """A table from which nothing can be learned or ranked."""

    code = "table_unfit"
    sentence = Text("无法排序：{why_zh}", "This cannot be ranked: {why}")
    advice = Text("{next_zh}", "{next}")

    def __init__(self, why: Text, next_step: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh, next=next_step.en, next_zh=next_step.zh)


class ActionsInvalid(BadInput):
    """A file of actions says something impossible; `where` is the file and the action."""

    code = "actions_invalid"
    sentence = Text("措施文件 {where} 有误：{why_zh}", "The actions of {where} are wrong: {why}")
    advice = Text("写法见 docs/readiness.md", "docs/readiness.md shows how they are written")

    def __init__(self, where: str, why: Text) -> None:
        super().__init__(where=where, why=why.en, why_zh=why.zh)


class PolicyInvalid(BadInput):
    """A policy of matching says something impossible; `where` is its key."""

    code = "policy_invalid"
    sentence = Text("策略项 {where} 有误：{why_zh}", "The policy's {where} is wrong: {why}")
    advice = Text("写法见 docs/policy.md", "docs/policy.md shows how it is written")

    def __init__(self, where: str, why: Text) -> None:
        super().__init__(where=where, why=why.en, why_zh=why.zh)


class ProblemUnfit(BadInput):
    """A planning problem that contradicts itself or that nothing can solve."""

    code = "problem_unfit"
    sentence = Text("规划问题不成立：{why_zh}", "The planning problem cannot stand: {why}")
    advice = Text("{hint_zh}", "{hint}")

    def __init__(self, why: Text, hint: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh, hint=hint.en, hint_zh=hint.zh)


class NoPlanInTime(ProblemUnfit):
    """No plan was found before the time ended; whether there is one is not known."""

    code = "no_plan_in_time"

    def __init__(self) -> None:
        super().__init__(
            Text(
                "限时内没有找到任何方案，也未证明没有", "no plan was found in the time, nor proven that there is none"
            ),
            Text("加大 --seconds", "Raise --seconds"),
        )


class ProblemTooLarge(BadInput):
    """A planning problem past a limit that keeps the machine usable; `setting` lifts it."""

    code = "problem_too_large"
    sentence = Text("{what_zh}有 {count} 个，超过上限 {limit}", "{count} {what}, more than the limit of {limit}")
    advice = Text("缩小问题，或用 {setting} 提高上限", "Make the problem smaller, or raise the limit with {setting}")

    def __init__(self, what: Text, count: int, *, limit: int, setting: str) -> None:
        super().__init__(what=what.en, what_zh=what.zh, count=count, limit=limit, setting=setting)


class ModelUnusable(BadInput):
    """A saved model that is damaged, foreign, of another version, or made of other columns."""

    code = "model_unusable"
    sentence = Text("模型文件不可用：{why_zh}", "The model file cannot be used: {why}")
    advice = Text("用 linli lookalike --save 文件 重新保存", "Save it again with `linli lookalike --save FILE`")

    def __init__(self, why: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh)


class RequestUnfit(BadInput):
    """A request text that cannot be understood as a request at all."""

    code = "request_unfit"
    sentence = Text("无法理解这个请求：{why_zh}", "This request cannot be read: {why}")
    advice = Text(
        "例如：汾西路261弄 70岁以上独居老人", "For example: 汾西路261弄 70岁以上独居老人 (place, age, people)"
    )

    def __init__(self, why: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh)


class ConditionInvalid(BadInput):
    """A condition (of a rule tag, a programme, a crowd) that cannot be read."""

    code = "condition_invalid"
    sentence = Text("条件无法读懂：{why_zh}", "The condition cannot be read: {why}")
    advice = Text("写法见 docs/conditions.md", "docs/conditions.md shows how it is written")

    def __init__(self, why: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh)


class HomeNotEmpty(BadInput):
    """A restore would overwrite data."""

    code = "home_not_empty"
    sentence = Text("{home} 里已有数据", "{home} holds data already")
    advice = Text("加 --replace 覆盖，或换一个 LINLI_HOME", "Add --replace to replace it, or set another LINLI_HOME")

    def __init__(self, home: object) -> None:
        super().__init__(home=home)


class QueryRefused(BadInput):
    """A statement that may not run here."""

    code = "query_refused"
    sentence = Text("此语句不允许执行：{why_zh}", "This statement may not run: {why}")
    advice = Text("这里只能读：MATCH … RETURN", "Only reading is allowed here: MATCH … RETURN")

    def __init__(self, why: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh)


class QueryInvalid(BadInput):
    """The engine could not understand the statement."""

    code = "query_invalid"
    sentence = Text("语句有误：{why}", "The statement is wrong: {why}")
    advice = Text(
        "请检查拼写和标签名（docs/data-dictionary.md）", "Check spelling and labels (docs/data-dictionary.md)"
    )

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class QuestionInvalid(BadInput):
    """The file of a named question says something impossible."""

    code = "question_invalid"
    sentence = Text("问题 {name} 的文件有误：{why_zh}", "The file of the question {name} is wrong: {why}")
    advice = Text("写法见 docs/questions.md", "docs/questions.md shows how it is written")

    def __init__(self, name: str, why: Text) -> None:
        super().__init__(name=name, why=why.en, why_zh=why.zh)


class ArgumentInvalid(BadInput):
    """An argument of a question is missing or cannot be read; `value` is as it was given."""

    code = "argument_invalid"
    sentence = Text("参数 {name} 的值“{value}”不可用：{why_zh}", "The argument {name} cannot be “{value}”: {why}")
    advice = Text("各问题的参数见 docs/questions.md", "docs/questions.md lists the parameters of each question")

    def __init__(self, name: str, value: str, why: Text) -> None:
        super().__init__(name=name, value=value, why=why.en, why_zh=why.zh)


class NotFound(LinliError):
    """There is no node with that id."""

    code = "not_found"
    sentence = Text("没有编号为“{id}”的{title_zh}", "There is no {title} “{id}”")

    def __init__(self, label: str, id: str, known: Iterable[str] = ()) -> None:
        from .relationships import SCHEMA  # which raises errors itself

        title = SCHEMA.label[label].title if label in SCHEMA.label else Text("节点", label)
        alike = nearest(id, known)
        super().__init__(label=label, title=title.en, title_zh=title.zh, id=id, nearest=alike)
        if alike:
            self.hint = Text("是否指：" + "、".join(alike), "Did you mean: " + ", ".join(alike))
            self.args = (f"{self.text.en}. {self.hint.en}",)


class StoreError(LinliError):
    """The graph store could not do what was asked."""

    code = "store_error"


class StoreDown(StoreError):
    """The store cannot be reached."""

    code = "store_down"
    sentence = Text("连不上图数据库 {address}：{why}", "The graph store {address} cannot be reached: {why}")
    advice = Text(
        "确认它已启动（make neo4j-up），或去掉 LINLI_STORE 改用内置引擎",
        "Start it (make neo4j-up), or unset LINLI_STORE to use the embedded engine",
    )

    def __init__(self, address: str, why: str) -> None:
        super().__init__(address=address, why=why)


class StoreLocked(StoreError):
    """Another process holds the embedded store."""

    code = "store_locked"
    sentence = Text("图数据库 {address} 正被{holder}使用", "The graph store {address} is in use by {holder}")
    advice = Text("等它结束后再试，或结束该进程", "Try again when it has ended, or end that process")

    def __init__(self, address: str, holder: str) -> None:
        super().__init__(address=address, holder=holder)


class StoreNewer(StoreError):
    """The store was written by a newer linli."""

    code = "store_newer"
    sentence = Text(
        "图数据库的结构版本是 {found}，本程序只到 {known}",
        "The store has schema version {found}; this linli knows up to {known}",
    )
    advice = Text("请升级 linli", "Upgrade linli")

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found=found, known=known)


class StoreBusy(StoreError):
    """The store gave up after repeated conflicts with other writers."""

    code = "store_busy"
    sentence = Text("图数据库忙，重试 {tries} 次未成", "The store is busy: {tries} tries were not enough")
    advice = Text("稍后再试", "Try again later")

    def __init__(self, tries: int) -> None:
        super().__init__(tries=tries)


class StoreEmpty(StoreError):
    """Nothing has been loaded yet."""

    code = "store_empty"
    sentence = Text("{home} 里还没有数据", "{home} holds no data yet")
    advice = Text("先运行 linli load 文件夹，或 linli demo", "Run `linli load FOLDER` first, or try `linli demo`")

    def __init__(self, home: object) -> None:
        super().__init__(home=home)


class StoreUnsupported(StoreError):
    """The embedded engine cannot run on the machine."""

    code = "store_unsupported"
    sentence = Text("本机不能运行内置图引擎：{why_zh}", "The embedded graph engine cannot run here: {why}")
    advice = Text("用 LINLI_STORE=bolt://主机:7687 连接 Neo4j", "Connect a Neo4j instead: LINLI_STORE=bolt://host:7687")

    def __init__(self, why: Text) -> None:
        super().__init__(why=why.en, why_zh=why.zh)


class StoreFailed(StoreError):
    """The engine reported an error that has no class of its own; `why` is the engine's first line."""

    code = "store_failed"
    sentence = Text("图数据库出错：{why}", "The graph store failed: {why}")
    advice = Text("运行 linli doctor 检查安装", "Run `linli doctor` to examine the installation")

    def __init__(self, why: str) -> None:
        super().__init__(why=why)


class QueryTimeout(StoreError):
    """A statement ran longer than its limit."""

    code = "query_timeout"
    sentence = Text("语句超过 {seconds:g} 秒，已停止", "The statement ran over {seconds:g} seconds and was stopped")
    advice = Text("缩小范围或加 LIMIT", "Narrow it, or add a LIMIT")

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds=seconds)


class SnapshotError(LinliError):
    """The published columns cannot be used."""

    code = "snapshot_error"


class SnapshotMissing(SnapshotError):
    """Nothing is published, or not the snapshot that was asked for."""

    code = "snapshot_missing"
    sentence = Text("没有快照 {digest}", "There is no snapshot {digest}")
    advice = Text(
        "运行 linli load 重新发布；旧快照只保留一段时间", "Run `linli load`; old snapshots are kept for a time only"
    )

    def __init__(self, digest: str = "current") -> None:
        super().__init__(digest=digest)


class SnapshotDamaged(SnapshotError):
    """A part of the snapshot is absent, cut short or altered."""

    code = "snapshot_damaged"
    sentence = Text("快照文件 {part} 已损坏：{why_zh}", "The snapshot part {part} is damaged: {why}")
    advice = Text("运行 linli load 重新发布，或从备份恢复", "Run `linli load` to publish it again, or restore a backup")

    def __init__(self, part: str, why: Text) -> None:
        super().__init__(part=part, why=why.en, why_zh=why.zh)


class LoadUnderWay(LinliError):
    """Another load is at work in this home."""

    code = "load_under_way"
    sentence = Text("{holder} 正在装载", "{holder} is loading")
    advice = Text("等它结束后再试", "Try again when it has ended")

    def __init__(self, holder: str) -> None:
        super().__init__(holder=holder)


class Foreign(LinliError):
    """Another installed distribution owns one of our package names."""

    code = "foreign_package"
    sentence = Text("包名 {package} 被 {distribution} 占用", "The package {package} belongs to {distribution}")
    advice = Text("请在独立的虚拟环境里安装 linli", "Install linli into an environment of its own")

    def __init__(self, package: str, distribution: str) -> None:
        super().__init__(package=package, distribution=distribution)
