"""Settings: checked, and strict about names."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.settings import read_settings
from graph.model.errors import SettingInvalid, UnknownName


def test_defaults() -> None:
    settings = read_settings({"HOME": "/x", "LANG": "zh_CN.UTF-8"})
    assert settings.embedded
    assert settings.lang == "zh"
    assert settings.home == Path("~/.local/share/linli").expanduser()


def test_an_unknown_setting_is_an_error_with_the_nearest_name() -> None:
    with pytest.raises(UnknownName, match="LINLI_HOME"):
        read_settings({"LINLI_HOEM": "/x"})


@pytest.mark.parametrize(
    ("name", "value"),
    [("LINLI_STORE", "mysql://x"), ("LINLI_LANG", "fr"), ("LINLI_KEEP_DAYS", "-1"), ("LINLI_KEEP_DAYS", "soon")],
)
def test_impossible_values_are_refused(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=name):
        read_settings({name: value})


def test_the_language_follows_the_system_unless_set() -> None:
    assert read_settings({"LANG": "C.UTF-8"}).lang == "en"
    assert read_settings({"LANG": "C.UTF-8", "LINLI_LANG": "zh"}).lang == "zh"
