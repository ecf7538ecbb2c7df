"""The configuration: refused with one clear line when something in it cannot be meant.

Every cluster job reads it anew, so nothing heavy is imported here.
"""

import difflib
import math
import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, ValidationError
from jsonschema.validators import extend

from mockskies.credentials import redacted
from mockskies.errors import InputError

SCHEMAS = Path(__file__).resolve().parents[2] / "config/schemas"

# Beyond this no setting means anything, and neither floats nor array indices are exact.
GREATEST = 2**53


def _is_number(_: Any, value: Any) -> bool:
    """YAML can write .nan and .inf, which no setting can mean."""
    return type(value) in (int, float) and abs(value) <= GREATEST


def _is_whole_number(_: Any, value: Any) -> bool:
    """3.0 is not a count."""
    return type(value) is int and abs(value) <= GREATEST


def _whole_pattern(_: Any, pattern: str, value: Any, schema: dict) -> Iterator[ValidationError]:
    """Python's $ also stands before a last end of line, which no name and no quantity may have."""
    if isinstance(value, str) and not re.fullmatch(pattern, value):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


Validator = extend(
    Draft202012Validator,
    {"pattern": _whole_pattern},
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine_many(
        {"number": _is_number, "integer": _is_whole_number}
    ),
)

# Keys that are written as they are, and length of what is quoted, in messages.
PLAIN = re.compile(r"[\w-]{1,60}")
LONGEST = 160

NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
TYPES = {
    "object": "a block of keys",
    "array": "a list",
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "null": "null",
}


def check(config: dict, schema_path: str | Path, where: str) -> None:
    """Raise `InputError` with the first thing in ``config`` that the schema refuses.

    The message begins with ``where`` and the dotted name of the key.
    """
    errors = sorted(
        _validator(Path(schema_path)).iter_errors(config), key=lambda error: list(map(str, error.path))
    )
    if errors:
        # Only here may the configuration hold a password: whoever writes one into an address is refused.
        raise InputError(redacted(": ".join([where, *_dotted(errors[0]), _complaint(errors[0])])))


def quantity(text: str, unit: str) -> float:
    """Number in ``text``, which must carry ``unit``: ``quantity("0.06 arcsec", "arcsec")`` is 0.06."""
    number, _, found = str(text).partition(" ")
    try:
        if found == unit and math.isfinite(value := float(number)):
            return value
    except ValueError:
        pass
    raise InputError(f"expected a number of {unit}, got {text!r}")


def wavelength(band: str) -> int:
    """Of one of Hubble's filters, in nm, from its name: F606W has 606, F160W of the infrared 1600."""
    number = int(re.search(r"[0-9]+", band).group())
    return 10 * number if number < 200 else number


def unknown(where: str, kind: str, name: str, known: Iterable[str]) -> str:
    """Complaint that the configuration names at ``where`` something of a kind that is not there."""
    return f"{where}: {_suggest(f'unknown {kind} {_shown(name)}', name, known)}"


@cache
def _validator(schema_path: Path) -> Validator:
    return Validator(yaml.safe_load(schema_path.read_text()))


def _dotted(error: ValidationError) -> list[str]:
    """Dotted name of the key at fault, or nothing for the whole file."""
    parts = (
        part if isinstance(part, int) or PLAIN.fullmatch(part) else _shown(part)
        for part in error.absolute_path
    )
    name = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in parts)
    return [name.removeprefix(".")] if name else []


def _shown(value: Any) -> str:
    """A value as messages have it: in one line, which the eye can take in."""
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}..."


def _complaint(error: ValidationError) -> str:
    """What was expected and what came."""
    schema, value, limit = error.schema, error.instance, error.validator_value
    match error.validator:
        case "additionalProperties":
            key = next(key for key in value if key not in schema.get("properties", {}))
            return _suggest(f"unknown key {_shown(key)}", key, schema.get("properties", {}))
        case "required":
            return f"missing key {next(key for key in limit if key not in value)!r}"
        case "type" if (
            limit in ("number", "integer") and NUMBER.fullmatch(str(value)) and isinstance(value, str)
        ):
            return f"expected {TYPES[limit]}, got the text {_shown(value)} ({_as_yaml_reads_it(value)})"
        case "type" | "pattern" | "anyOf" if "title" in schema:
            example = f" such as {schema['examples'][0]!r}" if "examples" in schema else ""
            return f"expected {schema['title']}{example}, got {_shown(value)}"
        case "type":
            return f"expected {TYPES[limit]}, got {_shown(value)}"
        case "enum":
            return f"expected {' or '.join(map(repr, limit))}, got {_shown(value)}"
        case "uniqueItems":
            return f"expected each of them once, got {_shown(value)}"
        case "dependentRequired":
            lacking, given = re.findall(r"'(\w+)'", error.message)
            return f"missing key {lacking!r}, which goes with {given!r}"
        case "minimum":
            return f"expected at least {limit}, got {value}"
        case "exclusiveMinimum":
            return f"expected more than {limit}, got {value}"
        case "maximum":
            return f"expected at most {limit}, got {value}"
        case "exclusiveMaximum":
            return f"expected less than {limit}, got {value}"
        case "minLength" | "minItems" | "minProperties":
            return f"expected at least {limit} of them, got {_shown(value)}"
        case "multipleOf":
            return f"expected a multiple of {limit}, got {value}"
    return " ".join(error.message.split())[:LONGEST]


def _as_yaml_reads_it(text: str) -> str:
    """Advice for a number that YAML takes for text: it wants a point before the exponent and a sign in it."""
    mantissa, e, exponent = text.lower().partition("e")
    if not e:
        return f"write {text} without quotes"
    mantissa = mantissa if "." in mantissa else f"{mantissa}.0"
    exponent = exponent if exponent[0] in "+-" else f"+{exponent}"
    return f"YAML reads it as text: write {mantissa}e{exponent}"


def _suggest(complaint: str, name: str, known: Iterable[str]) -> str:
    """The complaint with the nearest known name, or with those known, the first dozen of them."""
    known = list(known)
    if near := difflib.get_close_matches(str(name), known, n=1):
        return f"{complaint}; did you mean {near[0]!r}?"
    more = f" and {len(known) - 12} more" if len(known) > 12 else ""
    return f"{complaint}; known are {', '.join(known[:12])}{more}"
