"""Every setting, its default, and the sentence for a value that cannot be used."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest

from pool import settings as room
from pool.settings import Settings, SettingsError, load, masked, secret_key, table


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("PULJEN_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(room, "load", load.__wrapped__)


def loaded() -> Settings:
    return room.load()


def test_defaults_make_an_installation_that_works(tmp_path: Path) -> None:
    settings = loaded()
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path}/var/puljen.sqlite"
    assert settings.key_file == tmp_path / "var.key"
    assert settings.base_url == "http://127.0.0.1:8000"
    assert not settings.secure_cookies
    assert settings.redis_url is None
    assert settings.smtp_url is None


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_DATABASE_URL", "")
    assert loaded().is_sqlite


def test_https_makes_cookies_secure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_BASE_URL", "https://puljen.example.dk/")
    assert loaded().secure_cookies
    assert loaded().base_url == "https://puljen.example.dk"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "eighty", "PULJEN_PORT is 'eighty': input should be a valid integer"),
        ("PORT", "0", "PULJEN_PORT is '0': input should be greater than or equal to 1"),
        ("DATABASE_URL", "mysql://x", "should begin with one of sqlite:…, postgresql:…"),
        ("REDIS_URL", "http://a:geheim@b", "should begin with one of redis:…"),
        ("SMTP_URL", "mail.example.dk", "should begin with one of smtp:…"),
        ("BASE_URL", "puljen.example.dk", "should be the address people type"),
        ("SUMMARY_DAY", "10. december", "should be a month and a day of every year"),
        ("SUMMARY_DAY", "02-29", "should be a month and a day of every year"),
        ("SUMMARY_DAY", "W01-1", "should be a month and a day of every year"),
        ("SUMMARY_DAY", "06-30", "should be a day in the second half of the year"),
        ("SUMMARY_RECIPIENTS", "Anne Borg, b@example.dk", "should be an address, or a name with"),
        ("BASE_URL", "https://example.dk/puljen", "should be the address people type"),
        ("MAIL_FROM", "puljen", "should be an address, or a name with an address in <>"),
        ("MAIL_FROM", "Pulje\nBcc: x@y.dk <a@b.dk>", "should be an address"),
        ("LOG_LEVEL", "loud", "should be 'DEBUG', 'INFO', 'WARNING' or 'ERROR'"),
        ("LANGUAGE", "kl", "should be 'da' or 'en'"),
        ("KEY_FILE", "var/key", "PULJEN_KEY_FILE lies inside the data folder"),
        ("DEFINITIONS_DIR", "/nonexistent", "there is no folder /nonexistent; create it"),
        ("DATABSE_URL", "x", "There is no setting PULJEN_DATABSE_URL: did you mean PULJEN_DATABA"),
        ("WHATEVER_ELSE", "x", "There is no setting PULJEN_WHATEVER_ELSE: `puljen settings` lists"),
    ],
)
def test_a_bad_value_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(f"PULJEN_{name}", value)
    with pytest.raises(SettingsError) as caught:
        loaded()
    assert len(caught.value.sentences) == 1
    assert said in str(caught.value)
    assert "geheim" not in str(caught.value)


def test_mail_that_goes_out_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_SMTP_URL", "smtp://relay")
    with pytest.raises(SettingsError, match="PULJEN_MAIL_FROM is not set: mails that go out"):
        loaded()


def test_all_faults_are_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_PORT", "x")
    monkeypatch.setenv("PULJEN_LANGUAGE", "x")
    monkeypatch.setenv("PULJEN_TYPO", "x")
    with pytest.raises(SettingsError) as caught:
        loaded()
    assert len(caught.value.sentences) == 3


def test_the_table_masks_passwords_and_explains_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_DATABASE_URL", "postgresql://puljen:geheim@db/puljen")
    monkeypatch.setenv("PULJEN_SMTP_URL", "smtp://me:gehe/im@relay:25")
    monkeypatch.setenv("PULJEN_MAIL_FROM", "Puljen <pulje@example.dk>")
    rows = {name: (value, meaning) for name, value, meaning in table(loaded())}
    assert rows["PULJEN_DATABASE_URL"][0] == "postgresql://puljen:***@db/puljen"
    assert len(rows) == len(Settings.model_fields)
    assert all(meaning.endswith(".") for _, meaning in rows.values())
    assert "geheim" not in str(rows)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("redis://:pw@host:1/0", "redis://:***@host:1/0"),
        ("postgresql:///x?host=/tmp&password=pw&a=1", "postgresql:///x?host=/tmp&password=***&a=1"),
        ("redis://host/0", "redis://host/0"),
        ("smtp://me:p@ss@host", "smtp://me:***@host"),
    ],
)
def test_masking(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = loaded()
    key = secret_key(settings)
    assert len(key) == 32
    assert secret_key(settings) == key
    assert stat.S_IMODE((tmp_path / "var.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["var.key"]


def _key(settings: Settings) -> bytes:
    return secret_key(settings)


def test_processes_that_start_together_agree_on_the_key() -> None:
    with multiprocessing.get_context("spawn").Pool(4) as crowd:
        keys = crowd.map(_key, [loaded()] * 12)
    assert len(set(keys)) == 1


def test_a_key_file_without_a_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "var.key").write_text("")
    with pytest.raises(SettingsError, match="holds no key"):
        secret_key(loaded())


def test_a_key_file_that_cannot_be_made_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PULJEN_KEY_FILE", "/proc/nowhere/key")
    with pytest.raises(SettingsError, match=r"cannot be read or made \(.*\): give this user acc"):
        secret_key(loaded())
