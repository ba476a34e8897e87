"""Secrets: keys, tokens, passwords. They identify no patient, but whoever reads them can act as their owner."""

from __future__ import annotations

import base64
import json
import re

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.rule import Rule, matching

_PLACEHOLDER = re.compile(
    r"(?i)(?:your|my|the|some|example|sample|placeholder|changeme|change_me|xxx|\*\*\*|\.\.\.|dummy|test|"
    r"fake|secret|password|passwd|redacted|hidden|none|null|true|false|string|required|optional|undefined|"
    r"env|getenv|os\.|process\.|config|vault|\$\{|\$\(|\{\{|<|%s|%\(|input|prompt|hash|field|reset|policy)"
)


def _jwt(match: re.Match[str]) -> bool:
    head = match["v"].split(".", 1)[0]
    try:
        return isinstance(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4))), dict)
    except ValueError:
        return False


def _real(match: re.Match[str]) -> bool:
    """A value that somebody would type as a secret, not a word of documentation or a variable."""
    found = match["v"]
    if _PLACEHOLDER.match(found) or found[0] in "$<{%*" or len(set(found)) < 4:
        return False
    return bool(re.search(r"[0-9]|[^\w\s.-]", found)) or (found.lower() != found and found.upper() != found)


def _random(match: re.Match[str]) -> bool:
    found = match["v"]
    return (
        not _PLACEHOLDER.match(found)
        and checksums.entropy(found) >= 3.0
        and any(c.isalpha() for c in found)
        and (
            any(c.isdigit() for c in found)
            or (len(found) > 15 and found not in (found.lower(), found.upper()) and " " not in found)
        )
    )


def _assigned(match: re.Match[str]) -> bool:
    """Random enough for a key: high entropy, digits and letters mixed, no dotted or underscored words."""
    found = match["v"]
    words = re.split(r"[_./-]", found)
    return (
        _random(match)
        and checksums.entropy(found) >= 3.2
        and any(re.search(r"[0-9]", word) and re.search(r"[A-Za-z]", word) and len(word) >= 8 for word in words)
    )


def _key(
    id_: str,
    trigger: str,
    pattern: str,
    source: str,
    positives: tuple[str, ...],
    negatives: tuple[str, ...],
    kind: str = "api_key",
    *,
    random: bool = False,
    after: int = 300,
) -> Rule:
    return Rule(
        id=id_,
        kind=kind,
        source=source,
        triggers=(trigger,),
        spans=matching(rf"(?<![0-9A-Za-z_])(?P<v>{pattern})", _random if random else None),
        positives=positives,
        negatives=negatives,
        before=100,
        after=after,
        rank=4,
    )


_A36 = "Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4eFg7H"

