"""What HL7's own definitions say is wrong with a packet: elements, numbers, types, closed lists, invariants.

The definitions are data: `r4.json` (R4 4.0.1, taken by `take_r4`) and `uscore.json` (US Core 6.1.0). Their
rules are FHIRPath, and `fhirpathpy` runs them: it isn't ours either, and knows nothing of packets. What it
lacks is supplied here: `hasValue`, `resolve` and `htmlChecks`.
"""

import json
import re
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from fhirpathpy import compile as compiled
from fhirpathpy.engine.nodes import ResourceNode
from fhirpathpy.models import models

from referrals.fhir.terms import US_CORE

R4 = json.loads(Path(__file__).with_name("r4.json").read_text())
US = json.loads(Path(__file__).with_name("uscore.json").read_text())["profiles"]
TYPES, RULES, VALUES = R4["types"], R4["rules"], R4["values"]
VITAL_SIGNS = R4["profiles"]["vitalsigns"]
VITALS = {"heart-rate", "respiratory-rate", "body-temperature", "blood-pressure", "pulse-oximetry"}
ANY_TYPE = "[x]"
# The elements that a narrative may have (hl7.org/fhir/R4/narrative.html#xhtml); of attributes, the usual few.
_TAGS = {
    *(
        "a",
        "abbr",
        "acronym",
        "b",
        "big",
        "blockquote",
        "br",
        "caption",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
    ),
    *("dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p"),
    *("pre", "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th"),
    *("thead", "tr", "tt", "ul", "var"),
}
_ATTRIBUTES = {"alt", "class", "colspan", "dir", "href", "id", "lang", "rowspan", "src", "style", "title"}


class Around:
    """What the rules of a resource may look at besides itself: the entries of its document."""

    by_url: dict[str, Any] = {}


def problems(bundle: dict[str, Any]) -> list[str]:
    """Return every breach of the definitions, with where it is."""
    Around.by_url = {one.get("fullUrl"): one.get("resource", {}) for one in bundle.get("entry", [])}
    return [*_of_type("Bundle", bundle, "Bundle", bundle)]


def _of_type(kind: str, value: Any, where: str, resource: Any) -> Iterator[str]:
    """Check a value against its type, and everything in it."""
    if kind == "Resource":
        kind, resource = value.get("resourceType", ""), value
        where = f"{where}({kind})"
    if kind not in TYPES:
        yield f"{where}: {kind} is no type of a packet"
        return
    told = TYPES[kind]
    if told["kind"] == "primitive-type":
        yield from _primitive(kind, value, where)
        return
    if not isinstance(value, dict):
        yield f"{where} is no {kind}"
        return
    yield from _broken(told["rules"], kind, value, where, resource)
    yield from _elements(kind, told["elements"], "", value, where, resource)
    if told["kind"] == "resource":
        yield from _profiles(kind, value, where)


def _elements(
    kind: str, elements: dict[str, Any], prefix: str, value: dict[str, Any], where: str, resource: Any
) -> Iterator[str]:  # fmt: skip
    """Check what stands in a value: that it may, how often, and each for itself."""
    seen: dict[str, list[Any]] = {}
    for key, inner in value.items():
        name, inner_kind = _element_of(elements, prefix, key)
        if key == "resourceType" and not prefix:
            continue
        if not name:
            yield f"{where}.{key} is no element of {kind}"
            continue
        many = inner if isinstance(inner, list) else [inner]
        if isinstance(inner, list) != (elements[name]["max"] != "1"):
            yield f"{where}.{key} is once or many times where it must be the other"
        seen[name] = many
        for one in many:
            yield from _element(kind, elements, name, inner_kind, one, f"{where}.{key}", resource)
    for name, element in elements.items():
        parent, _, last = name.rpartition(".")
        if parent == prefix and last not in ("id", "extension") and len(seen.get(name, [])) < element["min"]:
            yield f"{where}.{last} is missing"


def _element_of(elements: dict[str, Any], prefix: str, key: str) -> tuple[str, str]:
    """Return the element that a key of JSON stands for, and its type."""
    path = f"{prefix}.{key}" if prefix else key
    if path in elements:
        types = elements[path].get("types", [""])
        return path, types[0]
    for name, element in elements.items():
        if name.endswith(ANY_TYPE) and path.startswith(stem := name.removesuffix(ANY_TYPE)):
            for kind in element["types"]:
                if path == stem + kind[0].upper() + kind[1:]:
                    return name, kind
    return "", ""


def _element(
    kind: str, elements: dict[str, Any], name: str, inner_kind: str, value: Any, where: str, resource: Any
) -> Iterator[str]:  # fmt: skip
    element = elements[name]
    base = f"{kind}.{name.removesuffix(ANY_TYPE)}"
    typed = inner_kind if name.endswith(ANY_TYPE) else base
    yield from _broken(element.get("rules", []), typed, value, where, resource)
    if element.get("fixed", value) != value:
        yield f"{where} must be {element['fixed']}"
    if element.get("codes"):
        yield from _listed(value, VALUES[element["codes"]], where)
    if "same" in element or inner_kind in ("BackboneElement", "Element"):
        yield from _broken(["ele-1"], base, value, where, resource)
        yield from _elements(kind, elements, element.get("same", name), value, where, resource)
        return
    yield from _of_type(inner_kind, value, where, resource)
    if inner_kind == "Reference":
        target = Around.by_url.get(value.get("reference"), {}).get("resourceType", "nothing")
        if not {target, "Resource"} & {*element.get("to", ["Resource"])}:
            yield f"{where} may not lead to {target}"


