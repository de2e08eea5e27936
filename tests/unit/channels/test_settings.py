from __future__ import annotations

import pytest

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
