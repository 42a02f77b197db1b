"""XML of the platforms: read without any trust, written so that no text can break out of it.

Both platforms send and want `<xml>` with one level of fields (events of 企业微信 have two).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

MAX_BODY = 65_536  # bytes
MAX_FIELDS = 200
MAX_DEPTH = 6
ILLEGAL = {c: None for c in range(32) if c not in (9, 10, 13)} | {0xFFFE: None, 0xFFFF: None}


class BadXml(Exception):
    """Not a document of the platforms."""


def read(body: bytes) -> dict[str, Any]:
    """Return the fields of `<xml>`, nested ones as dicts (of several with one name the last). Raises BadXml."""
    if len(body) > MAX_BODY or b"<!DOCTYPE" in body[:4096].upper() or b"<!ENTITY" in body.upper():
        raise BadXml
    try:
        root = fromstring(body, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:  # LookupError: an unknown encoding
        raise BadXml from error
    if root.tag != "xml" or sum(1 for _ in root.iter()) > MAX_FIELDS:
        raise BadXml
    return _fields(root, MAX_DEPTH)


def _fields(parent: Element, depth: int) -> dict[str, Any]:
    if depth == 0:
        raise BadXml
    return {child.tag: _fields(child, depth - 1) if len(child) else (child.text or "").strip() for child in parent}


def write(fields: Mapping[str, str | int]) -> bytes:
    """Return the document; text goes into CDATA, figures stand bare."""
    rows = "".join(f"<{k}>{v if isinstance(v, int) else cdata(v)}</{k}>" for k, v in fields.items())
    return f"<xml>{rows}</xml>".encode()


def cdata(text: str) -> str:
    """Wrap a text so that nothing in it ends the section: `]]>` is cut in two, characters that XML lacks go."""
    clean = text.translate(ILLEGAL).encode("utf-8", "ignore").decode()  # "ignore": lone surrogates
    return f"<![CDATA[{clean.replace(']]>', ']]]]><![CDATA[>')}]]>"
