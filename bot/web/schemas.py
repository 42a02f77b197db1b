"""What the routes take in. Unknown keys are left alone, so that callers may send more than we read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, StringConstraints

MAX_TEXT = 2000  # characters of one message
Text = Annotated[str, StringConstraints(min_length=1, max_length=MAX_TEXT, strip_whitespace=False, pattern=r"\S")]


class LoginIn(BaseModel):
    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    refresh: Literal["none", "cookie", "body"] = "none"  # where the token to go on with is wanted
    remember: bool = False  # keep the cookie when the browser is closed


class RefreshIn(BaseModel):
    refresh_token: Annotated[str, StringConstraints(max_length=2000)] = ""


class PasswordIn(BaseModel):
    old: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    new: Annotated[str, StringConstraints(min_length=1, max_length=200)]


class WidgetLoginIn(BaseModel):
    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    password: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    embed: Annotated[str, StringConstraints(max_length=2000)]


class WidgetSessionIn(BaseModel):
    ticket: Annotated[str, StringConstraints(max_length=2000)]
    embed: Annotated[str, StringConstraints(max_length=2000)]


class TicketIn(BaseModel):
    username: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    origin: Annotated[str, StringConstraints(max_length=200)]


class ChatIn(BaseModel, strict=True):
    text: Text
    conversation: Annotated[str, StringConstraints(max_length=40)] | None = None
    key: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None


class NluIn(BaseModel, strict=True):
    text: Text
    mode: Literal["idle", "visit", "practice"] = "idle"
    context: Annotated[str, StringConstraints(max_length=MAX_TEXT)] | None = ""
