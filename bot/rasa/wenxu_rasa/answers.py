"""Checks what actions answer with a schema that is compiled once.

Rasa 3.6.21 calls `jsonschema.validate` for every action, which checks the schema itself each time: two thirds of a
turn. Only that method is replaced, and only while it is the one known here.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
from typing import Any

logger = logging.getLogger(__name__)
METHOD = "_validate_action_result"
KNOWN = (
    "f8cdb4be6812396167ced74161b2ccd65c5ea676ad86d7d359d8c322d9d8dc42"  # SHA-256 of the method's source in Rasa 3.6.21
)


def install() -> bool:
    """Replace Rasa's check; False, with a warning, if Rasa's code is not what was replaced when this was written."""
    from jsonschema import Draft202012Validator, validators
    from rasa.core.actions.action import RemoteAction

    method = getattr(RemoteAction, METHOD, None)
    if getattr(method, "compiled", False):
        return True
    if method is None or not hasattr(RemoteAction, "action_response_format_spec") or source_hash(method) != KNOWN:
        logger.warning("Rasa 的动作校验与已知版本不同，保留 Rasa 自己的校验")
        return False
    schema = RemoteAction.action_response_format_spec()
    validator = validators.validator_for(schema, default=Draft202012Validator)(schema)

    def check(self: Any, result: dict[str, Any]) -> bool:
        error = next(validator.iter_errors(result), None)
        if error is not None:
            error.message += ". Failed to validate Action server response from API"
            raise error
        return True

    check.compiled = True  # type: ignore[attr-defined]
    setattr(RemoteAction, METHOD, check)
    return True


def source_hash(method: Any) -> str:
    return hashlib.sha256(inspect.getsource(method).encode()).hexdigest()
