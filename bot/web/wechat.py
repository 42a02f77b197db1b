"""`/wechat`: the callback of a 公众号. https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html

The platform waits five seconds and tries three times; an empty answer or `success` accepts the message without a reply.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response

from bot.channels import xmlio
from bot.channels.crypto import Forged, Sealer, check_signature
from bot.channels.inbound import from_wechat
from bot.channels.replies import envelope, passive_text
from bot.channels.service import Channels
from bot.channels.xmlio import BadXml

router = APIRouter(include_in_schema=False)
SUCCESS = b"success"
REFUSED = "这个请求不是微信发来的，或者已经过时。"
UNREADABLE = "请求的内容看不懂。"
Given = Annotated[str, Query(max_length=200)]


def channels(request: Request) -> Channels:
    found: Channels = request.app.state.container.channels
    return found


Here = Annotated[Channels, Depends(channels)]


def _sealer(here: Channels) -> Sealer:
    if here.wechat is None:
        raise HTTPException(404, "没有开通公众号。")
    return here.wechat


@router.get("/wechat")
def verify(
    here: Here, signature: Given = "", timestamp: Given = "", nonce: Given = "", echostr: Given = ""
) -> Response:
    """The platform asks whether the address is ours."""
    sealer = _sealer(here)
    try:
        here.in_time(timestamp)
        check_signature(signature, sealer.token, timestamp, nonce)
    except Forged:
        raise HTTPException(403, REFUSED) from None
    return Response(echostr, media_type="text/plain")


@router.post("/wechat")
async def message(
    request: Request,
    here: Here,
    signature: Given = "",
    timestamp: Given = "",
    nonce: Given = "",
    encrypt_type: Given = "",
    msg_signature: Given = "",
) -> Response:
    sealer = _sealer(here)
    sealed = encrypt_type == "aes"
    try:
        here.in_time(timestamp)
        if not sealed or signature:  # the encrypted modes send it too; their own signature is the one that counts
            check_signature(signature, sealer.token, timestamp, nonce)
        fields = xmlio.read(await request.body())
        if sealed:
            fields = xmlio.read(sealer.open(msg_signature, timestamp, nonce, str(fields.get("Encrypt") or "")))
        elif here.settings.wechat_mode != "plain":
            raise Forged
        incoming = from_wechat(fields)
        received = await here.receive(incoming, (msg_signature or signature, timestamp, nonce))
    except Forged:
        raise HTTPException(403, REFUSED) from None
    except BadXml:
        raise HTTPException(400, UNREADABLE) from None
    text = await here.reply(received)
    if text is None:
        return Response(SUCCESS, media_type="text/plain")
    seconds = int(here.clock().timestamp())
    document = passive_text(incoming.subject, str(fields.get("ToUserName") or ""), seconds, text)
    return Response(
        envelope(sealer, document, str(seconds), nonce) if sealed else document, media_type="application/xml"
    )
