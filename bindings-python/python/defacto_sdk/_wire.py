"""How JSON becomes objects, and objects JSON."""

from __future__ import annotations

import sys

from ._native import NativeObject, loads

# Type checkers take the name for true. The modules they alone need, and those
# that are loaded where they are first used, would be most of an import's time.
TYPE_CHECKING = False

if TYPE_CHECKING:
    import datetime as _dt
    import decimal as _decimal
    import enum
    from collections.abc import Callable
    from typing import Any, ClassVar, Final, TypeVar

    T = TypeVar("T")

    class Unset(enum.Enum):
        UNSET = "UNSET"

    UNSET: Final = Unset.UNSET
else:

    class Unset:
        """What an argument of a change is when it was not given."""

        __slots__ = ()

        def __repr__(self):
            return "UNSET"

        def __reduce__(self):
            return "UNSET"

    UNSET = Unset()

    class Generic:
        """What `typing` has under this name, for who does not load it."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls

    def TypeVar(*_, **__):
        return None


class Model:
    """An object of the API. It keeps the JSON it came in and reads a field
    when it is asked for."""

    __slots__ = ("_data", "_decoded")
    _fields: ClassVar[frozenset[str]] = frozenset()
    _secrets: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, data: dict[str, Any] | NativeObject) -> None:
        if not isinstance(data, (dict, NativeObject)):
            raise TypeError(f"{type(self).__name__} is made of an object, not of a {type(data).__name__}")
        object.__setattr__(self, "_data", data)

    # As it came: whoever sends it on sends this, whatever was looked at.
    _data: dict[str, Any] | NativeObject
    _decoded: dict[str, Any]

    def _all(self) -> dict[str, Any]:
        """Every field, decoded once."""
        data = self._data
        if isinstance(data, dict):
            return data
        try:
            return self._decoded
        except AttributeError:
            fields: dict[str, Any] = loads(data.json())
            object.__setattr__(self, "_decoded", fields)
            return fields

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: build a dict instead")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} cannot be changed: build a dict instead")

    @property
    def extra(self) -> dict[str, Any]:
        """Fields the server sent that this version does not know."""
        extra = {name: value for name, value in self._all().items() if name not in self._fields}
        copy: dict[str, Any] = copied(extra)
        return copy

    def to_dict(self) -> dict[str, Any]:
        """Every field as it came, in the API's own names."""
        copy: dict[str, Any] = copied(self._all())
        return copy

    def to_json(self) -> str:
        """The object as JSON text. A number with more digits than a double
        holds becomes text, which the API reads too."""
        import json

        return json.dumps(self._all(), default=_number, separators=(",", ":"), ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return self._all() == other._all()

    def __hash__(self) -> int:
        return hash((type(self), self._data.get("id")))

    def __reduce__(self) -> tuple[type[Model], tuple[dict[str, Any]]]:
        return type(self), (self._all(),)

    def __repr__(self) -> str:
        """Known plain fields only: an unknown one may hold anything."""
        shown = ", ".join(
            f"{name}={'***' if name in self._secrets else repr(value)}"
            for name, value in self._all().items()
            if name in self._fields and not isinstance(value, (dict, list)) and value is not None
        )
        return f"{type(self).__name__}({shown})"


def optional(make: Callable[[Any], T], value: Any) -> T | None:
    """The value made, unless it is null."""
    return None if value is None else _made(make, value)


def many(make: Callable[[Any], T] | None, value: Any) -> list[Any]:
    """The items of a list; null is an empty one."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise _odd(value, "list")
    return list(value) if make is None else [_made(make, item) for item in value]


def mapping(make: Callable[[Any], T] | None, value: Any) -> dict[str, Any]:
    """The values of a map; null is an empty one."""
    value = copied(value)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _odd(value, "map")
    return value if make is None else {name: _made(make, item) for name, item in value.items()}


def _made(make: Callable[[Any], T], value: Any) -> T:
    try:
        return make(value)
    except (TypeError, AttributeError, ValueError, ArithmeticError):
        raise _odd(value, make.__name__) from None


def _odd(value: Any, wanted: str) -> Exception:
    from .errors import DecodeError

    return DecodeError.of(
        f"the server sent a {type(value).__name__} for a {wanted}: read it with to_dict()"
    )


def needed(data: dict[str, Any] | NativeObject, name: str) -> Any:
    """A field without which an object is of no use."""
    value = data.get(name)
    if value is None:
        from .errors import DecodeError

        raise DecodeError.of(f"the server sent an object without {name}: read it with to_dict()")
    return value


_INSTANT = (
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:([Zz])|([+-]\d\d):?(\d\d))?"
)
_READS_ALL = sys.version_info >= (3, 11)


def timestamp(text: str) -> _dt.datetime:
    """An instant, always aware. Python 3.10 reads few of the forms there are,
    so what it should read is put into one form first."""
    import datetime as _dt

    if _READS_ALL and len(text) > 18:
        try:
            instant = _dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return instant if instant.tzinfo else instant.replace(tzinfo=_dt.timezone.utc)
    import re

    match = re.fullmatch(_INSTANT, text)
    if match is None:
        raise _unread(text, "time")
    date, time, fraction, _, hours, minutes = match.groups()
    zone = f"{hours}:{minutes}" if hours else "+00:00"
    try:
        return _dt.datetime.fromisoformat(f"{date}T{time}.{(fraction or '')[:6]:0<6}{zone}")
    except ValueError:
        raise _unread(text, "time") from None


def day(text: str) -> _dt.date:
    """A calendar date."""
    import datetime as _dt

    try:
        return _dt.date.fromisoformat(text[:10])
    except ValueError:
        raise _unread(text, "date") from None


def _unread(text: str, what: str) -> Exception:
    from .errors import DecodeError

    return DecodeError.of(f"the server sent {text[:40]!r} for a {what}: read it with to_dict()")


def decimal(value: Any) -> _decimal.Decimal:
    """An exact decimal. Loaded when first needed: that is a third of the
    package's import time."""
    import decimal as _decimal

    return value if isinstance(value, _decimal.Decimal) else _decimal.Decimal(str(value))


def decoded(value: Any) -> Any:
    """An answer of no known type, decoded."""
    return loads(value.json()) if isinstance(value, NativeObject) else value


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given."""
    return {name: value for name, value in fields.items() if value is not None}


def patch(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given; `None` clears a field."""
    return {name: value for name, value in fields.items() if value is not UNSET}


def loads_anything(text: bytes) -> Any:
    """The value of JSON text that the native module's reader does not take."""
    import json

    return json.JSONDecoder(parse_float=decimal).decode(text.decode())


def copied(value: Any) -> Any:
    """The same JSON, decoded and shared with nothing."""
    if isinstance(value, NativeObject):
        return loads(value.json())
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def refused(message: str) -> Exception:
    from .errors import InvalidInputError

    return InvalidInputError.of(message)


def _number(value: object) -> Any:
    """A decimal of an answer as the number it was."""
    number = float(str(value))
    return number if decimal(repr(number)) == value else str(value)
