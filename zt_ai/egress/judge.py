"""One request, from what came in to what is done with it: door → read → understand → decide → redact.

Pure but for the clock it is given: no I/O, so the same code serves the proxy, `zt-ai inspect` and the tests. Whatever
goes wrong inside ends in a refusal.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from traceback import extract_tb
from typing import Any

from zt_ai.egress.answers import Answer, answer, looked_at
from zt_ai.egress.apis import Adapter, adapter
from zt_ai.egress.decide import Facts, clearance, decide
from zt_ai.egress.decode import read
from zt_ai.egress.detect import Detectors
from zt_ai.egress.model import Action, Found, Operation, Path, Reading, Reply, Request, Verdict
from zt_ai.egress.policy import CallPolicy, Policy, ProviderPolicy
from zt_ai.egress.redact import Placeholders, Redaction, RedactionError, redact
from zt_ai.spec.types import Decision

_LOG = logging.getLogger(__name__)
# What stands between the end of a listed path and the rest of a request's path: `/v1/files` lists `/v1/files/abc` and
# `…/models/gemini` lists `…/models/gemini:generateContent`, but neither lists `/v1/filesystem`.
_BORDERS = ("/", ":")
# Records use the specification's own words.
_DECISIONS = {Action.ALLOW: Decision.ALLOW, Action.REDACT: Decision.REDACT, Action.REFUSE: Decision.BLOCK}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What is done with one request."""

    verdict: Verdict
    record: Mapping[str, Any]
    """Facts for the audit record; no text of the request but its canonical path."""
    reply: Reply | None = None
    """The proxy's own answer, where the request is refused."""
    body: bytes | None = None
    """The body that goes out instead, None: as it came."""
    set_headers: Mapping[str, str] = field(default_factory=dict)
    """Request headers to set, in lower case."""
    answer: Answer | None = None
    """What to do with the provider's answer, None: it passes unseen."""
    call: CallPolicy | None = None
    """The flow that allowed the request, for its limits."""


@dataclass(frozen=True, slots=True)
class _Door:
    """Who asks whom, once both are known and may talk."""

    caller: str
    provider: ProviderPolicy
    call: CallPolicy
    adapter: Adapter
    path: str


