"""Strict reading of lesson files: every refusal names the full path of the field and what is allowed there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from simulation.errors import LabError
from simulation.params import Params, refusal

Part = TypeVar("Part", bound=BaseModel)
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


def parse_part(cls: type[Part], data: Any, where: str) -> Part:
    """Build one part of a lesson from plain data.

    Args:
        cls: What the part is.
        data: Mapping of its fields.
        where: Path of the part inside the file, such as ``claims.cushion``.

    Raises:
        LabError: Naming the field by its full path.
    """
    if isinstance(data, cls):
        return data
    if not isinstance(data, Mapping):
        raise LabError("wrong_type", field=where, given=repr(data)[:60], allowed="field: value")
    try:
        return cls.model_validate(dict(data))
    except ValidationError as error:
        inner = error.errors()[0].get("ctx", {}).get("error")
        if isinstance(inner, LabError) and "field" in inner.values:
            field = ".".join(part for part in (where, str(inner.values["field"])) if part)
            raise LabError(inner.key, **inner.values | {"field": field}) from None
        raise refusal(cls, error, where) from None


@contextmanager
def within(where: str) -> Iterator[None]:
    """Give refusals the path of the part they come from."""
    try:
        yield
    except LabError as error:
        field = str(error.values.get("field", ""))
        if not field or field.startswith(where):
            raise
        raise LabError(error.key, **error.values | {"field": f"{where}.{field}"}) from None


def one(cls: type[Part], name: str) -> BeforeValidator:
    """Read a field that holds a single part, or nothing where the field may be empty."""
    return BeforeValidator(lambda value: None if value is None else parse_part(cls, value, name))


def many(cls: type[Part], name: str) -> BeforeValidator:
    """Read a field that holds parts by name."""

    def read(value: Any) -> dict[str, Part]:
        if not isinstance(value, Mapping):
            raise LabError("wrong_type", field=name, given=repr(value)[:60], allowed="id: {…}")
        return {str(key): parse_part(cls, item, f"{name}.{key}") for key, item in value.items()}

    return BeforeValidator(read)


def several(cls: type[Part], name: str) -> BeforeValidator:
    """Read a field that holds parts one after the other."""

    def read(value: Any) -> tuple[Part, ...]:
        if not isinstance(value, list | tuple):
            raise LabError("wrong_type", field=name, given=repr(value)[:60], allowed="- {…}")
        return tuple(parse_part(cls, item, f"{name}.{place}") for place, item in enumerate(value))

    return BeforeValidator(read)


def known(field: str, given: str | None, allowed: Iterable[str]) -> None:
    """Refuse a name that nothing in the lesson carries; ``None`` means that none is needed.

    Raises:
        LabError: ``out_of_range`` with the names there are.
    """
    names = list(allowed)
    if given is not None and given not in names:
        raise LabError("out_of_range", field=field, given=given, allowed=", ".join(names))


class Condition(Params):
    """A range that a number may fall into; exactly one of the four is given."""

    below: float | None = None
    above: float | None = None
    between: tuple[float, float] | None = None
    exactly: float | None = None

    def model_post_init(self, context: Any, /) -> None:
        """Refuse none or several ranges, and an upside-down one."""
        given = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(given) != 1:
            raise LabError("out_of_range", field="range", given=", ".join(given) or "–",
                           allowed="below / above / between / exactly")  # fmt: skip
        if self.between is not None and self.between[0] >= self.between[1]:
            raise LabError("out_of_range", field="between", given=str(self.between), allowed="low < high")

    def holds(self, value: float) -> bool:
        """Whether the number falls into the range; bounds of ``between`` belong to it."""
        if self.below is not None:
            return value < self.below
        if self.above is not None:
            return value > self.above
        if self.between is not None:
            return self.between[0] <= value <= self.between[1]
        return value == self.exactly

    def __str__(self) -> str:
        if self.below is not None:
            return f"< {self.below:g}"
        if self.above is not None:
            return f"> {self.above:g}"
        if self.between is not None:
            return f"{self.between[0]:g} … {self.between[1]:g}"
        return f"= {self.exactly:g}"
