"""How JSON becomes objects, and objects JSON."""

from __future__ import annotations

import sys

from ._native import NativeField, NativeModel, NativeObject, loads, shape

# Type checkers take the name for true. The modules they alone need, and those
# that are loaded where they are first used, would be most of an import's time.
TYPE_CHECKING = False

if TYPE_CHECKING:
    import datetime as _dt
    import decimal as _decimal
    import enum
    from collections.abc import Callable
    from typing import Any, Final
    from typing import Generic as Generic
    from typing import TypeVar as TypeVar

    class Unset(enum.Enum):
        UNSET = "UNSET"

    UNSET: Final = Unset.UNSET

    def Field(name: str, kind: str, doc: str) -> Any: ...

else:

    class Field(NativeField):
        """A field of a class; for type checkers, the value that it gives."""

        __slots__ = ()

        @property
        def __doc__(self):
            return self._doc

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
            # `list[int]` is one of these; `typing` would have to be loaded.
            return cls if cls is Generic else type(list[int])(cls, item)

    def TypeVar(*_, **__):
        return None


class Model(NativeModel):
    """An object of the API. It keeps the JSON it came in and makes a field
    when it is asked for."""

    __slots__ = ()
    _fields = frozenset[str]()
    _secrets = frozenset[str]()

    def __init_subclass__(cls) -> None:
        fields = [field for field in vars(cls).values() if isinstance(field, NativeField)]
        # A class derived from one of ours has its fields.
        if fields:
            cls._fields = frozenset(shape(fields))

    def _all(self) -> dict[str, Any]:
        fields: dict[str, Any] = loads(self._json())
        return fields

    @property
    def extra(self) -> dict[str, Any]:
        """Fields the server sent that this version does not know."""
        return {name: value for name, value in self._all().items() if name not in self._fields}

    def to_dict(self) -> dict[str, Any]:
        """Every field as it came, in the API's own names."""
        return self._all()

    def to_json(self) -> str:
        """The object as JSON text. A number with more digits than a double
        holds becomes text, which the API reads too."""
        import json

        return json.dumps(self._all(), default=_number, separators=(",", ":"), ensure_ascii=False)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Model) or type(other) is not type(self):
            return NotImplemented
        return self._json() == other._json() or self._all() == other._all()

    def __hash__(self) -> int:
        return hash((type(self), self._get("id")))

    def __copy__(self) -> Model:
        # It never changes.
        return self

    def __deepcopy__(self, _: object) -> Model:
        return self

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


def make(wanted: str, value: Any) -> Any:
    """What the native module makes of few forms only."""
    makers: dict[str, Callable[[Any], Any]] = {
        "timestamp": timestamp,
        "day": day,
        "decimal": decimal,
    }
    try:
        return makers[wanted](value)
    except (TypeError, AttributeError, ValueError, ArithmeticError):
        raise odd(value, wanted) from None


def odd(value: Any, wanted: str) -> Exception:
    """The error of a value that is none of what the field has."""
    from .errors import DecodeError

    return DecodeError.of(
        f"the server sent a {type(value).__name__} for a {wanted}: read it with to_dict()"
    )


def missing(name: str) -> Exception:
    """The error of an object without a field that it is of no use without."""
    from .errors import DecodeError

    return DecodeError.of(f"the server sent an object without {name}: read it with to_dict()")


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


def refused(message: str) -> Exception:
    from .errors import InvalidInputError

    return InvalidInputError.of(message)


def _number(value: object) -> Any:
    """A decimal of an answer as the number it was."""
    number = float(str(value))
    return number if decimal(repr(number)) == value else str(value)
