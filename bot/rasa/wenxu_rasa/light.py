"""Keeps TensorFlow out of a process that has no use for it.

Rasa's recipe imports every built-in component, and with DIET and TED comes TensorFlow: most of the start-up and half of
the memory. None of them is in our pipeline. `install()` puts stand-ins in place of the packages: modules whose names
are empty classes, good enough to be base classes, decorators and annotations. A stand-in that is really used raises.
Set WENXU_TENSORFLOW=1 to have the real one (a pipeline with DIET needs it).
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

PACKAGES = ("tensorflow", "tensorflow_hub", "tensorflow_text", "tensorflow_addons", "keras", "tensorboard")


class _Meta(type):
    """Any attribute of a stand-in class is another one."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(f"{cls.__name__}.{name}")
        setattr(cls, name, made)
        return made


def _stand_in(name: str) -> Any:
    def new(cls: type, *args: Any, **kwargs: Any) -> Any:
        if len(args) == 1 and callable(args[0]) and not kwargs:
            return args[0]  # used as a decorator
        return _maybe_decorator(name)

    return _Meta(
        name,
        (),
        {"__new__": new, "__module__": "wenxu_rasa.light", "__class_getitem__": classmethod(lambda cls, _: cls)},
    )


def _maybe_decorator(name: str) -> Any:
    """What a stand-in called with arguments gives: good as a decorator, and for nothing else."""

    def decorate(*args: Any) -> Any:
        if len(args) == 1 and callable(args[0]):
            return args[0]
        raise RuntimeError(f"{name} is a stand-in for TensorFlow; set WENXU_TENSORFLOW=1 to use the real one")

    return decorate


class _Module(ModuleType):
    __version__ = "0.0.0"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        made = _stand_in(f"{self.__name__}.{name}")
        setattr(self, name, made)
        return made


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    missing = True  # at first there is no TensorFlow at all

    def find_spec(self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None) -> Any:
        if name.split(".")[0] in PACKAGES:
            if self.missing:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Nothing to run."""


def install() -> bool:
    """True if TensorFlow is kept out; False if it is wanted or already there."""
    if os.environ.get("WENXU_TENSORFLOW") == "1" or "tensorflow" in sys.modules:
        return False
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        finder = _Finder()
        sys.meta_path.insert(0, finder)
        importlib.import_module("thinc.compat")  # spaCy's library looks whether there is TensorFlow and would use it
        finder.missing = False
    return True
