"""Secrets told by their value, under whatever name. Pure; only the form is said, never the value.

Known forms come first. What has none is opaque text: long, and mixed as only random text is. In doubt a value of a
public kind passes (URLs without a password, ids, hashes, versions, paths), as a false alarm teaches to look away.

Why no library: every preview starts this. detect-secrets 1.5.0 takes 0.4 s to start, brings an HTTP client, and judges
lines of source code, where a Git commit is a key and a connection text is none.
"""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple


class Form(NamedTuple):
    what: str
    signs: tuple[str, ...]
    """One of them is in every such value: few values need the pattern."""
    pattern: str
    source: str
    """Where the issuer writes how its secrets look."""


FORMS = (
    Form("a private key", ("PRIVATE KEY",), r"-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----", "RFC 7468, sections 10 and 11; RFC 9580, 6.2"),
    Form("a private key", ("AGE-SECRET-KEY-",), r"AGE-SECRET-KEY-1[0-9A-Z]{20,}", "age: C2SP age.md"),
    Form("a GitHub token", ("gh", "github_pat_"), r"\bgh[opsur]_[A-Za-z0-9]{30,}|\bgithub_pat_\w{22,}", "GitHub Docs, About authentication to GitHub"),
    Form("a GitLab token", ("gl",), r"\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|ft)-[\w-]{20,}", "GitLab Docs, Token overview: token prefixes"),
    Form("a Stripe key", ("_live_", "_test_", "whsec_"), r"\b(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|\bwhsec_[A-Za-z0-9+/=]{16,}", "Stripe Docs, API keys; Webhooks"),
    Form("an AWS access key", ("AKIA", "ASIA"), r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b", "AWS IAM User Guide, IAM identifiers: unique ID prefixes"),
    Form("a Slack token", ("xox", "xapp-"), r"\bxox[a-z](?:\.xox[a-z])?-[\w-]{10,}|\bxapp-\d-[\w-]{10,}", "Slack API, Tokens"),
    Form("a webhook's address", ("hooks.slack.com/", "/api/webhooks/", "webhook.office.com/", "hooks.zapier.com/"), r"webhook\.office\.com/webhookb2/\w|hooks\.zapier\.com/hooks/catch/\w|hooks\.slack\.com/(?:services|workflows|triggers)/\w|discord(?:app)?\.com/api/webhooks/\d+/\w", "Slack API, Incoming webhooks; Discord, Webhook resource; Microsoft Teams Docs; Zapier Docs"),
    Form("a SendGrid key", ("SG.",), r"\bSG\.[\w-]{16,}\.[\w-]{16,}", "SendGrid Docs, API keys"),
    Form("a Heroku token", ("HRKU-",), r"\bHRKU-[\w-]{20,}", "Heroku Dev Center, OAuth: tokens begin with HRKU-"),
    Form("a Google key", ("AIza", "GOCSPX-", "ya29."), r"\bAIza[\w-]{35}|\bGOCSPX-[\w-]{20,}|\bya29\.[\w-]{20,}", "Google Cloud, API keys; OAuth 2.0 tokens"),
    Form("a JSON web token", ("eyJ",), r"\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]*", "RFC 7519, section 3; RFC 7515, appendix A"),
    Form("an OpenAI or Anthropic key", ("sk-",), r"\bsk-(?:ant-|proj-|svcacct-|admin-)?[\w-]{20,}", "OpenAI and Anthropic API references, Authentication"),
    Form("a package registry's token", ("npm_", "pypi-", "rubygems_"), r"\bnpm_[A-Za-z0-9]{30,}|\bpypi-AgE[\w-]{20,}|\brubygems_[a-f0-9]{40,}", "npm Docs, About access tokens; PyPI Help; RubyGems Guides"),
    Form("a Docker Hub token", ("dckr_",), r"\bdckr_(?:pat|oat)_[\w-]{20,}", "Docker Docs, Personal access tokens"),
    Form("a Twilio key", ("SK",), r"\bSK[0-9a-f]{32}\b", "Twilio Docs, What is a SID: prefixes"),
    Form("a Mailgun or Mailchimp key", ("key-", "-us"), r"\bkey-[0-9a-f]{32}\b|\b[0-9a-f]{32}-us\d{1,2}\b", "Mailgun API reference; Mailchimp, About API keys"),
    Form("a Shopify token", ("shp",), r"\bshp(?:at|ca|pa|ss|tka)_[A-Fa-f0-9]{32}", "Shopify.dev changelog: prefix of tokens"),
    Form("a Square token", ("sq0", "EAAA"), r"\bsq0(?:atp|csp)-[\w-]{20,}|\bEAAA[\w-]{56,}", "Square Developer, Access tokens"),
    Form("a DigitalOcean token", ("do",), r"\bdo[opr]_v1_[a-f0-9]{64}", "DigitalOcean Docs, Personal access tokens"),
    Form("a Pulumi token", ("pul-",), r"\bpul-[a-f0-9]{40}", "Pulumi Docs, Access tokens"),
    Form("a Hugging Face token", ("hf_",), r"\bhf_[A-Za-z]{30,}", "Hugging Face Docs, User access tokens"),
    Form("a Vault token", ("hv",), r"\bhv[sbr]\.[\w-]{20,}", "Vault Docs, Tokens"),
    Form("a Linear, Notion or Postman key", ("lin_api_", "ntn_", "secret_", "PMAK-"), r"\blin_api_\w{30,}|\b(?:ntn|secret)_[A-Za-z0-9]{40,}|\bPMAK-[a-f0-9]{24}-[a-f0-9]{34}", "Linear, Notion and Postman API references"),
    Form("a New Relic or Grafana key", ("NRAK-", "glsa_", "glc_"), r"\bNRAK-[A-Z0-9]{27}|\bglsa_\w{32}_[a-f0-9]{8}|\bglc_[A-Za-z0-9+/=]{32,}", "New Relic Docs, API keys; Grafana Docs, Service accounts"),
    Form("a Telegram bot's token", (":AA",), r"\b\d{8,10}:AA[\w-]{33}", "Telegram Bot API, Authorizing your bot"),
    Form("a Sentry, Supabase or CI token", ("sntry", "sbp_", "bkua_", "CCIP"), r"\bsntry[su]_[\w+/=-]{40,}|\bsbp_[0-9a-f]{40}|\bbkua_[0-9a-f]{40}|\bCCIP(?:AT|RJ)_\w{20,}", "Sentry Docs, Auth tokens; Supabase Docs, Access tokens; Buildkite Docs, API access tokens; CircleCI Docs, API tokens"),
    Form("a Brevo, HubSpot or Airtable key", ("keysib-", "smtpsib-", "pat"), r"\bx(?:key|smtp)sib-[0-9a-f]{60,}|\bpat-(?:na|eu|ap)\d-[0-9a-f]{8}-[0-9a-f-]{27}|\bpat[A-Za-z0-9]{14}\.[0-9a-f]{60,}", "Brevo, HubSpot and Airtable developer docs: API keys and private app tokens"),
    Form("a Mapbox secret token", ("sk.eyJ",), r"\bsk\.eyJ[\w-]{20,}", "Mapbox Docs, Access tokens"),
    Form("a URL with a password", ("@",), r"[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s/?#:@]*:[^\s/?#]+@[^\s@]", "RFC 3986, 3.2.1"),
    Form("a URL with a token as its user", ("@",), r"https?://[^\s/?#:@]{16,}:?@[^\s@]", "RFC 3986, 3.2.1; GitHub Docs and Sentry Docs on tokens and keys in URLs"),
    Form(
        "a password in a connection text",
        ("=",), r"(?i)(?:^|[?&;,\s])(?:password|passwd|pwd|secret|client_secret|(?:access_|auth_)?token|api_?key|secret_?key|sig|signature|accountkey|sharedaccesskey)\s*=\s*[^\s&;,$]{6,}",
        "PostgreSQL, 34.1.1 Connection strings; Azure Docs, SAS tokens and connection strings",
    ),
    Form("a credential of an HTTP header", ("asic ", "ASIC ", "earer ", "EARER "), r"(?i)^(?:authorization:\s*)?(?:basic|bearer)\s+[\w+/.=~-]{8,}$", "RFC 7617; RFC 6750"),
)  # fmt: skip

_PUBLIC = (
    # A UUID, with or without a prefix (RFC 9562). An ULID (github.com/ulid/spec).
    r"(?:[\w.-]*[-_:.])?[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|0[0-9A-HJKMNP-TV-Z]{25}"
    # What Stripe calls publishable, and its ids (Stripe Docs, API keys). Mapbox's public token.
    r"|(?:pk_live|pk_test|price|prod|plan|acct|cus|ca|sub|txr|pm|seti|we)_\w+|pk\.eyJ[\w.-]+"
    # A digest with its algorithm (W3C Subresource Integrity; OCI image digests).
    r"|(?:\S*[@:'\s])?sha(?:1|224|256|384|512)[-:][\w+/=-]+'?"
    # A Twilio id but a key's (Twilio Docs, What is a SID). A Google client id. An SSH public key (RFC 4253, 6.6).
    r"|(?!SK)[A-Z]{2}[0-9a-f]{32}|\d+-\w+\.apps\.googleusercontent\.com|(?:ssh|ecdsa|sk)-[\w@.-]+ [A-Za-z0-9+/=]+(?: \S+)?"
)
_PUBLIC_NAME = re.compile(
    r"(^|_)(PUBLIC|PUBLISHABLE|SITE_?KEY|CLIENT_ID|APP_ID|SHA|SHA\d+|COMMIT|REVISION|VERSION|CHECKSUM|DIGEST|HASH|FINGERPRINT|ETAG)(_|$)"
)
"""Names of what is public and looks random. They quiet the guess on opaque text only, no known form."""
_PUBLIC_BLOCK = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----[^-]*-----END \1-----")
"""A certificate or a public key; a private one is a known form."""
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}://\S+")
"""Its path may hold ids of any form; what of it is secret are known forms."""

