"""Logging in with the bank's own provider: OpenID Connect, code flow with PKCE, state and nonce.

What belongs to one attempt is kept in a signed cookie of ten minutes, so that the answer only works in the browser that
asked. The provider's addresses and keys are found by discovery. https://openid.net/specs/openid-connect-core-1_0.html
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

import httpx2
import jwt
import structlog
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import AsyncOAuth2Client
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata, get_well_known_url
from fastapi import APIRouter, HTTPException, Query, Request, Response
from fastapi.responses import RedirectResponse
from joserfc import jwt as jose
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from bot.bootstrap import Container
from bot.ops import metrics
from bot.settings import Settings
from bot.store import identity
from bot.store.tables import User
from bot.web.auth import ALGORITHM, Entry, keep_refresh, open_session
from bot.web.identity import ARRIVED, Wired, address, agent, is_secure

router = APIRouter(include_in_schema=False)
log = structlog.get_logger()
COOKIE, PATH, MINUTES, AUDIENCE = "wenxu_oidc", "/oidc", 10, "wenxu-oidc"
SIGNED_WITH = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]  # never "none", never our client secret
KEPT_FOR = 3600.0  # seconds that discovery and keys are kept
LEEWAY = 60  # seconds that clocks may differ
SECONDS = 8.0  # for one call to the provider
Given = Annotated[str, Query(max_length=4000)]
AGAIN = "登录已过期或不是从这里开始的，请重新登录。"
REFUSED = "统一登录没有认可这次登录，请重新登录。"
AWAY = "统一登录暂时连不上，请过一会儿再试，或用用户名和密码登录。"
NOBODY = "您的账号还没有开通问需，请联系管理员。"


class Unproven(Exception):
    """The provider's answer does not prove who it is."""


@dataclass
class Provider:
    """What the provider says of itself."""

    about: dict[str, Any]
    keys: KeySet
    until: float


async def _get(url: str) -> dict[str, Any]:
    async with httpx2.AsyncClient(timeout=SECONDS) as client:
        answer = await client.get(url, headers={"Accept": "application/json"})
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


async def provider(request: Request, fresh: bool = False) -> Provider:
    """Return the provider, asked once an hour. Raises 503 when it cannot be reached or says something else."""
    settings: Settings = request.app.state.container.settings
    if not settings.oidc_issuer:
        raise HTTPException(404, "没有开通统一登录。")
    known: Provider | None = getattr(request.app.state, "oidc", None)
    if known is not None and not fresh and known.until > time.monotonic():
        return known
    try:
        about = OpenIDProviderMetadata(await _get(get_well_known_url(settings.oidc_issuer, external=True)))
        about.validate_issuer()
        if about["issuer"].rstrip("/") != settings.oidc_issuer.rstrip("/"):
            raise ValueError("issuer")
        found = Provider(dict(about), KeySet.import_key_set(await _get(about["jwks_uri"])), time.monotonic() + KEPT_FOR)  # type: ignore[arg-type]
    except (httpx2.HTTPError, ValueError, KeyError, JoseError) as error:
        log.warning("oidc_discovery_failed", error=type(error).__name__)
        raise HTTPException(503, AWAY) from None
    request.app.state.oidc = found
    return found


def _client(settings: Settings) -> AsyncOAuth2Client:
    secret = settings.oidc_client_secret.get_secret_value()
    return AsyncOAuth2Client(
        settings.oidc_client_id,
        secret or None,
        token_endpoint_auth_method="client_secret_basic" if secret else "none",
        scope=settings.oidc_scope,
        redirect_uri=f"{settings.public_url.rstrip('/')}/oidc/callback",
        code_challenge_method="S256",
        timeout=SECONDS,
    )


@router.get("/oidc/login")
async def begin(request: Request, wired: Wired) -> Response:
    """Send the browser to the provider."""
    there = await provider(request)
    attempt = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    async with _client(wired.settings) as client:
        url, _ = client.create_authorization_url(
            there.about["authorization_endpoint"],
            state=attempt["state"],
            code_verifier=attempt["verifier"],
            nonce=attempt["nonce"],
        )
    ends = datetime.now(UTC) + timedelta(minutes=MINUTES)
    kept = jwt.encode({**attempt, "aud": AUDIENCE, "exp": ends}, wired.settings.signing_key, ALGORITHM)
    reply = RedirectResponse(url, 302, {"Cache-Control": "no-store"})
    # Lax, not strict: the browser comes back from another site.
    reply.set_cookie(
        COOKIE, kept, MINUTES * 60, path=PATH, httponly=True, secure=is_secure(request, wired), samesite="lax"
    )
    return reply