def _primitive(kind: str, value: Any, where: str) -> Iterator[str]:
    """A value of its kind, and of its pattern; FHIR has no empty ones."""
    wanted: Any = {"boolean": bool, "decimal": (int, float)}.get(kind, str)
    if kind in ("integer", "positiveInt", "unsignedInt"):
        wanted = int
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        yield f"{where} is no {kind}"
    elif isinstance(value, str) and not re.fullmatch(TYPES[kind]["shape"] or r"(?s).+", value):
        yield f"{where} has not the form of a {kind}"


def _listed(value: Any, codes: dict[str, list[str]], where: str) -> Iterator[str]:
    """A code of a closed list: as a code, in a CodeableConcept, or as the unit of a quantity."""
    if isinstance(value, str):
        found = any(value in listed for listed in codes.values())
    else:
        told = value.get("coding", [value])
        found = any(one.get("code") in codes.get(one.get("system", ""), []) for one in told)
    if not found:
        yield f"{where} is not of its closed list"


def _profiles(kind: str, resource: dict[str, Any], where: str) -> Iterator[str]:
    """The profiles of US Core that a resource claims, and R4's own vital signs beneath them."""
    for url in resource.get("meta", {}).get("profile", []):
        name = url.removeprefix(US_CORE)
        if name not in US:
            yield f"{where} claims the unknown profile {url}"
            continue
        for key, path, _says, expression in US[name]:
            for at, base, node in _at(resource, path, where):
                if not _holds(expression, base, node, resource):
                    yield f"{at} breaks {name} {key}"
        if name in VITALS:
            yield from _broken(VITAL_SIGNS["rules"], kind, resource, where, resource)
            yield from _vital_signs(resource, where)


def _vital_signs(resource: dict[str, Any], where: str) -> Iterator[str]:
    for name, element in VITAL_SIGNS["elements"].items():
        for at, base, node in _at(resource, name.removesuffix(ANY_TYPE), where):
            yield from _broken(element.get("rules", []), base, node, at, resource)
        if "." not in name and element["min"] and not [*_at(resource, name.removesuffix(ANY_TYPE), where)]:
            yield f"{where}.{name} is missing in a vital sign"


def _at(resource: dict[str, Any], path: str, where: str) -> Iterator[tuple[str, str, Any]]:
    """Yield what stands at a path, with where and as what; `effective` finds whichever type it has."""
    found: list[tuple[str, str, Any]] = [(where, resource["resourceType"], resource)]
    for name in path.split(".") if path else []:
        found = [
            (f"{at}.{key}", f"{base}.{key}" if key == name else _kind(key.removeprefix(name)), one)
            for at, base, node in found
            for key, inner in node.items()
            if key == name or (name in ("effective", "value") and re.fullmatch(f"{name}[A-Z][A-Za-z]*", key))
            for one in (inner if isinstance(inner, list) else [inner])
        ]
    yield from found


def _kind(suffix: str) -> str:
    """Return the type that a choice's name ends with: primitives are written small, the others large."""
    small = suffix[0].lower() + suffix[1:]
    return small if small in TYPES else suffix


def _broken(keys: list[str], base: str, value: Any, where: str, resource: Any) -> Iterator[str]:
    for key in keys:
        says, expression = RULES[key]
        if not _holds(expression, base, value, resource):
            yield f"{where} breaks {key}: {says}"


def _holds(expression: str, base: str, value: Any, resource: Any) -> bool:
    """Say whether a rule is true of a value; equal values are asked once, unless it looks around."""
    around = "%resource" in expression or "%rootResource" in expression
    if "resolve()" in expression:
        return _ask(expression, base, value, resource)
    return _remembered(expression, base, json.dumps(value), json.dumps(resource) if around else "{}")


@lru_cache(maxsize=50_000)
def _remembered(expression: str, base: str, value: str, resource: str) -> bool:
    return _ask(expression, base, json.loads(value), json.loads(resource))


def _ask(expression: str, base: str, value: Any, resource: Any) -> bool:
    node = ResourceNode.create_node(value, base)
    answer = _rule(expression)(node, {"resource": resource, "rootResource": resource})
    return answer == [True]


@cache
def _rule(expression: str) -> Any:
    """Make a rule ready. dom-3 says `as` of many things; FHIRPath has `ofType` for that (mended in R5)."""
    options = {"userInvocationTable": OWN, "traceFn": lambda *_: None}
    return compiled(expression.replace(").as(", ").ofType("), models["r4"], options)


# ---------------------------------------------------------------- what the engine lacks
def _has_value(inputs: list[Any]) -> list[bool]:
    return [len(inputs) == 1 and not isinstance(inputs[0], dict | list) and inputs[0] not in (None, "")]


def _resolve(inputs: list[Any]) -> list[Any]:
    told = [one.get("reference") if isinstance(one, dict) else one for one in inputs]
    found = [Around.by_url[one] for one in told if one in Around.by_url]
    return [ResourceNode.create_node(one, one["resourceType"]) for one in found]


def _html_checks(inputs: list[Any]) -> list[bool]:
    """Say whether a narrative is XHTML with nothing in it that isn't for reading, and says something."""
    try:
        div = ElementTree.fromstring(inputs[0])
    except ElementTree.ParseError:
        return [False]
    tags = {tag.tag.rpartition("}")[2] for tag in div.iter()}
    fits = tags <= _TAGS and {name for tag in div.iter() for name in tag.attrib} <= _ATTRIBUTES
    return [fits and div.tag == "{http://www.w3.org/1999/xhtml}div" and bool("".join(div.itertext()).strip())]


OWN = {"hasValue": {"fn": _has_value}, "resolve": {"fn": _resolve}, "htmlChecks": {"fn": _html_checks}}
