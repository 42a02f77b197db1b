"""Errors as RFC 9457 problem documents with a Chinese title and detail."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from bot.conversation.gateway import Busy, DialogueDown
from bot.store.access import NotReachable

TITLES = {
    400: "请求有误",
    401: "请先登录",
    403: "没有权限",
    404: "没有找到",
    405: "不支持这种请求方式",
    409: "正在处理",
    411: "缺少内容长度",
    413: "内容太长",
    422: "请求内容不对",
    429: "太频繁了",
    500: "服务出错了",
    503: "对话服务还没准备好",
}


def problem(
    status: int, detail: str, title: str = "", headers: dict[str, str] | None = None, **extra: Any
) -> JSONResponse:
    body = {
        "type": "about:blank",
        "status": status,
        "title": title or TITLES.get(status, "出错了"),
        "detail": detail,
        **extra,
    }
    return JSONResponse(body, status, media_type="application/problem+json", headers=headers)


def describe(error: Exception) -> tuple[int, str]:
    """Return status and Chinese detail of an error that a turn may end with."""
    if isinstance(error, NotReachable):
        return 404, "没有这个对话，或者不是您的。"
    if isinstance(error, Busy):
        return 409, "这条消息正在处理，稍等一下就有答复。"
    if isinstance(error, DialogueDown):
        return 503, "对话服务还在启动或暂时不可用，请过一会儿再试。"
    return 500, "处理这条消息时出错了，已记入日志，请再试一次。"


def _field(error: dict[str, Any]) -> str:
    return ".".join(str(p) for p in error["loc"] if p != "body") or "内容"


def install(app: FastAPI) -> None:
    """Make every error of the application a problem document."""

    @app.exception_handler(HTTPException)
    async def on_http(request: Request, error: HTTPException) -> JSONResponse:
        own = isinstance(error.detail, str) and any("\u4e00" <= c <= "\u9fff" for c in error.detail)
        detail = error.detail if own else f"{TITLES.get(error.status_code, '请求没有成功')}。"
        return problem(error.status_code, detail, headers=dict(error.headers or {}))

    @app.exception_handler(RequestValidationError)
    async def on_invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        fields = "、".join(dict.fromkeys(_field(dict(e)) for e in error.errors()))
        return problem(422, f"请检查这些内容：{fields}。")

    @app.exception_handler(NotReachable)
    @app.exception_handler(Busy)
    @app.exception_handler(DialogueDown)
    @app.exception_handler(Exception)
    async def on_error(request: Request, error: Exception) -> JSONResponse:
        status, detail = describe(error)
        return problem(status, detail)
