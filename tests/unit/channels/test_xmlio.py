from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.xmlio import MAX_BODY, BadXml, read, write

LAUGHS = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol1 "&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;&lol;">
<!ENTITY lol2 "&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;&lol1;">]>
<xml><Content>&lol2;</Content></xml>"""
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Content>&e;</Content></xml>'
)
PARAMETER = b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1/x.dtd">%p;]><xml><a>1</a></xml>'


@pytest.mark.parametrize(
    "body",
    [
        LAUGHS,
        OUTSIDE,
        PARAMETER,
        b"<!doctype xml><xml><a>1</a></xml>",
        LAUGHS.decode().replace('"1.0"', '"1.0" encoding="utf-16"', 1).encode("utf-16"),
        b" " * 5000 + b"<!DOCTYPE x><xml/>",
        b"<xml>&undefined;</xml>",
        b"<xml><a></xml>",
        b"",
        b"\xff\xfe",
        b"{}",
        b"<html></html>",
        b'<?xml version="1.0" encoding="klingon"?><xml/>',
        b"<xml>" + b"<a>" * 2000 + b"</a>" * 2000 + b"</xml>",
        b"<xml>" + b"<a/>" * 5000 + b"</xml>",
        b"<xml><a>" + b"x" * MAX_BODY + b"</a></xml>",
        b"<xml>" + b"<a>" * 7 + b"1" + b"</a>" * 7 + b"</xml>",
    ],
)
def test_a_document_that_no_platform_sends_is_refused(body):
    with pytest.raises(BadXml):
        read(body)


def test_fields_are_read_nested_ones_too():
    body = "<xml><A><![CDATA[你好]]></A><B> 1 </B><C/><D><E>x</E></D></xml>".encode()
    assert read(body) == {"A": "你好", "B": "1", "C": "", "D": {"E": "x"}}


@pytest.mark.parametrize(
    "text", ["]]>", "]]]]>>", "<b>&amp;", "a]]><MsgType>image</MsgType><![CDATA[", "\x00\x08好", "\ud800"]
)
def test_no_text_breaks_out_of_its_field(text):
    found = read(write({"Content": text, "CreateTime": 12}))
    assert set(found) == {"Content", "CreateTime"}
    assert found["CreateTime"] == "12"


@given(st.text())
def test_what_is_written_is_read_again_but_for_signs_xml_lacks(text):
    found = read(write({"Content": text}))["Content"]
    kept = "".join(
        c for c in text if c in "\t\n" or (c >= "\x20" and not "\ud800" <= c <= "\udfff" and c not in "\ufffe\uffff")
    )
    assert found.split() == kept.replace("\r", "\n").split() or "\r" in text
