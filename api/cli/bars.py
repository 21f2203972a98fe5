"""Progress bars for long steps, drawn on the error stream."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from graph.model.text import Lang, Text

STEPS: dict[str, Text] = {
    "district": Text("虚构街道", "make up the district"),
    "files": Text("写出文件", "write files"),
    "write": Text("写入变化", "write changes"),
    "backup": Text("备份", "back up"),
    "restore": Text("恢复", "restore"),
    "read": Text("读取文件", "read files"),
    "identity": Text("识别同一人", "find who is who"),
    "resolve": Text("合并记录", "resolve records"),
    "tags": Text("计算规则标签", "compute rule tags"),
    "compare": Text("与现有数据比较", "compare with what is there"),
    "nodes": Text("写入节点", "write nodes"),
    "edges": Text("写入关系", "write relationships"),
    "retire": Text("移除失效数据", "retire what is gone"),
    "project": Text("读出列", "read columns"),
    "publish": Text("发布快照", "publish the snapshot"),
    "index": Text("建立索引", "build the index"),
    "tables": Text("读取表格", "read the tables"),
    "match": Text("判断配对", "judge the pairs"),
    "fairness": Text("公平刻度", "fairness dial"),
    "assign": Text("安排", "assign"),
    "solve": Text("求解，差距", "solve, gap"),
    "median": Text("求解 p-中位，已看分支", "solve the p-median, branches seen"),
    "bundle": Text("活动组合", "bundles"),
}


class Bars:
    """One bar a step, added when the step first reports; `passing` bars leave at the end."""

    def __init__(self, lang: Lang, *, passing: bool = False) -> None:
        self._lang = lang
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=30),
            TextColumn("{task.fields[count]}"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=passing,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Bars:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def report(self, step: str, done: int, total: int | None) -> None:
        """Move the bar of `step` (the `Progress` of every long function).

        A step of two words, "read venues", moves the bar of the first and shows the second beside it.
        """
        kind, _, detail = step.partition(" ")
        if kind not in self._tasks:
            self._finish()
            self._tasks[kind] = self._progress.add_task(kind, total=total, count="")
        name = STEPS[kind].of(self._lang) if kind in STEPS else kind
        shown = f"{name} {detail}".rstrip()
        count = f"{done:,}" if total is None else f"{done:,}/{total:,}"
        self._progress.update(self._tasks[kind], description=shown, completed=done, total=total, count=count)

    def _finish(self) -> None:
        """Fill the bars of earlier steps whose total was never known."""
        for task in self._progress.tasks:
            if task.total is None:
                self._progress.update(task.id, total=max(task.completed, 1), completed=max(task.completed, 1))
