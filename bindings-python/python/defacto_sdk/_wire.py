"""How JSON becomes objects, and objects JSON."""

from __future__ import annotations

import datetime as _dt
import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeVar

from ._native import NativeObject

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

    def __init__(self, data: dict[str, Any] | NativeObject) -> None:
        object.__setattr__(self, "_data", data)

    _data: dict[str, Any] | NativeObject

    def _all(self) -> dict[str, Any]:
        """Every field, decoded once."""
        data = self._data
        if isinstance(data, dict):
            return data
        fields: dict[str, Any] = loads(data.json())
        object.__setattr__(self, "_data", fields)
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
    return None if value is None else make(value)


def needed(data: dict[str, Any] | NativeObject, name: str) -> Any:
    """A field without which an object is of no use."""
    value = data.get(name)
    if value is None:
        from .errors import DecodeError

        raise DecodeError.of(f"the server sent an object without {name}: read it with to_dict()")
    return value


_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?:([Zz])|([+-]\d\d):?(\d\d))?"
)


_READS_ALL = sys.version_info >= (3, 11)


def timestamp(text: str) -> _dt.datetime:
    """An instant, always aware. Python 3.10 reads few of the forms there are,
    so what it should read is put into one form first."""
    if _READS_ALL and len(text) > 18:
        try:
            instant = _dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return instant if instant.tzinfo else instant.replace(tzinfo=_dt.timezone.utc)
    match = _INSTANT.fullmatch(text)
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


def given(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given."""
    return {name: value for name, value in fields.items() if value is not None}


def patch(fields: dict[str, Any]) -> dict[str, Any]:
    """Without what was not given; `None` clears a field."""
    return {name: value for name, value in fields.items() if value is not UNSET}


def dumps(value: Any) -> bytes:
    """JSON text in UTF-8; what cannot be sent is an error that names the field."""
    try:
        text = _encode(value)
        data = text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        _check(value, "")
        raise _refused(f"a value cannot be sent: {error}") from error
    if _LONG.search(text):
        _check(value, "")
    return data


def loads(text: bytes) -> Any:
    """The value of JSON text; no number loses a digit."""
    return _decode(text.decode())


_LONG = re.compile(r"\d{19}")
# What the core calls the parts of a request; a caller knows only the fields.
_PARTS = frozenset(("path", "query", "body", "options"))


def _check(value: Any, path: str, depth: int = 0) -> None:
    """Refuses the first value that cannot be sent, by its field's name. Gone
    through only when something is wrong."""
    name = path or "a value"
    if depth > 200:
        raise _refused(f"{name} is nested too deeply, or contains itself: pass plain data")
    if isinstance(value, Model):
        value = value._all()
    if isinstance(value, Enum):
        value = value.value
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if not -(2**63) <= value < 2**63:
            raise _refused(f"{name} is beyond 64 bits: pass a smaller integer, or text")
    elif isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            raise _refused(f"{name} is {value}: pass a number")
    elif isinstance(value, str):
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            raise _refused(f"{name} has half a surrogate pair: pass whole characters")
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                raise _refused(f"{name} has a key that is no text: pass text for {key!r}")
            is_part = not path and key in _PARTS
            _check(item, "" if is_part else f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, Sequence) and not isinstance(value, _BYTES):
        for index, item in enumerate(value):
            _check(item, f"{path}[{index}]", depth + 1)
    elif isinstance(value, _dt.datetime):
        if value.tzinfo is None or value.utcoffset() is None:
            last = path.rpartition(".")[2] or "it"
            raise _refused(
                f"{name} has no time zone: pass an aware datetime, such as "
                f"{last}.replace(tzinfo=datetime.timezone.utc)"
            )
    elif not isinstance(value, _dt.date) and type(value).__name__ != "Decimal":
        raise _refused(f"{name} is a {type(value).__name__}, which cannot be sent: pass plain data")


def copied(value: Any) -> Any:
    """The same JSON, decoded and shared with nothing."""
    if isinstance(value, NativeObject):
        return loads(value.json())
    if isinstance(value, dict):
        return {name: copied(item) for name, item in value.items()}
    if isinstance(value, list):
        return [copied(item) for item in value]
    return value


def _refused(message: str) -> Exception:
    from .errors import InvalidInputError

    return InvalidInputError.of(message)


def _number(value: object) -> Any:
    """A decimal of an answer as the number it was."""
    number = float(str(value))
    return number if decimal(repr(number)) == value else str(value)


def _plain(value: object) -> Any:
    if isinstance(value, Model):
        return value._all()
    if isinstance(value, _dt.datetime):
        if value.utcoffset() is None:
            raise ValueError("a datetime has no time zone")
        return value.isoformat()
    if isinstance(value, _dt.date):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Sequence) and not isinstance(value, _BYTES):
        return list(value)
    import decimal as _decimal

    if isinstance(value, _decimal.Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


_BYTES = (bytes, bytearray, memoryview)

# Made once: `json.dumps` and `json.loads` make theirs anew in each call.
_encode = json.JSONEncoder(default=_plain, separators=(",", ":"), allow_nan=False).encode
_decode = json.JSONDecoder(parse_float=decimal).decode
