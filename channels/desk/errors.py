"""Why the desk refuses something: a status, a stable code, and a sentence for the agent."""

from __future__ import annotations

from typing import Any

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel


class DeskError(Exception):
    """`more` are further fields of the error, such as who holds the conversation."""

    def __init__(self, status: int, code: str, message: str, **more: Any) -> None:
        super().__init__(code)
        self.status = status
        self.error = {"code": code, "message": message, **more}

    @property
    def body(self) -> dict[str, Any]:
        return {"error": self.error}


class Problem(BaseModel):
    """What is wrong, for a program and for a person."""

    code: str
    message: str


class ErrorAnswer(BaseModel):
    """Every answer that isn't a success."""

    error: Problem


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """With which of them a call may be refused, for its description."""
    return {status: {"model": ErrorAnswer} for status in statuses}


async def say_refusal(_: Request, refused: Exception) -> JSONResponse:
    """The answer to a call that was refused."""
    assert isinstance(refused, DeskError)  # noqa: S101 - it is registered for nothing else
    return JSONResponse(refused.body, status_code=refused.status)


async def say_what_is_malformed(request: Request, malformed: Exception) -> JSONResponse:
    """The answer to a call that isn't of the form that the interface describes."""
    assert isinstance(malformed, RequestValidationError)  # noqa: S101 - it is registered for nothing else
    first = malformed.errors()[0]
    field = ".".join(str(part) for part in first["loc"][1:]) or "the body"
    return await say_refusal(request, DeskError(422, "malformed", f"{field}: {first['msg']}."))
