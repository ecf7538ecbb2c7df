"""What the rule files say, read as text."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HEAD = re.compile(r"^(?:use rule (?P<base>\w+) as|rule|checkpoint) (?P<name>\w+)", re.MULTILINE)


def rules(root: Path = ROOT) -> dict[str, str]:
    """Text of every rule by its name; a rule that uses another has that one's text before its own."""
    texts = {}
    for file in [root / "Snakefile", *sorted((root / "rules").glob("*.smk"))]:
        text = file.read_text()
        heads = list(HEAD.finditer(text))
        ends = [*(head.start() for head in heads), len(text)][1:]
        for head, end in zip(heads, ends, strict=True):
            texts[head["name"]] = texts.get(head["base"], "") + text[head.start() : end]
    return texts


def local_rules(root: Path = ROOT) -> set[str]:
    """Names of the rules that run where the workflow was started."""
    files = (root / "rules").glob("*.smk")
    block = re.compile(r"^localrules:\n((?:    \w+,\n)+)", re.MULTILINE)
    return {
        name
        for file in files
        for names in block.findall(file.read_text())
        for name in re.findall(r"\w+", names)
    }


def last(pattern: str, text: str) -> str | None:
    """What a pattern finds last: the rule which uses another has the last word."""
    found = re.findall(pattern, text)
    return found[-1] if found else None


def script(text: str) -> str | None:
    """Script of a rule, below workflow/scripts."""
    return last(r'script:\s+"\.\./workflow/scripts/([^"]+)"', text)
