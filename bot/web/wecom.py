"""`/wecom`: the callback of a self-built 企业微信 app. https://developer.work.weixin.qq.com/document/path/90930

The call is answered at once, the message by a call of ours; only a flood is refused inside the call.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request, Response

from bot.channels import xmlio
from bot.channels.crypto import Forged, Sealer
from bot.channels.inbound import from_wecom
from bot.channels.replies import envelope, passive_text
from bot.channels.sentences import FLOOD
from bot.channels.service import Channels
from bot.channels.xmlio import BadXml
from bot.web.wechat import UNREADABLE, Given, Here

router = APIRouter(include_in_schema=False)
REFUSED = "这个请求不是企业微信发来的，或者已经过时。"


def _sealer(here: Channels) -> Sealer:
    if here.wecom is None:
        raise HTTPException(404, "没有开通企业微信。")
    return here.wecom


@router.get("/wecom")
def verify(
    here: Here, msg_signature: Given = "", timestamp: Given = "", nonce: Given = "", echostr: Given = ""
) -> Response:
    """The platform asks whether the address is ours: the decrypted text is the answer."""
    sealer = _sealer(here)
    try:
        here.in_time(timestamp)
        plain = sealer.open(msg_signature, timestamp, nonce, echostr)
    except Forged:
        raise HTTPException(403, REFUSED) from None
    return Response(plain, media_type="text/plain")


@router.post("/wecom")
async def message(
    request: Request, here: Here, msg_signature: Given = "", timestamp: Given = "", nonce: Given = ""
) -> Response:
    sealer = _sealer(here)
    try:
        here.in_time(timestamp)
        sealed = str(xmlio.read(await request.body()).get("Encrypt") or "")
        fields = xmlio.read(sealer.open(msg_signature, timestamp, nonce, sealed))
        agent = str(fields.get("AgentID") or here.settings.wecom_agent_id)
        if agent != str(here.settings.wecom_agent_id):  # another app of the same corporation
            raise Forged
        incoming = from_wecom(fields)
        received = await here.receive(incoming, (msg_signature, timestamp, nonce))
    except Forged:
        raise HTTPException(403, REFUSED) from None
    except BadXml:
        raise HTTPException(400, UNREADABLE) from None
    if received.accepted:
        return Response(b"", media_type="text/plain")
    seconds = int(here.clock().timestamp())
    document = passive_text(incoming.subject, here.settings.wecom_corp_id, seconds, FLOOD)
    return Response(envelope(sealer, document, str(seconds), nonce), media_type="application/xml")