class Judge:
    """Judges requests by one policy document.

    Args:
        policy: the document.
        detectors: what is looked for; compiled from `policy.detectors`.
        today: the day on which agreements and flows are judged.
        digest: keyed digest of an identifier, so that an auditor can tell the same one again; None leaves digests out.
    """

    def __init__(
        self,
        policy: Policy,
        detectors: Detectors,
        *,
        today: Callable[[], date],
        digest: Callable[[str], str] | None = None,
    ) -> None:
        self.policy = policy
        self._detectors, self._today, self._digest = detectors, today, digest
        self._adapters = {name: adapter(provider.api) for name, provider in policy.providers.items()}
        self._entered: dict[tuple[str, str, str, str], _Door] = {}

    def door(self, request: Request, caller_id: str, provider: str, request_id: str) -> Judgement | None:
        """The refusal of a request whose head alone says that it may not pass, else None. Needs no body."""
        try:
            entered = self._enter(request, caller_id, provider)
        except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
            return self._failed(request, caller_id, provider, request_id, error)
        return None if isinstance(entered, _Door) else self._refused(request, caller_id, provider, request_id, entered)

    def looks_at_answers(self, request: Request, caller_id: str, provider: str) -> bool:
        """Whether the answer to a request with this head may have to be looked at. Needs no body."""
        entered = self._enter(request, caller_id, provider)
        return isinstance(entered, _Door) and looked_at(entered.call, entered.provider, self.policy, self._today())

    def judge(self, request: Request, caller_id: str, provider: str, request_id: str) -> Judgement:
        """Judge a complete request. Never raises: what cannot be judged is refused."""
        try:
            return self._judge(request, caller_id, provider, request_id)
        except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
            return self._failed(request, caller_id, provider, request_id, error)

    def refuse(self, provider: str, verdict: Verdict, request_id: str) -> Reply:
        """A refusal in the provider's own error format; of an unknown provider in OpenAI's, which most clients read."""
        chosen = self._adapters.get(provider) or next(iter(self._adapters.values()))
        return chosen.refusal(verdict.status, verdict.rule, verdict.message, request_id)

    def _judge(self, request: Request, caller_id: str, provider: str, request_id: str) -> Judgement:
        entered = self._enter(request, caller_id, provider)
        if isinstance(entered, Verdict):
            return self._refused(request, caller_id, provider, request_id, entered)
        today = self._today()
        reading, operation = read(
            request, self._detectors, limit=self.policy.body_limit, understand=entered.adapter.operation
        )
        operation = operation or Operation("unknown")
        facts = facts_of(reading, operation, request, self._detectors)
        verdict = _understood(operation, entered.call, reading) or decide(
            entered.call, entered.provider, self.policy, facts, today
        )
        body: bytes | None = None
        placeholders: Mapping[str, str] = {}
        further: list[Reading] = []
        if verdict.action is Action.REDACT:
            redacted = self._redact(request, reading, entered, today)
            if redacted is None:
                message = "the request holds identifiers that cannot be replaced without breaking it; remove them"
                verdict = Verdict(Action.REFUSE, "cannot-redact", 403, message)
            else:
                redaction, further = redacted
                body, placeholders = redaction.body, redaction.placeholders
        record = self._record(request, caller_id, provider, request_id, verdict, entered)
        record |= {
            "operation": operation.name,
            # What no flow lists may be anything, also what must not be kept.
            "model": operation.model if operation.model in entered.call.models else None,
            "findings": self._findings((reading, *further)),
        }
        if verdict.action is Action.REFUSE:
            return Judgement(verdict, record, reply=self.refuse(provider, verdict, request_id), call=entered.call)
        coming = answer(
            entered.adapter,
            operation,
            entered.call,
            entered.provider,
            self.policy,
            self._detectors,
            placeholders,
            today,
            request_id,
            request_characters=len(request.body),
        )
        # A header under the caller's own signature stays as it is; a compressed answer is read all the same.
        headers = dict(coming.request_headers) if coming and not facts.signed else {}
        return Judgement(verdict, record, body=body, set_headers=headers, answer=coming, call=entered.call)

    def _enter(self, request: Request, caller_id: str, provider: str) -> _Door | Verdict:
        """Who asks whom, or why they may not: everything that the head of a request decides."""
        asked = (caller_id, provider, request.method, request.target)
        if asked in self._entered:
            return self._entered[asked]
        entered = self._look_up(request, caller_id, provider)
        # Kept for what the policy itself lists, so they are few; another target may be anything.
        if isinstance(entered, _Door) and request.target in entered.call.paths:
            self._entered[asked] = entered
        return entered

    def _look_up(self, request: Request, caller_id: str, provider: str) -> _Door | Verdict:
        policy = self.policy
        caller, asked = policy.caller_of(caller_id), policy.providers.get(provider)
        if caller is None:
            return Verdict(Action.REFUSE, "unknown-caller", 403, "no workload of the specification has this identity")
        call = policy.call(caller, provider)
        if asked is None or call is None:
            return Verdict(Action.REFUSE, "no-flow", 403, f"no flow lets '{caller}' call this provider")
        if request.method not in asked.methods:
            listed = ", ".join(asked.methods)
            return Verdict(Action.REFUSE, "unlisted-method", 405, f"this provider may be asked by {listed} only")
        chosen = self._adapters[provider]
        path = chosen.canonical_path(request.target)
        if path is None:
            return Verdict(
                Action.REFUSE, "ambiguous-path", 400, "the path can be read in more than one way; write it out"
            )
        if not any(_listed(path, prefix) for prefix in call.paths):
            return Verdict(Action.REFUSE, "unlisted-path", 403, f"{call.clause} does not list this path")
        return _Door(caller, asked, call, chosen, path)

    def _redact(
        self, request: Request, reading: Reading, entered: _Door, today: date
    ) -> tuple[Redaction, list[Reading]] | None:
        """The redacted body with what was found in it on the way: None unless nothing that had to go is left in it.

        A placeholder is shorter or longer than what stood there, so that the rest may be read in another way the next
        time: a cell under another head, a word beside another. What is found then is replaced, too.
        """
        placeholders: dict[str, str] = {}
        further: list[Reading] = []
        unwanted = self._unwanted(reading.found, entered, today)
        for _ in range(_ROUNDS):
            try:
                redaction = redact(reading.tree, unwanted)
            except RedactionError:
                return None
            for token, original in redaction.placeholders.items():
                # What is found later may hold a placeholder that was put in before.
                placeholders[token] = _TOKEN.sub(lambda at: placeholders.get(at[0], at[0]), original)
            again = Request(request.method, request.target, _plain(request.headers), redaction.body)
            reading, _ = read(
                again, self._detectors, limit=self.policy.body_limit, understand=entered.adapter.operation
            )
            if reading.problem is not None:
                return None
            unwanted = self._unwanted(reading.found, entered, today)
            if not unwanted:
                return Redaction(redaction.body, Placeholders(placeholders)), further
            further.append(reading)
        return None

    def _unwanted(self, found: Iterable[Found], entered: _Door, today: date) -> tuple[Found, ...]:
        """Findings that may not go to the provider: secrets always, identifiers where their class is not allowed."""
        cleared = clearance(entered.call, entered.provider, self.policy, today)
        allowed = cleared.decision is Decision.ALLOW
        return tuple(f for f in found if not allowed or self._detectors.is_secret(f.finding.type))

    def _findings(self, readings: Sequence[Reading]) -> list[dict[str, Any]]:
        """What was found, counted by kind, rule and layers, with digests of what stood in plain sight in the body."""
        counted: Counter[tuple[str, str, tuple[str, ...]]] = Counter()
        digests: dict[tuple[str, str, tuple[str, ...]], set[str]] = {}
        for tree, found in ((reading.tree, found) for reading in readings for found in reading.found):
            key = (found.finding.type, found.finding.detector, found.layers)
            counted[key] += 1
            if self._digest is not None and not found.layers and len(digests.get(key, ())) < _MAX_DIGESTS:
                text = _text_at(tree, found.path)
                if text is not None:
                    digests.setdefault(key, set()).add(self._digest(text[found.finding.start : found.finding.end]))
        return [
            {
                "type": key[0],
                "detector": key[1],
                "layers": list(key[2]),
                "count": number,
                "digests": sorted(digests.get(key, ())),
            }
            for key, number in sorted(counted.items())[:_MAX_GROUPS]
        ]

    def _record(
        self,
        request: Request,
        caller_id: str,
        provider: str,
        request_id: str,
        verdict: Verdict,
        entered: _Door | None = None,
    ) -> dict[str, Any]:
        known = provider if provider in self.policy.providers else None
        caller: str | None
        call: CallPolicy | None
        path: str | None
        if entered is not None:
            caller, call, path = entered.caller, entered.call, entered.path
        else:
            caller = self.policy.caller_of(caller_id)
            call = self.policy.call(caller, provider) if caller else None
            path = self._adapters[known].canonical_path(request.target) if known and call else None
        listed = [prefix for prefix in (call.paths if call else ()) if path and _listed(path, prefix)]
        return {
            "request_id": request_id,
            "caller": caller,
            "spiffe_id": caller_id,
            "provider": known,
            "clause": call.clause if call else None,
            "operation": None,
            "model": None,
            "method": request.method,
            # As the flow lists it: what stands behind that may be anything, also what must not be kept.
            "path": max(listed, key=len, default=None),
            "decision": _DECISIONS[verdict.action].value,
            "rule": verdict.rule,
            "status": verdict.status,
            "findings": [],
            "bytes": len(request.body),
            "policy": self.policy.digest,
            "tool": None,
        }

    def _refused(self, request: Request, caller_id: str, provider: str, request_id: str, verdict: Verdict) -> Judgement:
        record = self._record(request, caller_id, provider, request_id, verdict)
        return Judgement(verdict, record, reply=self.refuse(provider, verdict, request_id))

    def _failed(self, request: Request, caller_id: str, provider: str, request_id: str, error: Exception) -> Judgement:
        # Type and place only: an exception's own text could quote the request.
        places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in extract_tb(error.__traceback__)]
        _LOG.error("the inspector failed on %s: %s at %s", request_id, type(error).__name__, " > ".join(places))
        verdict = Verdict(Action.REFUSE, "inspector-error", 503, "the inspector could not judge the request; try again")
        record: dict[str, Any] = {
            "request_id": request_id,
            "spiffe_id": caller_id,
            "provider": provider if provider in self.policy.providers else None,
            "method": request.method,
            "decision": _DECISIONS[verdict.action].value,
            "rule": verdict.rule,
            "status": verdict.status,
            "findings": [],
            "bytes": len(request.body),
            "policy": self.policy.digest,
            "tool": None,
        }
        return Judgement(verdict, record, reply=self.refuse(provider, verdict, request_id))


