"""Places of a request in which a text can stand, and forms in which a body can travel."""

from __future__ import annotations

import base64
import gzip
import json
import urllib.parse
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import brotli
import zstandard

CHAT = "/v1/chat/completions"
MODEL = "gpt-4.1-mini"


@dataclass(frozen=True)
class Sent:
    """A request to send."""

    body: bytes
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    target: str = CHAT


Place = Callable[[str], Sent]


def chat(content: Any, **more: Any) -> Sent:
    """A chat request with one message of a user."""
    return whole({"model": MODEL, "messages": [{"role": "user", "content": content}], **more})


def whole(body: Any) -> Sent:
    return Sent(json.dumps(body).encode())


def _messages(*contents: Any) -> Sent:
    roles = ("user", "assistant")
    messages = [{"role": roles[i % 2], "content": content} for i, content in enumerate(contents)]
    return whole({"model": MODEL, "messages": messages})


def _tool(**function: Any) -> Sent:
    return chat("Use the tool.", tools=[{"type": "function", "function": {"name": "look_up", **function}}])


def _called(arguments: str, result: str = "done") -> Sent:
    call = {"id": "c1", "type": "function", "function": {"name": "look_up", "arguments": arguments}}
    messages = [
        {"role": "user", "content": "Look it up."},
        {"role": "assistant", "content": None, "tool_calls": [call]},
        {"role": "tool", "tool_call_id": "c1", "content": result},
    ]
    return whole({"model": MODEL, "messages": messages})


