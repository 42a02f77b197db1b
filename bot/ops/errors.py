"""What an operator may run into. Shown as one Chinese message, never as a traceback."""

from __future__ import annotations


class OpsError(Exception):
    """Something an operator can mend: `message` says what is wrong, `remedy` what to do next."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}\n  怎么办：{self.remedy}" if self.remedy else self.message