# Of one kind in one record: enough to recognise a patient, not a copy of a list. Both bound the size of a record.
_MAX_DIGESTS = 10
_MAX_GROUPS = 40
_ROUNDS = 3
"""How often a body is redacted and read again before it is refused."""
_TOKEN = re.compile(r"\[[A-Z_]+_[R-Z]*[0-9]+\]")
# A body that was decoded and written anew is neither compressed nor as long as the headers say.
_OF_THE_OLD_BODY = frozenset({"content-encoding", "content-length", "transfer-encoding", "digest", "content-md5"})


def _listed(path: str, prefix: str) -> bool:
    return path == prefix or (path.startswith(prefix) and (prefix.endswith("/") or path[len(prefix)] in _BORDERS))


def _understood(operation: Operation, call: CallPolicy, reading: Reading) -> Verdict | None:
    """A refusal for what is asked, apart from what is in it; None to go on."""
    if reading.problem is not None:
        return None  # the decision says how such a request is refused
    if operation.problem is not None:
        message = "the request has not the form that this path of the provider's interface takes"
        return Verdict(Action.REFUSE, operation.problem, 400, message)
    if operation.model is not None and operation.model not in call.models:
        listed = ", ".join(call.models)
        return Verdict(Action.REFUSE, "unlisted-model", 403, f"{call.clause} allows these models only: {listed}")
    return None


def facts_of(reading: Reading, operation: Operation, request: Request, detectors: Detectors) -> Facts:
    """What the decision needs to know of a request."""
    secrets = sum(detectors.is_secret(found.finding.type) for found in reading.found)
    authorization = request.header("authorization") or ""
    return Facts(
        identifiers=len(reading.found) - secrets,
        secrets=secrets,
        media=bool(reading.media or operation.media),
        problem=reading.problem,
        redactable=reading.tree is not None and all(found.redactable for found in reading.found),
        hosted_tools=operation.hosted_tools,
        signed=authorization.startswith("AWS4-"),
    )


def _plain(headers: Sequence[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(pair for pair in headers if pair[0] not in _OF_THE_OLD_BODY)


def _text_at(tree: Any, path: Path) -> str | None:
    """The text at a path of the body, None where there is none."""
    if not path or path[0] != "body":
        return None
    here = tree
    for step in path[1:]:
        try:
            here = here[step]
        except (KeyError, IndexError, TypeError):
            return None
    return here if isinstance(here, str) else None
