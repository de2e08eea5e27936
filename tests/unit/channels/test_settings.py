from __future__ import annotations

import pytest

from channels.limits import Limits
from channels.settings import SettingError, Settings


def test_nothing_set_means_everything_on_this_machine_and_no_demo() -> None:
    settings = Settings.from_environment({})

    assert settings == Settings()
    assert settings.rasa_url == "http://127.0.0.1:5005"
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
        }
    )

    assert settings == Settings(
        rasa_url="http://rasa:5005",
        allowed_origins=("https://shop.example", "http://localhost:3000"),
        patience=2.5,
        timeout=30.0,
        is_demo=True,
        limits=Limits(messages_per_minute=12),
    )


def test_rasas_port_alone_is_enough() -> None:
    assert Settings.from_environment({"RASA_PORT": "5006"}).rasa_url == "http://127.0.0.1:5006"


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
