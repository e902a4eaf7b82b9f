"""How JSON becomes objects, and objects JSON."""

from __future__ import annotations

import datetime as _dt
import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

if TYPE_CHECKING:
    import decimal as _decimal

T = TypeVar("T")


class Unset(Enum):
    """What an argument of a change is when it was not given."""

    UNSET = "UNSET"

    def __repr__(self) -> str:
        return "UNSET"


UNSET: Final = Unset.UNSET


class Model:
    """An object of the API. It keeps the JSON it came in and reads a field
    when it is asked for."""

    __slots__ = ("_data",)
    _fields: ClassVar[frozenset[str]] = frozenset()
    _secrets: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: dict[str, Any]) -> None:
        object.__setattr__(self, "_data", data)

    _data: dict[str, Any]

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: build a dict instead")

    @property
    def extra(self) -> dict[str, Any]:
        """Fields the server sent that this version does not know."""
        return {name: value for name, value in self._data.items() if name not in self._fields}

    def to_dict(self) -> dict[str, Any]:
        """Every field as it came, in the API's own names."""
        copy: dict[str, Any] = loads(dumps(self._data))
        return copy

    def to_json(self) -> str:
        """The object as JSON text."""
        return dumps(self._data).decode()

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return self._data == other._data

    def __hash__(self) -> int:
        return hash((type(self), self._data.get("id")))

    def __reduce__(self) -> tuple[type[Model], tuple[dict[str, Any]]]:
        return type(self), (self._data,)

    def __repr__(self) -> str:
        """Known plain fields only: an unknown one may hold anything."""
        shown = ", ".join(
            f"{name}={'***' if name in self._secrets else repr(value)}"
            for name, value in self._data.items()
            if name in self._fields and not isinstance(value, (dict, list)) and value is not None
        )
        return f"{type(self).__name__}({shown})"


def optional(make: Callable[[Any], T], value: Any) -> T | None:
    """The value made, unless it is null."""
    return None if value is None else make(value)


def timestamp(text: str) -> _dt.datetime:
    """An instant, always aware; the core writes it in UTC."""
    if text.endswith("Z"):  # Python 3.10 does not read it.
        text = text[:-1] + "+00:00"
    value = _dt.datetime.fromisoformat(text)
    return value if value.tzinfo else value.replace(tzinfo=_dt.timezone.utc)


def day(text: str) -> _dt.date:
    """A calendar date."""
    return _dt.date.fromisoformat(text)


def decimal(value: Any) -> _decimal.Decimal:
    """An exact decimal. Loaded when first needed: that is a third of the
    package's import time."""
    import decimal as _decimal

    return value if isinstance(value, _decimal.Decimal) else _decimal.Decimal(str(value))


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given."""
    return {name: value for name, value in fields.items() if value is not None}


def patch(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given; `None` clears a field."""
    return {name: value for name, value in fields.items() if value is not UNSET}


def dumps(value: Any) -> bytes:
    """JSON text in UTF-8."""
    return json.dumps(value, default=_plain, separators=(",", ":")).encode()


def loads(text: bytes) -> Any:
    """The value of JSON text; no number loses a digit."""
    return json.loads(text, parse_float=decimal)


def _plain(value: object) -> Any:
    if isinstance(value, Model):
        return value._data
    if isinstance(value, _dt.datetime):
        if value.tzinfo is None:
            from .errors import InvalidInputError

            raise InvalidInputError.of(
                f"{value!r} has no time zone: pass tzinfo, such as datetime.timezone.utc"
            )
        return value.isoformat()
    if isinstance(value, _dt.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence):
        return list(value)
    import decimal as _decimal

    if isinstance(value, _decimal.Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")
