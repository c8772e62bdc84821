"""Works a window from outside, the way a screen reader and a pair of hands do.

Needs a screen, a window manager and a session bus of its own:
    xvfb-run -a dbus-run-session -- /usr/bin/python3 ...
Controls are asked for by their accessible names. The tree is built anew by the window at every frame, so nothing
here is remembered between two looks at it, and every look waits until what it asks for is there.
"""

import os
import re
import signal
import subprocess
import time

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

BUTTONS = (Atspi.Role.PUSH_BUTTON, Atspi.Role.TOGGLE_BUTTON)
FIELDS = (Atspi.Role.ENTRY, Atspi.Role.TEXT, Atspi.Role.PASSWORD_TEXT, Atspi.Role.SPIN_BUTTON)
LOOK_EVERY = 0.05
PATIENCE = 15.0


class Trouble(AssertionError):
    """What was expected of the window did not come."""


def wait_until(what, look, patience=PATIENCE):
    """Looks again and again until `look` gives something; `what` names it where it never comes."""
    end = time.monotonic() + patience
    while True:
        found = look()
        if found:
            return found
        if time.monotonic() > end:
            raise Trouble(f"waited {patience:g} s for {what}")
        time.sleep(LOOK_EVERY)


def switch_accessibility_on():
    """Says on the session bus that somebody listens; without it the window builds no tree at all."""
    bus = Gio.bus_get_sync(Gio.BusType.SESSION, None)
    for name in ("IsEnabled", "ScreenReaderEnabled"):
        change = GLib.Variant("(ssv)", ("org.a11y.Status", name, GLib.Variant("b", True)))
        bus.call_sync(
            "org.a11y.Bus",
            "/org/a11y/bus",
            "org.freedesktop.DBus.Properties",
            "Set",
            change,
            None,
            Gio.DBusCallFlags.NONE,
            10_000,
            None,
        )
    # A window that hangs must not take the test with it.
    Atspi.set_timeout(2_000, 15_000)


