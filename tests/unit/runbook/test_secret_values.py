"""Secrets are told by their value under any name; values of public kinds are not taken for secrets."""

from __future__ import annotations

import base64
import hashlib
import random

import pytest

from runbook.secret_values import FORMS, secret_form

# Each is put together here, so that no scanner takes it for a leaked one.
MIXED = "Zq7Rk2Vw9Xc4Lm1Np8Bt5Yh3"
HEX = "3f9ac01b7d52e84690ab13cd57ef2468"
PEM = "\n".join(["-----BEGIN RSA " + "PRIVATE KEY-----", "MIIEow", "-----END RSA " + "PRIVATE KEY-----"])
SECRETS = {
    "REDIS_LOCATION": ("rediss://default:" + "pw@ec2-1-2-3-4.compute-1.amazonaws.com:6379", "a URL with a password"),
    "REDIS_WITHOUT_USER": ("redis://:" + "hunter2@cache.example.com:6379/0", "a URL with a password"),
    "UPSTREAM": ("https://user:" + "t0ken@api.example.com/v1", "a URL with a password"),
    "QUEUE": ("amqp://guest:" + "guest@localhost,amqp://b:c@host", "a URL with a password"),
    "GEM_SOURCE": (f"https://{HEX}@gems.example.com/", "a URL with a token as its user"),
    "ERRORS_TO": (f"https://{HEX}@o1.ingest.sentry.io/42", "a URL with a token as its user"),
    "DB_OPTIONS": ("host=db.example.com user=app password=" + "s3cretpw", "a password in a connection text"),
    "FEED": ("https://feed.example.com/v1?format=json&access_token=" + "abcdef123456", "a password in a connection text"),
    "SIGNER": (PEM, "a private key"),
    "SIGNER_ON_ONE_LINE": (PEM.replace("\n", "\\n"), "a private key"),
    "SIGNER_WRAPPED": (base64.b64encode(PEM.encode()).decode(), "a private key in base64"),
    "DEPLOYER": ("ghp_" + "a1B2" * 9, "a GitHub token"),
    "DEPLOYER_2": ("github_pat_" + "11ABCDEFG0_" + "a1B2" * 9, "a GitHub token"),
    "MIRROR": ("glpat-" + MIXED, "a GitLab token"),
    "PAYMENTS": ("sk_live_" + MIXED, "a Stripe key"),
    "PAYMENTS_LIMITED": ("rk_test_" + MIXED, "a Stripe key"),
    "PAYMENTS_EVENTS": ("whsec_" + MIXED, "a Stripe key"),
    "BUCKET_USER": ("AKIA" + "QWERTYUIOPASDFGH", "an AWS access key"),
    "BUCKET_PHRASE": ("wJalrXUtnFEMI/K7MDENG/" + "bPxRfiCYzzTESTKEYq", "a long random text"),
    "CHAT": ("xoxb-" + "123456789012-abcDEF123", "a Slack token"),
    "CHAT_ROOM": ("https://hooks.slack.com/" + "services/T000/B000/XXXX", "a webhook's address"),
    "MAILER": ("SG." + MIXED + "." + MIXED, "a SendGrid key"),
    "PLATFORM": ("HRKU-" + "01234567-89ab-cdef-0123-456789abcdef", "a Heroku token"),
    "MAPS": ("AIza" + "SyA" + "b1C2" * 8, "a Google key"),
    "SESSION": ("eyJhbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0In0." + MIXED, "a JSON web token"),
    "MODEL": ("sk-proj-" + MIXED, "an OpenAI or Anthropic key"),
    "REGISTRY": ("npm_" + "a1B2" * 9, "a package registry's token"),
    "PHONE": ("SK" + HEX, "a Twilio key"),
    "NEWSLETTER": (HEX + "-us21", "a Mailgun or Mailchimp key"),
    "STORE": ("shpat_" + HEX, "a Shopify token"),
    "DROPLETS": ("dop_v1_" + HEX * 2, "a DigitalOcean token"),
    "STACKS": ("pul-" + HEX + "01234567", "a Pulumi token"),
    "VAULT": ("hvs." + MIXED, "a Vault token"),
    "BOT": ("123456789:AA" + "b1C" * 11, "a Telegram bot's token"),
    "CALLER": ("Bearer " + "abc.def.ghi", "a credential of an HTTP header"),
    "MASTER": (HEX, "a key in hexadecimal"),
    "COOKIES": (HEX * 4, "a key in hexadecimal"),
    "BOX": (base64.b64encode(bytes.fromhex(HEX * 2)).decode(), "a long random text"),
    "BOX_FOR_URLS": (base64.urlsafe_b64encode(bytes.fromhex(HEX)).decode(), "a long random text"),
    "OPAQUE": (MIXED, "a long random text"),
    "QUOTED": (f'"{MIXED}"', "a long random text"),
    "IN_A_LIST": (f"first,{MIXED}", "a long random text"),
    "CRASHES": ("sntryu_" + HEX * 2, "a Sentry, Supabase or CI token"),
    "CRASHES_OF_US": ("sntrys_" + "a1B2" * 16, "a Sentry, Supabase or CI token"),
    "TABLES": ("sbp_" + HEX + "01234567", "a Sentry, Supabase or CI token"),
    "AGENT": ("bkua_" + HEX + "01234567", "a Sentry, Supabase or CI token"),
    "PIPES": ("CCIPAT_" + MIXED + "_" + HEX, "a Sentry, Supabase or CI token"),
    "LETTERS": ("xkeysib-" + HEX * 2 + "-a1B2c3", "a Brevo, HubSpot or Airtable key"),
    "CRM": ("pat-na1-" + "3b9f0c1e-77aa-4d6e-9c1b-2f0e5d4c3b2a", "a Brevo, HubSpot or Airtable key"),
    "SHEETS": ("pat" + "a1B2c3D4e5F6g7" + "." + HEX * 2, "a Brevo, HubSpot or Airtable key"),
    "TEAM_ROOM": ("https://x.webhook.office.com/" + f"webhookb2/3b9f@y/IncomingWebhook/{HEX}/z", "a webhook's address"),
    "FLOW": ("https://hooks.zapier.com/" + "hooks/catch/12345/abcdef/", "a webhook's address"),
    "SIGNED": ("https://b.s3.amazonaws.com/k?X-Amz-Credential=" + "AKIA" + "QWERTYUIOPASDFGH", "an AWS access key"),
    "SHARED": ("https://a.blob.core.windows.net/c?sv=2020&sig=" + MIXED, "a password in a connection text"),
    "CIPHER": ("$2b$12$" + "a1B2c3D4e5F6g7H8i9J0k.L1m2N3o4P5q6R7s8T9u0V1w2X3y4Z5a", "a long random text"),
    "OTP": ("JBSWY3DPEHPK3PXP" + "4QX7M2NB6TZA5KCR", "a long random text"),
    "LOGIN": ("xK9#mP2$" + "vL5&nQ8!", "a password"),
}  # fmt: skip
UUIDS = [
    f"{n:08x}-{n * 7 % 65536:04x}-4{n % 4096:03x}-a{n % 999:03x}-{n * 104729:012x}" for n in range(1000, 1015)
]
COMMITS = [hashlib.sha1(str(n).encode()).hexdigest() for n in range(15)]  # noqa: S324 - as Git does
HARMLESS = [
    *UUIDS, *COMMITS, *[commit[:7] for commit in COMMITS[:5]], f"sc-{UUIDS[0]}",
    # URLs and hosts
    "https://api.example.com", "https://api.example.com/v1/users?limit=10&sort=name", "http://localhost:3000",
    "https://www.example.com/a/very/long/path/that/goes/on/and/on/index.html#section-2", "https://user@example.com/",
    "https://docs.google.com/document/d/1BxiMVs0XRA5nFMdKvBdBZjgmUUqptlbs74OgvE2upms/edit", "${app.url}/api/v1",
    "https://d111111abcdef8.cloudfront.net", "https://sc-mvp-production-6b7a268cc8ad.herokuapp.com/api/v1",
    "https://sqs.us-east-1.amazonaws.com/123456789012/social-catering-events", "redis://localhost:6379/0",
    "https://hooks.example.com/inbound", "postgres://localhost/app_development", "postgres://app@localhost:5432/app",
    "ssh://git@github.com/org/repo.git", "git@github.com:org/repo.git", "https://github.com/heroku/heroku-buildpack-ruby.git#v271",
    "https://buildpack-registry.s3.amazonaws.com/buildpacks/heroku-community/awscli.tgz", "wss://stream.example.com/socket",
    "smtp.sendgrid.net", "smtp.gmail.com:587", "email-smtp.us-east-1.amazonaws.com", "ec2-54-221-204-123.compute-1.amazonaws.com",
    "mydb.c9akciq32rgh.us-east-1.rds.amazonaws.com", "redis-12345.c10.us-east-1-4.ec2.cloud.redislabs.com", "127.0.0.1", "::1",
    "0.0.0.0/0", "10.0.0.0/8,172.16.0.0/12,192.168.0.0/16", "example.com,www.example.com,*.example.com", "app.example.com",
    "https://a.example.com,https://b.example.com", "s3://social-catering-production/uploads/", "gs://bucket/path", "mailto:ops@example.com",
    "https://plausible.io/js/script.js", "https://o447951.ingest.sentry.io/api/5429219/security/", "data:image/png;base64,iVBORw0KGgo=",
    "jdbc:postgresql://db.example.com:5432/app?sslmode=require", "tcp://0.0.0.0:9394", "unix:///tmp/puma.sock",
    # e-mail addresses
    "ops@example.com", "Social Catering <no-reply@social-catering.example>", "first.last+tag@sub.example.co.uk",
    "a@example.com,b@example.com", "support-team-2024@customers.example.com",
    # flags, numbers, times
    "true", "false", "enabled", "disabled", "on", "off", "yes", "no", "0", "1", "587", "3000", "-1", "3.14", "1e6", "100%", "2.5s", "500ms",
    "1_000_000", "86400", "1732500000", "20241125101500", "2024-11-25", "2024-11-25T10:15:00Z", "2024-11-25T10:15:00.000+01:00", "15 minutes",
    "123456789012", "+14155552671", "+1 (415) 555-2671", "12345678901234567890", "512MB", "1GiB", "50,100,200", "0.25", "1:5", "US$60",
    # cron lines, zones, locales, formats
    "0 2 * * *", "*/15 9-17 * * MON-FRI", "0 0 1 1 *", "@daily", "0 2 * * * America/Los_Angeles", "America/Argentina/Buenos_Aires", "UTC", "US/Pacific",
    "en", "en-US", "de_DE.UTF-8", "C.UTF-8", "en-US,en;q=0.9,de;q=0.8", "en,de,fr,pt-BR,zh-Hant-TW", "%Y-%m-%dT%H:%M:%S%z", "YYYY-MM-DD HH:mm",
    "UTF-8", "text/html; charset=utf-8", "application/vnd.heroku+json; version=3", "USD,EUR,GBP",
    # names, environments, levels, regions
    "production", "staging", "development", "test", "info", "debug", "WARN", "us-east-1", "eu-central-1", "us-west-2a", "heroku-24", "standard-1x",
    "sc-mvp-production", "social-catering-production-uploads-2024", "Social Catering", "social_catering_production", "SocialCateringProduction",
    "ActiveSupport::Cache::RedisCacheStore", "ActionMailer::Base", "com.example.socialcatering.ProductionMailer", "AbstractSingletonProxyFactoryBean",
    "HttpClientConfigurationPropertiesLoader", "default,mailers,active_storage_analysis", "critical,6 default,3 low,1", "memory_store", "redis_cache_store",
    "async", "sidekiq", "good_job", "puma", "config/puma.rb", "arn:aws:sns:us-east-1:123456789012:SocialCateringAlerts",
    "arn:aws:iam::123456789012:role/social-catering-deployer", "projects/social-catering/topics/orders", "us-east-1_AbCdEfGhI", "urn:ietf:wg:oauth:2.0:oob",
    # feature lists and options
    "newCheckout,darkMode,betaSearchV2,emailDigestWeekly", "checkout_v2=on,search_v3=off,beta=10%", '{"checkout":true,"limit":10}', "[1,2,3]",
    "--max-old-space-size=2048 --enable-source-maps", "-Xmx384m -Xss512k -XX:+UseCompressedOops", "--with-jemalloc --enable-yjit", "-W:no-deprecated",
    "tls1.2,tls1.3", "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256", "GET,POST,PUT,PATCH,DELETE,OPTIONS", "Authorization,Content-Type,X-Request-Id",
    "default-src 'self'; script-src 'self' https://plausible.io; img-src * data:", "max-age=31536000; includeSubDomains; preload", "no-cache, no-store",
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36", "SameSite=Lax; Secure; HttpOnly",
    "^/api/(v[0-9]+)/(users|orders)/[A-Za-z0-9]+$", "Welcome back! Today's special: 20% off.", "Bonjour, voilà: l'été à Genève", "注文を受け付けました",
    # paths
    "/app/vendor/bundle/ruby/3.3.0/bin:/usr/local/bin:/usr/bin:/bin", "/var/cache/app", "./public/assets", "vendor/bundle", "tmp/pids/server.pid", "C:\\inetpub\\wwwroot",
    "/usr/lib/x86_64-linux-gnu/libjemalloc.so.2", "/etc/ssl/certs/ca-certificates.crt", "node_modules/.bin", "app/assets/builds/application-1a2b3c4d.js", "/healthz",
    # versions and digests
    "3.3.6", "v20.18.0", "22.x", ">=18 <23", "~> 7.1", "1.2.3-beta.4+build.567", "2024.11.25-1", "ruby-3.3.6", "postgres:16-alpine", "Release-2024-11-25T10-00-00Z-abc1234",
    f"ghcr.io/org/app@sha256:{HEX * 2}", "sha384-oqVuAfXRKap7fdgcCY5uykM6+R9GqQ8K/uxy9rx7HNQlGYl1kPzQHo1wx4JwY8wC", "sha256:" + HEX * 2, "social-catering@1.2.3+3f9ac01b7d52",
    # ids of public kinds
    "G-1A2B3C4D5E", "UA-12345678-1", "GTM-ABC12DE", "AW-123456789", "GT-ABCDEF1", "pk_live_51H8sT2Kx9ZqLmNp7Rv4Wc3Yb", "price_1OaBcDeFgHiJkLmNoPqRsTuV", "acct_1A2b3C4d5E6f7G8h",
    "prod_NWjs8kKbJWmuuc", "pk.eyJ1IjoidXNlciIsImEiOiJjbGV4In0.abcDEFghiJKL", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "507f1f77bcf86cd799439011", "AC" + HEX, "MG" + HEX, "C0123ABCDEF", "T0123ABC",
    "407408718192-9k2j3h4g5f6d7s8a9p0o1i2u3y4t5r6e.apps.googleusercontent.com", "1:1234567890:web:abc123def456", "i-0abc123def4567890", "dQw4w9WgXcQ", "a1b2c3d4", "cus_NffrFeUfNV2Hib",
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl ops@example.com",
    "-----BEGIN CERTIFICATE-----\nMIIBszCCAVmgAwIBAgIUZq7Rk2Vw9Xc4Lm1Np8Bt5Yh3\n-----END CERTIFICATE-----", "",
]  # fmt: skip


