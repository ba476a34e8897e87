"""Names of fields in the answers of model APIs that say how their values are read.

Sources: OpenAI API reference ("Chat", "Responses", "Streaming events"), Anthropic API reference ("Messages",
"Streaming messages"), Amazon Bedrock API reference ("Converse", "ConverseStream", "InvokeModelWithResponseStream") and
user guide ("Inference request parameters"), Vertex AI reference ("GenerateContentResponse").
"""

from __future__ import annotations

import re

OPAQUE = frozenset(
    (
        "id",
        "object",
        "type",
        "role",
        "model",
        "status",
        "finish_reason",
        "finishReason",
        "stop_reason",
        "stopReason",
        "system_fingerprint",
        "service_tier",
        "item_id",
        "call_id",
        "tool_call_id",
        "tool_use_id",
        "toolUseId",
        "response_id",
        "responseId",
        "previous_response_id",
        "request_id",
        "requestId",
        "event_id",
        "modelVersion",
        "model_version",
        "object_type",
        "signature",
        "thoughtSignature",
        "thought_signature",
        "encrypted_content",
        "encrypted_index",
        "encrypted_stdout",
        "redactedContent",
        "obfuscation",
        "p",
        "embedding",
        "index_type",
        "token_type",
        "blockReason",
        "completionReason",
        "createTime",
        "traceId",
    )
)
"""Fields that the provider fills and no model writes. They pass as long as they look like one word or base64."""

TOKEN = re.compile(r"[A-Za-z0-9+/=_.:@-]*")
"""What an opaque value looks like."""

NAME = re.compile(r"[A-Za-z@$_][A-Za-z_.-]*")
"""A key that is a field of an API: no digit and no space, so nothing but a bare name could hide in it."""
WRITTEN_NAME = re.compile(r"[a-z_][A-Za-z_]*")
"""The same in what a model writes, where a capital begins a name."""

WRITTEN = frozenset(
    ("input", "args", "arguments", "parsed", "output_parsed", "json", "parameters", "partial_json", "metadata")
)
"""Fields whose value, with everything in it, a model or a caller has written."""

TIMES = re.compile(r"created|_at$|time|Time|token|Token|count|Count|expires|seed|nonce|bytes|size|sequence|latency|Ms$")
"""Numbers that are counters and points in time, not identifiers."""

USAGE = frozenset(("usage", "usageMetadata", "usage_metadata", "amazon-bedrock-invocationMetrics"))
"""Objects that hold token counts."""

INPUT_TOKENS = frozenset(("prompt_tokens", "input_tokens", "inputTokens", "promptTokenCount", "inputTokenCount"))
"""What went in. Each API uses one of these names."""
CACHED_TOKENS = frozenset(
    ("cache_creation_input_tokens", "cache_read_input_tokens", "cacheReadInputTokens", "cacheWriteInputTokens")
)
"""What went in through a cache, which these APIs do not count under the names above."""
OUTPUT_TOKENS = frozenset(
    ("completion_tokens", "output_tokens", "outputTokens", "candidatesTokenCount", "outputTokenCount")
)
"""What came out."""
THOUGHT_TOKENS = frozenset(("thoughtsTokenCount", "toolUsePromptTokenCount"))
"""What Vertex AI counts beside `candidatesTokenCount`."""
COUNTS = INPUT_TOKENS | CACHED_TOKENS | OUTPUT_TOKENS | THOUGHT_TOKENS

LOGPROBS = frozenset(("logprobs", "logprobsResult", "logprobs_result"))
"""The answer a second time, token by token."""