def _half(text: str) -> tuple[str, str]:
    return text[: len(text) // 2], text[len(text) // 2 :]


def _parts(*texts: str) -> list[dict[str, str]]:
    return [{"type": "text", "text": text} for text in texts]


def _schema(text: str) -> Sent:
    schema = {"type": "object", "properties": {"a": {"type": "string", "description": text}}}
    return chat("Answer.", response_format={"type": "json_schema", "json_schema": {"name": "s", "schema": schema}})


def _escaped(text: str) -> Sent:
    """The same JSON, every character of the text written as an escape."""
    mark = "PLACE"
    sent = chat(mark)
    return replace(sent, body=sent.body.replace(mark.encode(), "".join(f"\\u{ord(c):04x}" for c in text).encode()))


def _escaped_dashes(text: str) -> Sent:
    sent = chat(text)
    return replace(sent, body=sent.body.replace(b"-", b"\\u002D"))


PLACES: dict[str, Place] = {
    "a user's message": chat,
    "a message between others": lambda t: _messages("Hello.", "Hello, how can I help?", f"It is {t}, please check."),
    "a system message": lambda t: whole(
        {"model": MODEL, "messages": [{"role": "system", "content": t}, {"role": "user", "content": "Go on."}]}
    ),
    "a developer's message": lambda t: whole(
        {"model": MODEL, "messages": [{"role": "developer", "content": t}, {"role": "user", "content": "Go on."}]}
    ),
    "an assistant's message": lambda t: _messages("Hello.", t, "Go on."),
    "a content part": lambda t: chat(_parts("See:", t)),
    "a message's name": lambda t: whole(
        {"model": MODEL, "messages": [{"role": "user", "name": t, "content": "Hello."}]}
    ),
    "arguments of a tool call": lambda t: _called(json.dumps({"who": t})),
    "arguments of a tool call with escapes": lambda t: _called(
        '{"who": "' + "".join(f"\\u{ord(c):04x}" for c in t) + '"}'
    ),
    "a key in the arguments of a tool call": lambda t: _called(json.dumps({t: 1})),
    "a tool's result": lambda t: _called("{}", t),
    "a tool's result as JSON": lambda t: _called("{}", json.dumps({"rows": [[t]]})),
    "a tool's description": lambda t: _tool(description=t, parameters={"type": "object", "properties": {}}),
    "a parameter's description": lambda t: _tool(
        parameters={"type": "object", "properties": {"a": {"type": "string", "description": t}}}
    ),
    "a parameter's values": lambda t: _tool(
        parameters={"type": "object", "properties": {"a": {"type": "string", "enum": ["x", t]}}}
    ),
    "a parameter's default": lambda t: _tool(
        parameters={"type": "object", "properties": {"a": {"type": "string", "default": t}}}
    ),
    "a description in the schema of the answer": _schema,
    "the user field": lambda t: chat("Hello.", user=t),
    "metadata": lambda t: chat("Hello.", metadata={"note": t}),
    "a key of the metadata": lambda t: chat("Hello.", metadata={t: "1"}),
    "a stop sequence": lambda t: chat("Hello.", stop=["\n\n", t]),
    "a prediction": lambda t: chat("Hello.", prediction={"type": "content", "content": t}),
    "a field that nobody knows": lambda t: chat("Hello.", extra_context=t),
    "deep inside a field that nobody knows": lambda t: chat("Hello.", extra={"a": [{"b": [[{"c": t}]]}]}),
    "escapes of JSON": _escaped,
    "escapes of the dashes": _escaped_dashes,
    "JSON in a code block": lambda t: chat(f"```json\n{json.dumps({'patient': {'id': t}}, indent=2)}\n```"),
    "two content parts": lambda t: chat(_parts(*_half(t))),
    "two content parts with words around": lambda t: chat(_parts("It is " + _half(t)[0], _half(t)[1] + ", check.")),
    "a label in one message and the value in the next": lambda t: _messages(
        "May I help you?", "Yes.", "What is your MRN?" if "MRN" in t else "What is it?", t.removeprefix("MRN: ")
    ),
    "two messages": lambda t: _messages(*_half(t)),
    "two messages with words around": lambda t: _messages("Remember " + _half(t)[0], _half(t)[1] + " is the rest."),
    "a content part for each character": lambda t: chat(_parts(*t)),
    "two results of tools": lambda t: whole(
        {
            "model": MODEL,
            "messages": [
                {"role": "user", "content": "Go."},
                {
                    "role": "assistant",
                    "content": None,
                    "tool_calls": [
                        {"id": i, "type": "function", "function": {"name": "f", "arguments": "{}"}} for i in "ab"
                    ],
                },
                *({"role": "tool", "tool_call_id": i, "content": c} for i, c in zip("ab", _half(t), strict=True)),
            ],
        }
    ),
    "items of a list that nobody knows": lambda t: chat("Hello.", pieces=list(_half(t))),
    "a file of text as base64": lambda t: chat(
        [
            {"type": "text", "text": "Read the file."},
            {"type": "file", "file": {"filename": "notes.txt", "file_data": _text_url(t)}},
        ]
    ),
    "a file's name": lambda t: chat(
        [
            {"type": "text", "text": "Read the file."},
            {"type": "file", "file": {"filename": f"{t}.txt", "file_data": _text_url("Nothing here.")}},
        ]
    ),
}
"""Name of the place → a request with the text there. Each stands for one way in which a model reads it."""


def _text_url(text: str) -> str:
    return "data:text/plain;base64," + base64.b64encode(f"Notes: {text}.".encode()).decode()


def _coded(name: str, *steps: Callable[[bytes], bytes]) -> Place:
    def place(text: str) -> Sent:
        sent = chat(f"Please look at {text} again.")
        body = sent.body
        for step in steps:
            body = step(body)
        return replace(sent, body=body, headers=(*sent.headers, ("content-encoding", name)))

    return place


def _members(body: bytes) -> bytes:
    """gzip of two members, the text in the second."""
    return gzip.compress(body[:20]) + gzip.compress(body[20:])


def _multipart(text: str, *, where: str) -> Sent:
    values = dict.fromkeys(("name", "filename", "value", "header"), "notes") | {where: text}
    body = (
        f'--b0undary\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'
        f'--b0undary\r\ncontent-disposition: form-data; name="{values["name"]}"; filename="{values["filename"]}"\r\n'
        f"content-type: text/plain\r\nx-note: {values['header']}\r\n\r\n{values['value']}\r\n--b0undary--\r\n"
    )
    return Sent(body.encode(), (("content-type", "multipart/form-data; boundary=b0undary"),), "/v1/files")


def _headed(name: str, value: str) -> Sent:
    sent = chat("Hello.")
    return replace(sent, headers=(*sent.headers, (name, value)))


FORMS: dict[str, Place] = {
    "gzip": _coded("gzip", gzip.compress),
    "gzip of several members": _coded("gzip", _members),
    "deflate": _coded("deflate", zlib.compress),
    "raw deflate": _coded("deflate", lambda body: zlib.compress(body, wbits=-15)),
    "brotli": _coded("br", brotli.compress),
    "zstandard": _coded("zstd", zstandard.compress),
    "gzip twice": _coded("gzip, gzip", gzip.compress, gzip.compress),
    "gzip in brotli": _coded("gzip, br", gzip.compress, brotli.compress),
    "a multipart value": lambda t: _multipart(t, where="value"),
    "a multipart name": lambda t: _multipart(t, where="name"),
    "a multipart file name": lambda t: _multipart(t, where="filename"),
    "a multipart header": lambda t: _multipart(t, where="header"),
    "a query's value": lambda t: replace(chat("Hello."), target=f"{CHAT}?note={urllib.parse.quote(t)}"),
    "a query's value, percent twice": lambda t: replace(
        chat("Hello."), target=f"{CHAT}?note={urllib.parse.quote(urllib.parse.quote(t, safe=''), safe='')}"
    ),
    "a query's name": lambda t: replace(chat("Hello."), target=f"{CHAT}?{urllib.parse.quote(t, safe='')}=1"),
    "a header": lambda t: _headed("x-note", t),
    "a header as base64": lambda t: _headed("x-note", base64.b64encode(t.encode()).decode()),
    "a header's name": lambda t: _headed("x-" + "".join(c if c.isalnum() else "-" for c in t), "1"),
    "a cookie": lambda t: _headed("cookie", f"last={urllib.parse.quote(t)}"),
    "the user agent": lambda t: _headed("user-agent", f"app/1.0 ({t})"),
    "the organisation's header": lambda t: _headed("openai-organization", t),
    "the trace's baggage": lambda t: _headed("baggage", f"who={urllib.parse.quote(t)}"),
}
"""Name → a request with the text in a form of its own, outside of plain JSON."""

# Requests that no form of words makes acceptable: they are refused whatever stands in them.
ALWAYS_REFUSED: dict[str, Place] = {
    "a key given twice": lambda t: Sent(
        b'{"model": "gpt-4.1-mini", "messages": [{"role": "user", "content": '
        + json.dumps(t).encode()
        + b'}], "messages": [{"role": "user", "content": "Hello."}]}'
    ),
    "a key in other case": lambda t: chat("Hello.", Messages=[{"role": "user", "content": t}]),
    "a body in UTF-16": lambda t: Sent(
        chat(t).body.decode().encode("utf-16"), (("content-type", "application/json; charset=utf-16"),)
    ),
    "a coding that nobody knows": lambda t: replace(
        chat(t), headers=(("content-type", "application/json"), ("content-encoding", "aes"))
    ),
    "a coding that is not what it says": lambda t: replace(
        chat(t), headers=(("content-type", "application/json"), ("content-encoding", "gzip"))
    ),
    "garbage behind the body": lambda t: replace(chat("Hello."), body=chat("Hello.").body + t.encode()),
    "two bodies": lambda t: replace(chat("Hello."), body=chat("Hello.").body + chat(t).body),
    "a comment in the body": lambda t: replace(chat("Hello."), body=f"/* {t} */".encode() + chat("Hello.").body),
    "a path that is not listed": lambda t: replace(chat("Hello."), target=f"/v1/{urllib.parse.quote(t, safe='')}"),
    "dot segments": lambda t: replace(chat(t), target="/v1/chat/../chat/completions"),
}
