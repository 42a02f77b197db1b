"""Keeps TensorFlow out of a process that has no use for it (placeholder: nothing is replaced yet)."""

from __future__ import annotations


def install() -> None:
    """Do nothing."""
