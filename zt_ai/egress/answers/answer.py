"""The inspection of one answer: what to ask of the provider, what changes in the head, and the body in pieces."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

from zt_ai.egress.answers.bodies import Body, FramesBody, ItemsBody, JsonBody, SseBody, TextBody
from zt_ai.egress.answers.encodings import Decoding
from zt_ai.egress.answers.eventstream import CONTENT_TYPE as EVENT_STREAM
from zt_ai.egress.answers.rules import CutError, MalformedError, Rules, Scanner, unreadable
from zt_ai.egress.answers.usage import Meter, Usage
from zt_ai.egress.answers.whole import harmless
from zt_ai.egress.decide import clearance
from zt_ai.egress.model import Action, Operation, Reply, Verdict
from zt_ai.egress.policy.model import CallPolicy, Policy, ProviderPolicy
from zt_ai.spec.types import Decision, ProviderApi

_LOG = logging.getLogger(__name__)
WINDOW = 1 << 16
"""Bytes of a whole answer that wait, so that an answer cut in them can still become a clean refusal."""
_OF_THE_BODY = (
    "content-length",
    "content-encoding",
    "content-md5",
    "digest",
    "content-digest",
    "repr-digest",
    "etag",
    "accept-ranges",
)
_NO_BODY = (204, 205, 304)
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "ascii")
# Token counts of whole answers of Bedrock [Bedrock user guide, "InvokeModel" response headers].
_COUNT_HEADERS = {
    "x-amzn-bedrock-input-token-count": "inputTokenCount",
    "x-amzn-bedrock-output-token-count": "outputTokenCount",
}


class Refuser(Protocol):
    """What this package needs of an adapter (`zt_ai.egress.apis`)."""

    @property
    def api(self) -> ProviderApi: ...

    def refusal(self, status: int, rule: str, message: str, request_id: str) -> Reply: ...

    def stream_refusal(self, rule: str, message: str, request_id: str, operation: str = "") -> bytes: ...


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """What happens to the head of an answer."""

    look: bool
    """Whether the body goes through `feed`; if not, it passes unseen."""
    remove: tuple[str, ...] = ()
    """Headers that no longer fit, in lower case."""
    set: Mapping[str, str] = field(default_factory=dict)
    """Headers to set, in lower case."""
    wait: bool = False
    """The head had better wait for the first bytes that `feed` returns: until then a cut can be a clean refusal."""


_UNSEEN = AnswerHead(look=False)
_CUT = AnswerHead(look=True, wait=True)
_SEEN = AnswerHead(look=True, remove=_OF_THE_BODY)
_SEEN_WHOLE = AnswerHead(look=True, remove=_OF_THE_BODY, wait=True)


class Answer:
    """One answer. Made by `answer`, used once."""

    def __init__(
        self, rules: Rules, adapter: Refuser, operation: Operation, request_id: str, meter: Meter | None = None
    ) -> None:
        self._rules, self._adapter, self._operation, self._request_id = rules, adapter, operation, request_id
        self._meter = meter or Meter()
        self._body: Body | None = None
        self._decoding: Decoding | None = None
        self._whole: list[bytes] | None = None
        """What came, while all of it may be read at once."""
        self._kept: list[bytes] | None = None
        self._kept_size = 0
        self._released = False
        self.cut: Verdict | None = None
        """Set when the answer had to be cut; nothing more of it may go on."""
        self.reset = False
        """The connection has to be broken off: the client must not take what it has for a whole answer."""
        self.reply: Reply | None = None
        """After a cut before anything went out: what to answer instead, if the head has not gone either."""

    @property
    def request_headers(self) -> Mapping[str, str]:
        """Headers to set in the request, so that its answer can be read."""
        return {"accept-encoding": "identity"}

    @property
    def usage(self) -> Usage:
        """Tokens so far, as the provider counts them, or estimated."""
        return self._meter.usage

    def head(self, status: int, headers: Sequence[tuple[str, str]]) -> AnswerHead:
        """Take the head of the answer. Names of headers in lower case. May already cut the answer."""
        given = dict(headers)
        for name, count in _COUNT_HEADERS.items():
            if name in given and given[name].isdecimal():
                self._meter.note(count, int(given[name]))
        if status < 200 or status in _NO_BODY:
            return _UNSEEN
        if status >= 400:
            # What went wrong is worth reading without what identifies somebody, also where an answer would be cut.
            self._rules = replace(self._rules, decision=Decision.REDACT)
        kind, _, parameters = given.get("content-type", "").partition(";")
        kind = kind.strip().lower()
        if not self._rules.inspects and kind.startswith(("image/", "audio/", "video/", "application/octet-stream")):
            return _UNSEEN
        try:
            self._decoding = Decoding(",".join([value for name, value in headers if name == "content-encoding"]))
            if self._rules.inspects:
                _readable(self._rules, kind, parameters)
            self._body = self._form(kind, failed=status >= 400)
        except CutError as cut:
            self._end(cut.verdict)
            return _CUT
        except MalformedError:
            self._end(unreadable().verdict)
            return _CUT
        whole = self._rules.inspects and isinstance(self._body, TextBody)
        self._kept = [] if whole else None
        # With a coding or with placeholders to put back, what goes on is not what came.
        plain = not self._rules.placeholders and "content-encoding" not in given
        self._whole = [] if whole and plain and isinstance(self._body, JsonBody) else None
        return _SEEN_WHOLE if whole else _SEEN

    def _form(self, kind: str, *, failed: bool) -> Body:
        streamed = self._operation.stream and not failed
        if kind == EVENT_STREAM:
            return FramesBody(self._rules, self._meter)
        if kind == "text/event-stream":
            return SseBody(self._rules, self._meter)
        if "json" in kind:
            items = streamed and self._adapter.api is ProviderApi.VERTEX_AI
            return ItemsBody(self._rules, self._meter) if items else JsonBody(self._rules, self._meter)
        if streamed:
            # A client that asked for a stream reads one, whatever it is called.
            bedrock = self._adapter.api is ProviderApi.BEDROCK
            return FramesBody(self._rules, self._meter) if bedrock else SseBody(self._rules, self._meter)
        return TextBody(self._rules, self._meter)

    def feed(self, data: bytes, end: bool) -> bytes:
        """Take the next bytes of the body and return those that may go on. Never raises: what fails is cut."""
        if self.cut:
            return b""
        out: list[bytes] = []
        try:
            if self._whole is not None:
                waiting = self._at_once(self._whole, data, end=end)
                if waiting is None:
                    return b""
                if self._released:
                    return waiting
                data = waiting
            if self._body is None or self._decoding is None:
                raise MalformedError("the body came without its head")  # noqa: TRY301 - one way out
            for piece in self._decoding.push(data, end=end):
                self._body.feed(piece, out, end=False)
            if end:
                self._body.feed(b"", out, end=True)
        except CutError as cut:
            return self._end(cut.verdict, out)
        except MalformedError:
            return self._end(unreadable().verdict, out)
        except Exception as error:  # noqa: BLE001 - fail closed, whatever it was; its text could quote the answer
            _LOG.error("the answer to %s could not be inspected: %s", self._request_id, type(error).__name__)
            message = "the inspector could not judge the answer; try again"
            return self._end(Verdict(Action.REFUSE, "inspector-error", 503, message), out)
        return self._release(out, end=end)

    def _at_once(self, waiting: list[bytes], data: bytes, *, end: bool) -> bytes | None:
        """All of the answer so far, None to wait for more. Released, if all of it came and nothing was found in it."""
        waiting.append(data)
        whole = sum(map(len, waiting)) <= WINDOW
        if whole and not end:
            return None
        self._whole = None
        joined = b"".join(waiting)
        if whole and joined and harmless(joined, self._rules, self._meter):
            self._released, self._kept, self._body = True, None, None
        return joined

    def _release(self, out: list[bytes], *, end: bool) -> bytes:
        if self._kept is not None:
            self._kept += out
            self._kept_size += sum(map(len, out))
            if not end and self._kept_size <= WINDOW:
                return b""
            out, self._kept = self._kept, None
        passed = b"".join(out)
        self._released = self._released or bool(passed)
        return passed

    def _end(self, verdict: Verdict, out: Sequence[bytes] = ()) -> bytes:
        """Cut the answer and return its last bytes."""
        self.cut = verdict
        body, self._body = self._body, None
        refused = (verdict.rule, verdict.message, self._request_id)
        if isinstance(body, SseBody | FramesBody):
            return b"".join(out) + self._adapter.stream_refusal(*refused, self._operation.name)
        reply = self._adapter.refusal(verdict.status, *refused)
        if isinstance(body, ItemsBody):
            return b"".join(out) + body.ending(reply.body)
        kept, self._kept = self._kept, None
        if self._released or (body is not None and kept is None):
            self.reset = True
            return b"" if kept is not None else b"".join(out)
        self.reset, self.reply = True, reply
        return b""


def _readable(rules: Rules, kind: str, parameters: str) -> None:
    """Whether the type of an answer lets it be inspected at all."""
    if kind.startswith(("image/", "audio/", "video/")):
        raise rules.unscannable()
    if _charset(parameters) not in _CHARSETS:
        raise unreadable()


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return ""


def looked_at(call: CallPolicy, provider: ProviderPolicy, policy: Policy, on: date) -> bool:
    """Whether `answer` may give something for a request of a flow on a day."""
    if call.restore or call.limits.tokens_per_day is not None:
        return True
    return policy.responses and clearance(call, provider, policy, on).decision is not Decision.ALLOW


def answer(
    adapter: Refuser,
    operation: Operation,
    call: CallPolicy,
    provider: ProviderPolicy,
    policy: Policy,
    detectors: Scanner,
    placeholders: Mapping[str, str],
    on: date,
    request_id: str,
    *,
    request_characters: int = 0,
) -> Answer | None:
    """What to do with the answer to one request; None: nothing, it passes unseen.

    Placeholders are put back where the flow restores. Identifiers are looked for where answers are inspected and the
    caller's flow does not let the highest class through on this day, in either direction. Tokens are counted where the
    flow limits them; `request_characters` is what the estimate is made from if the provider counts none.
    """
    cleared = clearance(call, provider, policy, on).decision
    rules = Rules(
        placeholders=placeholders if call.restore else {},
        scanner=detectors if policy.responses and cleared is not Decision.ALLOW else None,
        decision=cleared,
        clause=call.clause,
        data_class=policy.highest,
    )
    if not rules.inspects and not rules.placeholders and call.limits.tokens_per_day is None:
        return None
    return Answer(rules, adapter, operation, request_id, Meter(request_characters))
