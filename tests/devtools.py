"""Chromium, driven through its DevTools protocol on a pair of pipes: no package and no port is needed."""

import json
import os
import select
import subprocess
import sys
import time

# Chromium reads commands from descriptor 3 and answers on 4. Both are first moved out of each other's way.
PASS_ON = (
    "import fcntl, os, sys\n"
    "high = [fcntl.fcntl(int(fd), fcntl.F_DUPFD, 10) for fd in sys.argv[1:3]]\n"
    "for fd, place in zip(high, (3, 4)): os.dup2(fd, place)\n"
    "os.execv(sys.argv[3], sys.argv[3:])\n"
)
PATIENCE = 20  # s


class Browser:
    """A headless Chromium; ``profile`` is an empty folder of its own."""

    def __init__(self, chromium, profile):
        commands, self.commands = os.pipe()
        self.answers, answers = os.pipe()
        self.log = open(profile / "log", "wb")  # noqa: SIM115
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-c", PASS_ON, str(commands), str(answers), chromium),
                *("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-pipe"),
                *("--no-first-run", "--disable-background-networking", f"--user-data-dir={profile}"),
                "about:blank",
            ],
            pass_fds=(commands, answers),
            stdout=self.log,
            stderr=self.log,
        )
        os.close(commands)
        os.close(answers)
        self.number, self.waiting, self.events = 0, b"", []

    def close(self):
        self.process.kill()
        self.process.wait()
        for descriptor in (self.commands, self.answers):
            os.close(descriptor)
        self.log.close()

    def call(self, method, session=None, **params):
        """The result of a command; events that come before it are kept."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        os.write(self.commands, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.read(until)
            if answer.get("id") == self.number:
                assert "error" not in answer, (method, params, answer["error"])
                return answer["result"]
            self.events.append(answer)

    def read(self, until):
        while b"\0" not in self.waiting:
            ready, _, _ = select.select([self.answers], [], [], max(0, until - time.monotonic()))
            assert ready, f"no answer from Chromium within {PATIENCE} s"
            arrived = os.read(self.answers, 1 << 20)
            assert arrived, "Chromium has ended"
            self.waiting += arrived
        message, self.waiting = self.waiting.split(b"\0", 1)
        return json.loads(message)


class Page:
    """One page of a browser, of a certain size."""

    def __init__(self, browser, width, height, phone=False):
        self.browser = browser
        target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=phone,
        )

    def call(self, method, **params):
        return self.browser.call(method, self.session, **params)

    def open(self, path):
        self.call("Page.navigate", url=path.as_uri())

    def ask(self, expression):
        """The value of an expression on the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def wait(self, expression):
        """Wait until an expression is true on the page."""
        until = time.monotonic() + PATIENCE
        while not self.ask(expression):
            assert time.monotonic() < until, f"never true: {expression}"
            time.sleep(0.03)

    def click(self, expression):
        """Click into the middle of an element."""
        box = f"{expression}.getBoundingClientRect()"
        x, y = self.ask(f"(({{left, top, width, height}}) => [left + width / 2, top + height / 2])({box})")
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, *keys):
        """Press keys, one after another, by their names such as ArrowDown."""
        codes = {"Enter": 13, "Escape": 27, "Tab": 9, "Home": 36, "End": 35, "PageDown": 34, "PageUp": 33}
        codes |= {"ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39, "ArrowDown": 40}
        for key in keys:
            about = {"key": key, "windowsVirtualKeyCode": codes.get(key, ord(key[0]))}
            text = {"text": "\r"} if key == "Enter" else {"text": key} if len(key) == 1 else {}
            self.call("Input.dispatchKeyEvent", type="keyDown", **about, **text)
            self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def picture(self):
        """PNG of what the page shows, in base64."""
        return self.call("Page.captureScreenshot", format="png")["data"]

    def happened(self, *methods):
        """What the browser has told of the page so far, by the names of its events."""
        self.ask("0")
        return [
            event
            for event in self.browser.events
            if event.get("sessionId") == self.session and event["method"] in methods
        ]
