"""What annotations name. Nothing of it is loaded before somebody asks for the
types of a method: together these modules take longer than a first call."""

from __future__ import annotations

from ._wire import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as datetime
    import decimal as decimal
    import typing as typing
    from collections.abc import Mapping as Mapping
    from collections.abc import Sequence as Sequence

    from typing_extensions import Self as Self

    from . import params as params
else:
    # What `collections.abc` is made of, and every interpreter has loaded.
    from _collections_abc import Mapping, Sequence

    class Self:
        """An object of the class that the method is called on."""

    class Module:
        """A module that is loaded when one of its names is asked for."""

        def __init__(self, name):
            self._name = name

        def __getattr__(self, name):
            from importlib import import_module

            return getattr(import_module(self._name), name)

    datetime = Module("datetime")
    decimal = Module("decimal")
    typing = Module("typing")
    params = Module(f"{__package__}.params")
