"""The user's credentials taken out of whatever is said: no log, no message and no report may hold one."""

import json
import netrc
import os
import re
from base64 import b64encode
from pathlib import Path
from urllib.parse import quote

HIDDEN = "[hidden]"

# Where Kaggle's client looks: variables, and files of JSON or of a bare token in its folder.
USER, SECRETS = "KAGGLE_USERNAME", ("KAGGLE_KEY", "KAGGLE_API_TOKEN")
FILES = ("kaggle.json", "credentials.json", "access_token", "access_token.txt")

# In any message: user and password in an address, its query, which may sign, and headers that authorise.
PATTERNS = (
    (re.compile(r"(\w://)[^\s\"'<>]*@"), rf"\1{HIDDEN}@"),
    (re.compile(r"(\w://[^\s\"'<>?]+\?)[^\s\"'<>]+"), rf"\1{HIDDEN}"),
    (re.compile(r"(authorization[\"']?\s*[:=]).*", re.IGNORECASE), rf"\1 {HIDDEN}"),
)


def redacted(text: str) -> str:
    """``text`` without the user's credentials, and without what in an address or a header may be one."""
    users, secrets = _known()
    for pattern, instead in PATTERNS:
        text = pattern.sub(instead, text)
    for secret in sorted(secrets, key=len, reverse=True):
        text = text.replace(secret, HIDDEN)
    for user in users:
        # A home folder may bear the same name, and paths are to stay what they are.
        text = re.sub(rf"(?<![\w/]){re.escape(user)}(?![\w/])", HIDDEN, text)
    return text


def _known() -> tuple[set[str], set[str]]:
    """User names; and keys, tokens and passwords, also as they stand in headers and addresses."""
    found = [(USER, os.environ.get(USER)), *((name, os.environ.get(name)) for name in SECRETS)]
    for folder in _folders():
        for name in FILES:
            found += _read(folder / name)
    try:
        # Where `requests` looks for the password of a server.
        hosts = netrc.netrc(os.environ.get("NETRC")).hosts.values()
        found += [pair for user, _, password in hosts for pair in ((USER, user), ("password", password))]
    except (OSError, netrc.NetrcParseError):
        pass
    users = {text for name, text in found if text and name.lower().endswith("username")}
    secrets = {text for name, text in found if text and not name.lower().endswith("username")}
    together = {b64encode(f"{user}:{secret}".encode()).decode() for user in users for secret in secrets}
    return users, secrets | together | {quote(secret, safe="") for secret in secrets}


def _folders() -> list[Path]:
    home = Path(os.path.expanduser("~"))
    settings = os.environ.get("XDG_CONFIG_HOME") or home / ".config"
    named = os.environ.get("KAGGLE_CONFIG_DIR")
    return [home / ".kaggle", Path(settings) / "kaggle", *([Path(named)] if named else [])]


def _read(path: Path) -> list[tuple[str, str]]:
    """Texts by name in a file of JSON, or all of a file that is not."""
    try:
        text = path.read_text().strip()
    except (OSError, ValueError):
        return []
    try:
        content = json.loads(text)
    except ValueError:
        content = text
    if isinstance(content, dict):
        named = [(name, value) for name, value in content.items() if isinstance(value, str)]
        return [(name, value) for name, value in named if name == "username" or len(value) >= 12]
    return [("token", text)] if text else []
