"""The table of `wenxu user list`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any


def table(session: Any) -> str:
    from bot.store.access import ROLES
    from bot.store.users import list_users

    rows = [
        "\t".join((u.username, u.display_name, ROLES.get(u.role, u.role), u.team.name if u.team else "-", _state(u)))
        for u in list_users(session)
    ]
    return (
        "\n".join(["用户名\t姓名\t角色\t团队\t状态", *rows])
        if rows
        else "还没有用户。用 wenxu user add 增加，或用 wenxu serve --demo 试用"
    )


def unbind(session: Any, username: str, channel: str) -> int:
    """End the user's names on a channel, on all without one; return how many there were. Raises users.UserError."""
    from bot.store import identity
    from bot.store.users import UserError, user_by_name

    if channel not in ("", "wechat", "wecom", "oidc"):
        raise UserError(f"没有渠道“{channel}”。可以用：wechat（公众号）、wecom（企业微信）、oidc（统一登录）")
    return identity.unbind(session, None, user_by_name(session, username).id, datetime.now(UTC), channel=channel)


def _state(user: Any) -> str:
    if not user.active:
        return "停用"
    return "锁定" if user.locked_until and user.locked_until > datetime.now(UTC) else "正常"