@pytest.mark.fault("B32")
@pytest.mark.parametrize(
    ("name", "value", "form"), [(name, *found) for name, found in SECRETS.items()], ids=SECRETS
)
def test_a_secret_is_told_by_its_value_under_a_harmless_name(name: str, value: str, form: str) -> None:
    assert secret_form(name, value) == form


@pytest.mark.parametrize("value", HARMLESS)
def test_a_value_of_a_public_kind_is_no_secret(value: str) -> None:
    assert secret_form("SOMETHING", value) is None


def test_the_tables_are_as_long_as_they_must_be() -> None:
    assert len(SECRETS) >= 20
    assert len({*HARMLESS}) >= 200


def random_values(kind: str, seed: int) -> str:
    source = random.Random(seed)  # noqa: S311 - the same in each run
    data = source.randbytes(32)
    letters = "abcdefghijklmnopqrstuvwxyz"
    return {
        "base64": base64.b64encode(data).decode(),
        "base64 for URLs": base64.urlsafe_b64encode(data[:24]).decode(),
        "base62": "".join(source.choices(letters + letters.upper() + "0123456789", k=24)),
        "base36": "".join(source.choices(letters + "0123456789", k=40)),
        "hexadecimal": data.hex() * 2,
    }[kind]


@pytest.mark.parametrize("kind", ["base64", "base64 for URLs", "base62", "base36", "hexadecimal"])
def test_random_keys_are_told(kind: str) -> None:
    """One in fifty may look like words."""
    missed = [value for seed in range(500) if not secret_form("X", value := random_values(kind, seed))]
    assert len(missed) <= 10, missed[:3]


def test_a_name_that_says_public_quiets_the_guess_and_no_known_form() -> None:
    assert secret_form("RECAPTCHA_SITE_KEY", MIXED) is None
    assert secret_form("SOURCE_DIGEST", HEX * 2) is None
    assert secret_form("OAUTH_CLIENT_ID", SECRETS["DEPLOYER"][0]) == "a GitHub token"


def test_every_form_says_where_it_is_from() -> None:
    assert [form.what for form in FORMS if len(form.source) < len("RFC 7468")] == []