class WindowManager:
    """Gives the keyboard to the window, and can ask it to close as its cross would."""

    def __enter__(self):
        self.process = subprocess.Popen(["openbox"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_until("the window manager", self._answers)
        except BaseException:
            self.process.kill()
            raise
        return self

    @staticmethod
    def _answers():
        return subprocess.run(["wmctrl", "-m"], capture_output=True).returncode == 0

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()


class Control:
    """One node of the tree, as it was when it was found."""

    def __init__(self, window, node):
        self.window = window
        self.node = node
        self.role = node.get_role()
        self.name = node.get_name() or ""
        self.description = node.get_description() or ""

    def text(self):
        """The content of a field."""
        text = self.node.get_text_iface()
        return "" if text is None else Atspi.Text.get_text(text, 0, Atspi.Text.get_character_count(text))

    def has(self, state):
        return self.node.get_state_set().contains(state)

    def box(self):
        """Left, top, width, height in the window, in pixels."""
        extents = Atspi.Component.get_extents(self.node.get_component_iface(), Atspi.CoordType.WINDOW)
        return extents.x, extents.y, extents.width, extents.height

    def actions(self):
        actions = self.node.get_action_iface()
        if actions is None:
            return []
        return [Atspi.Action.get_action_name(actions, n) for n in range(Atspi.Action.get_n_actions(actions))]

    def press(self):
        """The click of a screen reader; what it leads to is for the caller to wait for."""
        if "click" not in self.actions():
            raise Trouble(f"{self} cannot be pressed")
        Atspi.Action.do_action(self.node.get_action_iface(), self.actions().index("click"))

    def click(self):
        """The click of a pointer in the middle; unlike `press` it meets whatever lies above."""
        left, top, width, height = self.box()
        self.window.keyboard("mousemove", "--window", self.window.id, left + width // 2, top + height // 2)
        # The two must fall into different frames.
        self.window.keyboard("mousedown", 1)
        time.sleep(0.05)
        self.window.keyboard("mouseup", 1)

    def __str__(self):
        return f"{Atspi.role_get_name(self.role)} “{self.name}”"


class Window:
    """The program with its window; leaving the `with` ends it, however the test went."""

    def __init__(self, command, environment, log, patience=60.0):
        self.log = open(log, "ab")
        self.process = subprocess.Popen(command, env=environment, stdout=self.log, stderr=subprocess.STDOUT)
        try:
            self.root = wait_until("the window on the accessibility bus", self._find_root, patience)
            self.id = wait_until("the window on the screen", self._find_on_screen, patience)
            self.keyboard("windowactivate", self.id)
        except BaseException:
            self.end()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.end()

    def _must_live(self):
        status = self.process.poll()
        if status is not None:
            raise Trouble(f"the program ended with status {status}")

    def _find_root(self):
        # By process: the window's node has no name.
        self._must_live()
        desktop = Atspi.get_desktop(0)
        for place in range(desktop.get_child_count()):
            try:
                node = desktop.get_child_at_index(place)
                if node and node.get_process_id() == self.process.pid and node.get_child_count() > 0:
                    return node
            except GLib.Error:
                continue
        return None

    def _find_on_screen(self):
        self._must_live()
        search = ["xdotool", "search", "--onlyvisible", "--pid", str(self.process.pid)]
        ids = subprocess.run(search, capture_output=True, text=True).stdout.split()
        return ids[-1] if ids else None

    def keyboard(self, *words):
        """One command of xdotool."""
        subprocess.run(["xdotool", *map(str, words)], check=True)

    def _nodes(self):
        pending = [(0, self.root)]
        while pending:
            depth, node = pending.pop()
            try:
                control = Control(self, node)
                children = [node.get_child_at_index(n) for n in range(node.get_child_count())]
            except GLib.Error:
                # Gone between two questions: the next look will tell.
                continue
            yield depth, control
            pending.extend((depth + 1, child) for child in reversed(children) if child is not None)

    def look(self, name=None, pattern=None, roles=None, description=None):
        """The first control of this name (or whose name holds this pattern) and one of these roles, or None."""
        for _, control in self._nodes():
            if name is not None and control.name != name:
                continue
            if pattern is not None and not re.search(pattern, control.name):
                continue
            if description is not None and not re.search(description, control.description):
                continue
            if roles is None or control.role in roles:
                return control
        return None

    def find(self, name=None, pattern=None, roles=None, description=None, patience=PATIENCE):
        def attempt():
            self._must_live()
            return self.look(name, pattern, roles, description)

        what = f"a control “{name or pattern}”" + (f" described as “{description}”" if description else "")
        return wait_until(what, attempt, patience)

    def wait_gone(self, name=None, pattern=None, roles=None):
        wait_until(f"“{name or pattern}” to go", lambda: not self.look(name, pattern, roles))

    def press(self, name):
        """Presses the button of this name, once it is there and can be pressed."""

        def ready():
            self._must_live()
            button = self.look(name, roles=BUTTONS)
            return button if button and button.has(Atspi.StateType.ENABLED) else None

        wait_until(f"a button “{name}” that can be pressed", ready).press()

    def select(self, pattern):
        """Presses the row whose name holds this pattern, whatever kind of control it is."""

        def ready():
            self._must_live()
            for _, control in self._nodes():
                if re.search(pattern, control.name) and "click" in control.actions():
                    return control
            return None

        wait_until(f"a row “{pattern}” that can be pressed", ready).press()

    def write(self, name, text):
        """Replaces the content of the field of this name, by keyboard. Latin text only: xdotool loses others."""
        field = self._field(name)
        Atspi.Component.grab_focus(field.node.get_component_iface())
        wait_until(f"the keyboard in “{name}”", lambda: self._field(name).has(Atspi.StateType.FOCUSED))
        self.keyboard("key", "ctrl+a")
        self.keyboard("type", "--delay", 15, "--", text)
        wait_until(f"“{text}” in “{name}”", lambda: self._field(name).text() == text)

    def _field(self, name):
        """The field of this name that can be written into; a viewer may have the same name."""

        def attempt():
            self._must_live()
            for _, control in self._nodes():
                if control.name == name and control.role in FIELDS and control.has(Atspi.StateType.EDITABLE):
                    return control
            return None

        return wait_until(f"a field “{name}”", attempt)

    def tree(self):
        """Everything a screen reader sees, one control a line."""
        lines = []
        for depth, control in self._nodes():
            content = control.text() if control.role in FIELDS else ""
            lines.append("  " * depth + str(control) + (f" = {content!r}" if content else ""))
        return "\n".join(lines)

    def picture(self, path):
        subprocess.run(["import", "-window", self.id, path], check=True)

    def close(self):
        """Closes the window as its cross would, and expects the program to end well."""
        subprocess.run(["wmctrl", "-i", "-c", hex(int(self.id))], check=True)
        try:
            status = self.process.wait(20)
        except subprocess.TimeoutExpired:
            raise Trouble("the program goes on after its window was closed") from None
        if status != 0:
            raise Trouble(f"the program ended with status {status} after its window was closed")

    def end(self):
        """Ends the program where it still runs."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(5)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.log.close()


def environment(home):
    """The surroundings of the program: an empty home, English, nothing of the machine's own settings."""
    names = {name: os.path.join(home, name) for name in ("config", "data", "cache", "state")}
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LC_", "XDG_")) and k not in ("LANGUAGE",)}
    return kept | {
        "HOME": home,
        "LANG": "en_US.UTF-8",
        "XDG_CONFIG_HOME": names["config"],
        "XDG_DATA_HOME": names["data"],
        "XDG_CACHE_HOME": names["cache"],
        "XDG_STATE_HOME": names["state"],
    }
