from __future__ import annotations

import pytest

from channels.chatwoot.settings import ChatwootSettings
from channels.limits import Limits
from channels.settings import SettingError, Settings


def test_nothing_set_means_everything_on_this_machine_and_no_demo() -> None:
    settings = Settings.from_environment({})

    assert settings == Settings()
    assert settings.rasa_urls == ("http://127.0.0.1:5005",)
    assert not settings.is_demo


def test_what_is_set_is_taken() -> None:
    settings = Settings.from_environment(
        {
            "RASA_URL": "http://rasa:5005/",
            "ALLOWED_ORIGINS": "https://shop.example, http://localhost:3000",
            "RASA_PATIENCE": "2.5",
            "RASA_TIMEOUT": "30",
            "ASSISTANT_DEMO": "1",
            "MESSAGES_PER_MINUTE": "12",
            "REDIS_URL": "rediss://:word@redis:6380/2",
            "ADDRESS_SALT": "some salt",
        }
    )

    assert settings == Settings(
        rasa_urls=("http://rasa:5005",),
        allowed_origins=("https://shop.example", "http://localhost:3000"),
        patience=2.5,
        timeout=30.0,
        is_demo=True,
        limits=Limits(messages_per_minute=12),
        redis_url="rediss://:word@redis:6380/2",
    )


def test_chatwoot_is_off_unless_it_is_named_and_then_needs_what_lets_us_in() -> None:
    named = {"CHATWOOT_URL": "https://chat.example/"}
    with pytest.raises(SettingError, match="CHATWOOT_ACCOUNT and CHATWOOT_TOKEN and CHATWOOT_SECRET must be set"):
        Settings.from_environment(named)

    known = {"CHATWOOT_ACCOUNT": "3", "CHATWOOT_TOKEN": "a-token", "CHATWOOT_SECRET": "a-secret"}
    more = {"CHATWOOT_INBOXES": "7, 8", "CHATWOOT_TEAM": "12", "CHATWOOT_PATIENCE": "20"}
    settings = Settings.from_environment(named | known | more)

    assert settings.chatwoot == ChatwootSettings(
        "https://chat.example", 3, "a-token", "a-secret", inboxes=(7, 8), team=12, patience=20.0
    )
    assert "a-token" not in repr(settings)
    assert "a-secret" not in repr(settings)
    assert Settings.from_environment(known).chatwoot is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CHATWOOT_URL", "chat.example"),
        ("CHATWOOT_ACCOUNT", "ours"),
        ("CHATWOOT_INBOXES", "7, eight"),
        ("CHATWOOT_TEAM", "returns"),
        ("CHATWOOT_PATIENCE", "0"),
    ],
)
def test_a_bad_setting_of_chatwoot_is_named(name: str, value: str) -> None:
    known = {"CHATWOOT_URL": "https://chat.example", "CHATWOOT_ACCOUNT": "3", "CHATWOOT_TOKEN": "a-token"}

    with pytest.raises(SettingError, match=name):
        Settings.from_environment(known | {"CHATWOOT_SECRET": "a-secret", name: value})


def test_rasas_port_alone_is_enough() -> None:
    assert Settings.from_environment({"RASA_PORT": "5006"}).rasa_urls == ("http://127.0.0.1:5006",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASA_PORT", "five"),
        ("RASA_PORT", "0"),
        ("RASA_PORT", "65536"),
        ("RASA_PORT", "-1"),
        ("RASA_URL", "127.0.0.1:5005"),
        ("RASA_URL", "ftp://rasa"),
        ("ALLOWED_ORIGINS", "*"),
        ("ALLOWED_ORIGINS", "shop.example"),
        ("ALLOWED_ORIGINS", "https://shop.example/chat"),
        ("RASA_TIMEOUT", "soon"),
        ("RASA_TIMEOUT", "0"),
        ("RASA_PATIENCE", "nan"),
        ("ASSISTANT_DEMO", "yes"),
        ("MESSAGES_PER_MINUTE", "0"),
        ("CONNECTIONS", "many"),
    ],
)
def test_a_bad_value_is_named_in_a_sentence(name: str, value: str) -> None:
    with pytest.raises(SettingError) as error:
        Settings.from_environment({name: value})

    assert name in str(error.value)
    assert value in str(error.value)
    assert str(error.value).endswith(".")


@pytest.mark.parametrize("value", ["redis:6379", "http://:a-password@redis:6379", "redis://redis:a-password"])
def test_a_bad_address_of_redis_is_refused_and_not_shown_as_it_may_hold_a_password(value: str) -> None:
    with pytest.raises(SettingError, match="REDIS_URL") as error:
        Settings.from_environment({"REDIS_URL": value, "ADDRESS_SALT": "some salt"})

    assert value not in str(error.value)
    assert "a-password" not in str(error.value)
    assert str(error.value).endswith(".")


def test_several_web_services_have_to_disguise_addresses_alike() -> None:
    with pytest.raises(SettingError, match="ADDRESS_SALT"):
        Settings.from_environment({"REDIS_URL": "redis://redis"})