RULES: tuple[Rule, ...] = (
    Rule(
        id="private_key.pem",
        kind="private_key",
        source="RFC 7468, 10 and 11; RFC 4880, 6.2; OpenSSH PROTOCOL.key",
        triggers=(r"-----BEGIN [A-Z ]{0,24}PRIVATE KEY", r"PuTTY-User-Key-File-[23]:"),
        spans=matching(
            r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:[^-]{0,8000}-----END (?:[A-Z]+ ){0,3"
            r"}PRIVATE KEY(?: BLOCK)?-----)?|PuTTY-User-Key-File-[23]:"
        ),
        before=60,
        after=8200,
        rank=5,
        positives=(
            "«-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\n-----END RSA PRIVATE KEY-----»",
            "«-----BEGIN OPENSSH PRIVATE KEY-----»",
            "«-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----»",
        ),
        negatives=("-----BEGIN PUBLIC KEY-----", "-----BEGIN CERTIFICATE-----"),
    ),
    _key(
        "api_key.aws-id",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}",
        r"(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}(?![0-9A-Za-z])",
        "IAM User Guide, Understanding unique ID prefixes",
        ("«AKIAIOSFODNN7EXAMPLE»", "key=«ASIAQNZGKIQY56JQ7WML»"),
        ("AKIAIOSFODNN7EXAMPL", "AKIAIOSFODNN1EXAMPLE0"),
    ),
    Rule(
        id="api_key.aws-secret",
        kind="api_key",
        source="IAM User Guide, Manage access keys: forty characters",
        triggers=(
            r"(?is)aws.{0,30}(?:secret|key).{0,30}[0-9a-z/+]{40}",
            r"(?is)secret.?access.?key.{0,12}[0-9a-z/+]{40}",
        ),
        spans=matching(r"(?i:aws|secret).{0,40}?(?<![0-9A-Za-z/+])(?P<v>[0-9A-Za-z/+]{40})(?![0-9A-Za-z/+=])", _random),
        before=120,
        after=4,
        rank=4,
        positives=(
            "aws_secret_access_key = «wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»",
            '"SecretAccessKey": "«wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY»"',
        ),
        negatives=("aws_secret_access_key = ${AWS_SECRET}",),
    ),
    _key(
        "api_key.github",
        r"gh[pousr]_[0-9A-Za-z]{30}|github_pat_[0-9A-Za-z_]{22}",
        r"(?:gh[pousr]_[0-9A-Za-z]{30,251}|github_pat_[0-9A-Za-z_]{22,244})",
        "GitHub Docs, About authentication to GitHub, token formats",
        (f"«ghp_{_A36}»", f"«github_pat_{_A36}»"),
        ("ghp_short", "github_pat_x"),
    ),
    _key(
        "api_key.gitlab",
        r"gl(?:pat|ptt|dt|rt|soat|ft|cbt)-[0-9A-Za-z_-]{20}",
        r"gl(?:pat|ptt|dt|rt|soat|ft|cbt)-[0-9A-Za-z_-]{20,200}",
        "GitLab Docs, Token overview, prefixes",
        ("«glpat-Ab3dEf6hIj9lMn2pQr5t»",),
        ("glpat-short",),
    ),
    _key(
        "api_key.slack",
        r"xox[abeoprs]-[0-9A-Za-z-]{10}|xapp-[0-9]-|hooks\.slack\.com/services/T",
        r"(?:xox[abeoprs]-[0-9A-Za-z-]{10,250}|xapp-[0-9]-[0-9A-Za-z-]{10,250}|"
        r"hooks\.slack\.com/services/T[0-9A-Za-z]{6,12}/B[0-9A-Za-z]{6,12}/[0-9A-Za-z]{16,32})",
        "Slack API, Token types",
        ("«xoxb-123456789012-abcdefABCDEF»",),
        ("xoxb-", "xoxq-123456789012"),
    ),
    _key(
        "api_key.stripe",
        r"[srp]k_(?:live|test)_[0-9A-Za-z]{10}|whsec_[0-9A-Za-z]{16}",
        r"(?:[srp]k_(?:live|test)_[0-9A-Za-z]{10,250}|whsec_[0-9A-Za-z]{16,64})",
        "Stripe Docs, API keys",
        ("«sk_live_4eC39HqLyjWDarjtT1zdp7dc»", "«rk_test_4eC39HqLyjWDarjtT1»"),
        ("sk_live_", "sk_prod_4eC39HqLyjWDarjtT1zdp7dc"),
    ),
    _key(
        "api_key.google",
        r"AIza[0-9A-Za-z_-]{35}|GOCSPX-[0-9A-Za-z_-]{20}|ya29\.[0-9A-Za-z_-]{20}",
        r"(?:AIza[0-9A-Za-z_-]{35}(?![0-9A-Za-z_-])|GOCSPX-[0-9A-Za-z_-]{20,40}|ya29\.[0-9A-Za-z_-]{20,500})",
        "Google Cloud, API keys overview; OAuth 2.0 client secrets",
        ("«AIzaSyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q»",),
        ("AIzaShort",),
    ),
    _key(
        "api_key.openai",
        r"sk-[0-9A-Za-z_-]{20}",
        r"sk-(?!ant-)(?:proj-|svcacct-|admin-|or-v1-)?[0-9A-Za-z_-]{20,250}",
        "OpenAI API reference, Authentication",
        ("«sk-proj-Ab3dEf6hIj9lMn2pQr5tUv8xYz»", "«sk-Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4eFg7H»"),
        ("sk-learn", "sk-this-is-a-long-slug-of-words", "task-1234567890123456789012"),
        random=True,
    ),
    _key(
        "api_key.anthropic",
        r"sk-ant-[0-9A-Za-z_-]{10}",
        r"sk-ant-[0-9A-Za-z_-]{10,250}",
        "Anthropic API reference, Authentication",
        ("«sk-ant-api03-Ab3dEf6hIj9lMn2pQr5t»",),
        ("sk-ant-",),
    ),
    _key(
        "api_key.prefixed",
        r"hf_[0-9A-Za-z]{30}|npm_[0-9A-Za-z]{36}|pypi-AgEI[0-9A-Za-z_-]{20}|SG\.[0-9A-Za-z_-]{16}|"
        r"dop_v1_[0-9a-f]{40}|shp(?:at|ss|ca)_[0-9a-fA-F]{30}|AGE-SECRET-KEY-1|key-[0-9a-f]{32}|"
        r"SK[0-9a-f]{32}|dapi[0-9a-f]{32}|lin_api_[0-9A-Za-z]{30}|hvs\.[0-9A-Za-z_-]{24}|pul-[0-9a-f]{40}|"
        r"gsk_[0-9A-Za-z]{40}|xai-[0-9A-Za-z]{40}|r8_[0-9A-Za-z]{30}",
        r"(?:hf_[0-9A-Za-z]{30,40}|npm_[0-9A-Za-z]{36}|pypi-AgEI[0-9A-Za-z_-]{20,300}|"
        r"SG\.[0-9A-Za-z_-]{16,32}\.[0-9A-Za-z_-]{16,64}|dop_v1_[0-9a-f]{40,64}|shp(?:at|ss|"
        r"ca)_[0-9a-fA-F]{30,32}|AGE-SECRET-KEY-1[0-9A-Z]{50,60}|key-[0-9a-f]{32}|SK[0-9a-f]{32}|"
        r"dapi[0-9a-f]{32}|lin_api_[0-9A-Za-z]{30,50}|hvs\.[0-9A-Za-z_-]{24,120}|pul-[0-9a-f]{40}|"
        r"gsk_[0-9A-Za-z]{40,60}|xai-[0-9A-Za-z]{40,90}|r8_[0-9A-Za-z]{30,40})(?![0-9A-Za-z])",
        "Published prefixes: Hugging Face, npm, PyPI, SendGrid, DigitalOcean, Shopify, age, Mailgun, Twilio"
        ", Databricks, Linear, Vault, Pulumi, Groq, xAI, Replicate",
        ("«hf_Ab3dEf6hIj9lMn2pQr5tUv8xYz1BcD4eFg»", f"«npm_{_A36}»", "«dapi0123456789abcdef0123456789abcdef»"),
        ("hf_model", "key-value"),
    ),
    _key(
        "token.jwt",
        r"eyJ[0-9A-Za-z_-]{8}",
        r"eyJ[0-9A-Za-z_-]{8,2000}\.[0-9A-Za-z_-]{8,6000}(?:\.[0-9A-Za-z_-]{0,2000})?",
        "RFC 7519, 3; RFC 7515, 3.1",
        ("«eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U»",),
        ("eyJ.x",),
        kind="token",
        after=10200,
    ),
    Rule(
        id="token.bearer",
        kind="token",
        source="RFC 6750, 2.1 and RFC 7617, 2",
        triggers=(
            r"(?i)bearer[ +]{1,2}[0-9a-z._~+/=-]{12}",
            r"(?i)authorization[\"' ]{0,2}[:=][\"' ]{0,3}(?:basic|token|apikey)[ ]{1,2}[0-9a-z._~+/=-]{8}",
        ),
        spans=matching(
            r"(?i:bearer|(?<=[\s:=\"'])(?:basic|token|apikey))[ +]{1,2}(?P<v>[0-9A-Za-z._~+/=-]{8,4000})", _random
        ),
        before=60,
        after=600,
        rank=3,
        positives=(
            "Authorization: Bearer «a8f5f167f44f4964e6c998dee827110c»",
            "Authorization: Basic «dXNlcjpwYXNzdzByZDEyMw==»",
        ),
        negatives=("bearer of good news", "Bearer your-token-here", "Authorization: Bearer <token>"),
    ),
    Rule(
        id="password.assigned",
        kind="password",
        source="OWASP, Secrets Management Cheat Sheet, 2.1; words for passwords in configuration",
        triggers=(
            r"(?i)(?:passw(?:or)?d|passwd|pwd|passphrase|passcode)[\"'* )]{0,3}(?:[:=]|is |\n)[\"' ]{0,3}[^ \n\"']{4}",
        ),
        spans=matching(
            r"(?<![A-Za-z])[A-Za-z0-9_.-]{0,30}?(?i:passw(?:or)?d|passwd|pwd|passphrase|"
            r"passcode)[\"'* )]{0,3}(?:\s?(?:[:=]|:=|=>)\s{0,2}|\s(?i:is|was)\s(?::\s)?|"
            r"\n)[\"'`]?(?P<v>[^\s\"'`,;<>]{4,128}?)(?=[\"'`,;<>]?(?:\s|$|[\"',;}])|\.(?:\s|$))",
            _real,
        ),
        before=60,
        after=140,
        rank=2,
        positives=(
            "password: «Tr0ub4dor&3»",
            "DB_PASSWORD=«s3cr3t-Pa55»",
            '"password": "«Winter2026!»"',
            "my password is «hunter2-Blue».",
            "pwd\n«Xk9#mm21»",
        ),
        negatives=(
            "password: your_password",
            "password = os.environ['X']",
            "password reset policy",
            "password: ********",
            "password: ${DB_PASSWORD}",
            "Password: required",
            "the password is hashed",
        ),
    ),
    Rule(
        id="connection_string.url",
        kind="connection_string",
        source="RFC 3986, 3.2.1; connection URIs of databases and brokers",
        triggers=(r"(?i)[a-z][a-z0-9+.-]{1,20}://[^ \n/@:\"']{0,64}:[^ \n/@\"']{2,128}@[a-z0-9\[]",),
        spans=matching(
            r"(?<![A-Za-z0-9])(?P<v>[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s/@:\"']{0,64}:(?!\$|<|\{|password@|"
            r"\*)[^\s/@\"']{2,128}@[^\s\"'`<>]{1,300})"
        ),
        before=240,
        after=320,
        rank=5,
        positives=(
            "«postgres://app:s3cr3tPw@db.internal:5432/ehr»",
            "«mongodb+srv://u:p4ssW0rd@cluster0.x.net/db»",
            "«https://user:pa55word@host.org/x»",
            "url=«redis://:p4ss@cache:6379/0»",
        ),
        negatives=(
            "postgres://app:${PW}@db/ehr",
            "https://host.org:8080/@x",
            "https://host.org/a:b@c",
            "postgres://user:<password>@host/db",
        ),
    ),
    Rule(
        id="connection_string.pairs",
        kind="connection_string",
        source="ADO.NET, Connection string syntax; Azure Storage, Configure connection strings",
        triggers=(
            r"(?i)(?:accountkey|sharedaccesskey|sharedaccesssignature)=[0-9a-z+/%=]{20}",
            r"(?i);[ ]?(?:password|pwd)=[^;\n ]{3}",
        ),
        spans=matching(
            r"(?i:accountkey|sharedaccesskey|sharedaccesssignature)=(?P<v>[0-9A-Za-z+/%=]{20,200})|"
            r"(?i:server|data source|host)=[^;\n]{2,100};[^\n]{0,200}?(?i:password|"
            r"pwd)=(?P<w>[^;\n \"'$<{]{3,128})"
        ),
        before=320,
        after=220,
        rank=5,
        positives=(
            "Server=db;Database=ehr;User Id=sa;Password=«Pa55w0rd!»;",
            "AccountName=x;AccountKey=«Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq==»",
        ),
        negatives=("Server=db;Database=ehr;Integrated Security=true",),
    ),
    Rule(
        id="api_key.assigned",
        kind="api_key",
        source="OWASP, Secrets Management Cheat Sheet: a random value with a name that says key, token or secret",
        triggers=(
            r"(?i)(?:api[_ -]?key|apikey|secret|token|access[_ -]?key|auth[_ -]?key|client[_ -]?secret|"
            r"private[_ -]?key|credential|signing[_ -]?key|encryption[_ -]?key)s?[\"'* ]{0,3}(?:[:=]|=>|"
            r"is |\n)[\"' ]{0,3}[0-9a-z_/+=.-]{16}",
        ),
        spans=matching(
            r"(?i:api[_ -]?key|apikey|secret|token|access[_ -]?key|auth[_ -]?key|private[_ -]?key|"
            r"credential|signing[_ -]?key|encryption[_ -]?key)s?[\"'* ]{0,3}(?:\s?(?:[:=]|=>)\s{0,2}|"
            r"\s(?i:is)\s|\n)[\"'` ]{0,2}(?P<v>[0-9A-Za-z_/+=.-]{16,512})(?![0-9A-Za-z_(])",
            _assigned,
        ),
        before=60,
        after=530,
        rank=1,
        positives=(
            "api_key = «9f86d081884c7d659a2feaa0c55ad015»",
            '"client_secret": "«q8J2xV7nLk3TzR9wYb5c»"',
            "token\n«d41d8cd98f00b204e9800998ecf8427e»",
        ),
        negatives=(
            "token: this_is_a_placeholder",
            "secret: your-secret-key-here",
            "api_key = config.get_api_key_1",
            "max_tokens = 4096",
            "tokenizer: cl100k_base_encoder",
        ),
    ),
)