_HEX_KEYS = frozenset({32, 48, 56, 96, 128})
"""Hexadecimal digits of keys: `openssl rand -hex 16` to 64, a Rails master key, a SECRET_KEY_BASE. 40 are a Git commit."""
_DIGEST = 64
"""Hexadecimal digits of a SHA-256, and of a key of 256 bits; a name that says digest is believed."""
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_RUN = re.compile(r"[A-Za-z0-9+/_=-]{20,}")
_SEPARATED = re.compile(r"[-_=]+")
_SHORTEST_PASSWORD, _SHORTEST, _SHORTEST_OF_ONE_CASE, _LONGEST_WORD = 12, 20, 24, 8
_MIXED, _MIXED_OF_ONE_CASE = 0.36, 0.2
"""Changes between upper case, lower case and digits for each character. Random text has 0.62, of one case 0.40 or, in
base 32, 0.30; camelCase and dates have under 0.35."""
_PASSWORD = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[!#$%^&*~?@+=])[A-Za-z0-9!#$%^&*~?@+=._-]{12,64}")
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def secret_form(name: str, value: str) -> str | None:
    """What kind of secret the value of this config var holds, in words; None for one that looks like none."""
    for form in FORMS:
        if any(sign in value for sign in form.signs) and re.search(form.pattern, value):
            return form.what
    if _is_wrapped_key(value):
        return "a private key in base64"
    plain = _URL.sub(" ", _PUBLIC_BLOCK.sub(" ", value)).strip().strip("\"'")
    if len(plain) < _SHORTEST_PASSWORD or re.fullmatch(_PUBLIC, plain) or _PUBLIC_NAME.search(name.upper()):
        return None
    if _HEX.fullmatch(plain):
        return "a key in hexadecimal" if len(plain) in _HEX_KEYS or len(plain) >= _DIGEST else None
    if any(_is_random(run) for run in _runs(plain)):
        return "a long random text"
    return "a password" if _is_password(plain) else None


def _is_wrapped_key(value: str) -> bool:
    try:
        return b"PRIVATE KEY-----" in b64decode("".join(value.split()), validate=True)
    except (NoBase64, ValueError):
        return False


def _runs(text: str) -> Iterator[str]:
    """Unbroken parts that could be keys; not those that are of a public kind themselves."""
    for part in text.split():
        for found in re.split(r"[,;:|]", part):
            if not re.fullmatch(_PUBLIC, found.strip("\"'")):
                yield from _RUN.findall(found)


def _is_random(run: str) -> bool:
    if any(_HEX.fullmatch(piece) for piece in (run, *_SEPARATED.split(run)) if len(piece) >= _SHORTEST):
        return False
    letters = "".join(filter(str.isalnum, run))
    longest = max(_SEPARATED.split(run), key=len)
    if len(letters) < _SHORTEST or len(longest) < _LONGEST_WORD:
        return False
    kinds = {_kind(character) for character in letters}
    if {"upper", "lower"} <= kinds:
        return _mixed(letters) >= _MIXED
    pieces = re.findall(r"[A-Za-z0-9]+", run)
    return any(
        len(piece) >= _SHORTEST_OF_ONE_CASE and not piece.isdigit() and _mixed(piece) >= _MIXED_OF_ONE_CASE
        for piece in pieces
    )


def _is_password(text: str) -> bool:
    is_one = _PASSWORD.fullmatch(text) is not None and _EMAIL.fullmatch(text) is None
    return is_one and _mixed(text) >= _MIXED


def _mixed(text: str) -> float:
    return sum(_kind(one) != _kind(next_) for one, next_ in pairwise(text)) / len(text)


def _kind(character: str) -> str:
    if character.isdigit():
        return "digit"
    if character.isalpha():
        return "upper" if character.isupper() else "lower"
    return "symbol"
