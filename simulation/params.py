"""Parameters, each said once: value, bounds, unit, words, role, evidence and source on one line.

The slider, the YAML schema, the ODD table, the sensitivity problem, the assumption card and the translation check all
read that line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from simulation.errors import LabError

Role = Literal["lever", "uncertainty", "setting"]
Grade = Literal["V", "C", "M", "T"]
"""V read in a published source, C recomputed from data, M remembered, T teaching assumption."""


@dataclass(frozen=True)
class Declared:
    """One declared number, with all that a form, a table or a sensitivity study needs to know of it."""

    name: str
    default: float
    low: float
    high: float
    step: float
    integer: bool
    unit: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    role: Role
    grade: Grade
    source: str
    plausible: tuple[float, float]
    """Range in which the truth is thought to lie, where that is narrower than what may be tried."""

    def label(self, language: str) -> str:
        """Name of the parameter in the reader's language."""
        return self.zh if language == "zh" else self.en

    def help(self, language: str) -> str:
        """One sentence that says what the parameter does."""
        return self.help_zh if language == "zh" else self.help_en

    @property
    def allowed(self) -> str:
        """Range as it is told to a person who went beyond it."""
        return f"{self.low:g}–{self.high:g}"


def _declare(role: Role, default: float, low: float, high: float, **said: Any) -> Any:
    about = {
        "role": role,
        "unit": "",
        "step": None,
        "help_zh": "",
        "help_en": "",
        "grade": "T",
        "source": "",
        "plausible": (low, high),
    } | said
    missing = {"zh", "en"} - about.keys()
    if missing:
        raise TypeError(f"a parameter needs its name in both languages; missing {sorted(missing)}")
    if about["grade"] == "T" and not about["source"]:
        about["source"] = "teaching assumption"
    return Field(default, ge=low, le=high, json_schema_extra=about, validate_default=True)


def lever(default: float, low: float, high: float, **said: Any) -> Any:
    """Declare what the operator decides."""
    return _declare("lever", default, low, high, **said)


def uncertainty(default: float, low: float, high: float, **said: Any) -> Any:
    """Declare what nobody decides and the literature only bounds."""
    return _declare("uncertainty", default, low, high, **said)


def setting(default: float, low: float, high: float, **said: Any) -> Any:
    """Declare what describes the case at hand: sizes, prices, lengths."""
    return _declare("setting", default, low, high, **said)


class Params(BaseModel):
    """A frozen, closed set of declared parameters; unknown names and values out of range are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, strict=False)

    _dtypes: ClassVar[dict[type, np.dtype[Any]]] = {}

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, where: str = "") -> Self:
        """Build from plain data, refusing with the field's full name and what is allowed.

        Raises:
            LabError: ``unknown_field``, ``out_of_range`` or ``wrong_type``, naming the field.
        """
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise refusal(cls, error, where) from None

    @classmethod
    def declared(cls) -> Iterator[Declared]:
        """Every numeric parameter of this set, in the order it was written."""
        for name, info in cls.model_fields.items():
            extra = info.json_schema_extra
            if isinstance(extra, dict) and "role" in extra:
                yield _read(name, info, extra)

    def record(self) -> Any:
        """Numbers as one NumPy record (float32 fields) that compiled kernels read by name."""
        kind = type(self)
        if kind not in Params._dtypes:
            Params._dtypes[kind] = np.dtype([(d.name, np.float32) for d in self.declared()])
        row = np.zeros(1, Params._dtypes[kind])
        for name in row.dtype.names or ():
            row[name] = getattr(self, name)
        return row[0]


def bounds(info: FieldInfo) -> tuple[float | None, float | None]:
    """Smallest and largest value a field allows, where it has such."""
    low = next((m.ge for m in info.metadata if hasattr(m, "ge")), None)
    high = next((m.le for m in info.metadata if hasattr(m, "le")), None)
    return low, high


def _read(name: str, info: FieldInfo, extra: dict[str, Any]) -> Declared:
    low, high = bounds(info)
    integer = info.annotation is int
    said = {k: extra[k] for k in ("unit", "zh", "en", "help_zh", "help_en", "role", "grade", "source", "plausible")}
    span = float(high or 0) - float(low or 0)
    step = float(extra["step"] or (1 if integer else span / 20))
    return Declared(name, float(info.default), float(low or 0), float(high or 0), step, integer, **said)


def refusal(cls: type[BaseModel], error: ValidationError, where: str = "") -> LabError:
    """Turn the first finding of a validation into the sentence a person can act on."""
    first = error.errors()[0]
    path = [str(part) for part in first["loc"]]
    field = ".".join([*([where] if where else []), *path])
    kind, given, context = first["type"], first.get("input"), first.get("ctx", {})
    if kind == "extra_forbidden":
        return LabError("unknown_field", field=field, known=", ".join(sorted(_model_at(cls, path[:-1]).model_fields)))
    if kind == "missing":
        return LabError("missing_field", field=field)
    if isinstance(context.get("error"), LabError):
        return context["error"]
    owner = _model_at(cls, path[:-1])
    info = owner.model_fields.get(path[-1]) if path else None
    allowed = first["msg"]
    if info is not None:
        low, high = bounds(info)
        if low is not None and high is not None:
            allowed = f"{low:g}–{high:g}"
    if "expected" in context:
        allowed = str(context["expected"]).replace("'", "").replace(" or ", ", ")
    ranged = kind.startswith(("greater", "less", "finite", "literal", "too_"))
    return LabError("out_of_range" if ranged else "wrong_type", field=field, given=_short(given), allowed=allowed)


def _model_at(cls: type[BaseModel], path: list[str]) -> type[BaseModel]:
    """Model that owns a nested field; the outermost one where the path leads through a list or a choice."""
    for part in path:
        info = cls.model_fields.get(part)
        inner = info.annotation if info else None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            cls = inner
    return cls


def _short(value: Any) -> str:
    told = repr(value)
    return told if len(told) <= 60 else told[:57] + "…"
