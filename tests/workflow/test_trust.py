"""What the code never does: read what runs as it is read, hand names to a shell, trust whoever answers."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "workflow").rglob("*.py"))
RULES = [ROOT / "Snakefile", *sorted((ROOT / "rules").glob("*.smk"))]

MODULES = {"pickle", "cPickle", "_pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib", "commands"}
CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "os.system",
    "os.popen",
    "torch.load",
    "pd.read_pickle",
    "pandas.read_pickle",
    "yaml.load",
    "yaml.load_all",
    "yaml.unsafe_load",
    "yaml.full_load",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "tempfile.mktemp",
}
PROCESSES = ("run", "Popen", "call", "check_call", "check_output")


def forbidden(tree):
    """Line and name of everything in a program that is not to be there."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            names = []
        for name in names:
            if name.split(".")[0] in MODULES or name in CALLS or name.startswith("os.exec"):
                yield node.lineno, f"import {name}"
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            if called in CALLS or called.startswith(("os.exec", "os.spawn")):
                yield node.lineno, called
            settings = {word.arg: ast.unparse(word.value) for word in node.keywords}
            for setting, harmless in (("allow_pickle", "False"), ("shell", "False"), ("verify", "True")):
                if settings.get(setting, harmless) != harmless:
                    yield node.lineno, f"{called}({setting}={settings[setting]})"
            if called in {f"subprocess.{name}" for name in PROCESSES} and node.args:
                command = node.args[0]
                text = isinstance(command, ast.JoinedStr | ast.BinOp) or (
                    isinstance(command, ast.Constant) and isinstance(command.value, str)
                )
                if text:
                    yield node.lineno, f"{called} of a text"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT / "workflow").as_posix())
def test_code_can_be_trusted(path):
    assert list(forbidden(ast.parse(path.read_bytes()))) == []


@pytest.mark.parametrize("path", RULES, ids=lambda path: path.name)
def test_rules_run_scripts_and_no_shell(path):
    text = path.read_text()
    assert re.findall(r"^ +(?:shell|run):$", text, re.MULTILINE) == []
    assert re.findall(r"^(?:import|from) (?:pickle|shelve|marshal|subprocess).*", text, re.MULTILINE) == []
    assert [name for name in CALLS if re.search(rf"(?<![\w.]){re.escape(name)}\(", text)] == []


@pytest.mark.parametrize(
    "line",
    [
        "import pickle",
        "from joblib import load",
        "from os import system",
        "eval(text)",
        "torch.load(path, weights_only=True)",
        "np.load(path, allow_pickle=True)",
        "np.load(path, allow_pickle=trusted)",
        "yaml.load(text, Loader=yaml.Loader)",
        "subprocess.run('ls', check=True)",
        "subprocess.run(f'ls {name}', check=True)",
        "subprocess.run(['ls'], shell=True)",
        "os.system(command)",
        "requests.get(url, verify=False)",
    ],
)
def test_it_would_be_found(line):
    assert list(forbidden(ast.parse(line))) != []