def _attempt(request: Request, state: str) -> dict[str, str]:
    """Return what was sent out with this state by this browser. Raises 400."""
    settings: Settings = request.app.state.container.settings
    try:
        kept: dict[str, str] = jwt.decode(
            request.cookies.get(COOKIE, ""), settings.signing_key, algorithms=[ALGORITHM], audience=AUDIENCE
        )
    except jwt.InvalidTokenError:
        raise HTTPException(400, AGAIN) from None
    if not hmac.compare_digest(kept["state"].encode(), state.encode()):
        raise HTTPException(400, AGAIN)
    return kept


@router.get("/oidc/callback")
async def back(request: Request, wired: Wired, code: Given = "", state: Given = "", error: Given = "") -> Response:
    """The provider sent the browser back: have the code changed for a proof of who it is, and let them in."""
    # Nothing can be guessed here, and a whole office may share an address: the wider limit.
    request.app.state.limits.check("refresh", f"{address(request)}|oidc")
    attempt = _attempt(request, state)
    if error or not code:
        raise HTTPException(401, REFUSED)
    there = await provider(request)
    try:
        async with _client(wired.settings) as client:
            token = await client.fetch_token(
                there.about["token_endpoint"], code=code, code_verifier=attempt["verifier"]
            )
        claims = await _proof(request, there, token, attempt["nonce"])
    except (OAuthError, Unproven) as refusal:
        log.warning("oidc_refused", error=type(refusal).__name__)
        raise HTTPException(401, REFUSED) from None
    except httpx2.HTTPError:
        raise HTTPException(503, AWAY) from None
    entered = await asyncio.to_thread(_let_in, wired, claims, agent(request))
    reply = RedirectResponse(ARRIVED, 303, {"Cache-Control": "no-store"})
    keep_refresh(reply, entered, is_secure(request, wired), remember=False)
    reply.delete_cookie(COOKIE, path=PATH)
    return reply


async def _proof(request: Request, there: Provider, token: dict[str, Any], nonce: str) -> dict[str, Any]:
    """Return the claims of the ID token. Raises Unproven. A key that is not known may be new: asked for once."""
    raw = str(token.get("id_token") or "")
    try:
        signed = jose.decode(raw, there.keys, algorithms=SIGNED_WITH)
    except (JoseError, ValueError):
        try:
            signed = jose.decode(raw, (await provider(request, fresh=True)).keys, algorithms=SIGNED_WITH)
        except (JoseError, ValueError) as error:
            raise Unproven from error
    settings: Settings = request.app.state.container.settings
    expected = {
        "iss": {"essential": True, "value": there.about["issuer"]},
        "aud": {"essential": True, "value": settings.oidc_client_id},
        "sub": {"essential": True},
        settings.oidc_claim: {"essential": True},
    }
    params = {"nonce": nonce, "client_id": settings.oidc_client_id, "access_token": token.get("access_token")}
    claims = CodeIDToken(signed.claims, signed.header, expected, params)
    try:
        claims.validate(leeway=LEEWAY)
    except (JoseError, ValueError) as error:
        raise Unproven from error
    return dict(signed.claims)


def _let_in(wired: Container, claims: dict[str, Any], device: str) -> Entry:
    """Let in whom the provider named: bound before, or, the first time, of the same user name. Raises 403."""
    now = wired.gateway.clock()
    with wired.database.session() as session:
        user = _user(session, wired.settings, claims, now)
        if user is None:
            metrics.count_login("unknown")
            raise HTTPException(403, NOBODY)
        entered = open_session(session, user, wired.settings, now, agent=device)
        session.commit()
        metrics.count_login("ok")
        return entered


def _user(session: Any, settings: Settings, claims: dict[str, Any], now: datetime) -> User | None:
    subject = f"{claims['iss']}|{claims['sub']}"
    return identity.provider_user(session, subject, str(claims[settings.oidc_claim]), now)
