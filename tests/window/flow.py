"""The lab: a broker on this machine, a message from elsewhere, its bytes, an answer, and the next morning.

    flow.py PROGRAM FOLDER

PROGRAM is mqloupe; FOLDER receives what helps after a failure: a picture, the tree of controls, the logs.
With MQLOUPE_PICTURES set to a folder, the pictures of the README are left there.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback

from driver import Trouble, Window, WindowManager, environment, switch_accessibility_on, wait_until

# Beyond this something hangs, and the traceback says where.
WHOLE_FLOW_SECS = 240

MESSAGE_ROW = r"^\d\d:\d\d:\d\d\.\d{3} received sensor QoS 0 Hi$"


class Broker:
    """A mosquitto of our own on a free port, with a log that tells when a subscription stands."""

    def __init__(self, folder):
        self.log = os.path.join(folder, "mosquitto.log")
        for _ in range(5):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            config = os.path.join(folder, "mosquitto.conf")
            with open(config, "w", encoding="utf-8") as file:
                file.write(f"listener {self.port} 127.0.0.1\nallow_anonymous true\npersistence false\n")
            with open(self.log, "wb") as log:
                self.process = subprocess.Popen(["mosquitto", "-v", "-c", config], stdout=log, stderr=log)
            # Another program may have taken the port in between: then it ends at once, and the next one is tried.
            if wait_until("mosquitto", lambda: self._answers() or self.process.poll() is not None):
                if self.process.poll() is None:
                    return
        raise Trouble("mosquitto does not start")

    def _answers(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def wait_for_log(self, words):
        def said():
            with open(self.log, encoding="utf-8", errors="replace") as log:
                return words in log.read()

        wait_until(f"mosquitto to say “{words}”", said)

    def publish(self, topic, payload):
        command = ["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.port), "-t", topic, "-m", payload]
        subprocess.run(command, check=True, timeout=20)

    def subscriber(self, topic):
        """A mosquitto_sub that prints one message and ends; its subscription stands when this returns."""
        command = ["mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.port), "-i", "elsewhere"]
        command += ["-t", topic, "-C", "1", "-W", "30", "-F", "%t %q %p"]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.wait_for_log("Sending SUBACK to elsewhere")
        return process

    def end(self):
        self.process.terminate()
        self.process.wait()


def leave_picture(window, name):
    folder = os.environ.get("MQLOUPE_PICTURES")
    if folder:
        window.picture(os.path.join(folder, f"picture-{name}.png"))


def first_day(window, broker):
    window.press("New connection")
    window.write("Name", "local")
    window.write("Host", "127.0.0.1")
    window.write("Port", str(broker.port))
    window.press("Save and connect")
    window.find(pattern="^Connected")

    window.press("New subscription")
    window.write("Topic filter", "sensor")
    window.press("Subscribe")
    window.find(name="sensor", description="^QoS 0")
    broker.wait_for_log("Sending SUBACK to ")

    broker.publish("sensor", "Hi")
    window.select(MESSAGE_ROW)
    window.find(pattern="^Topic name sensor")
    window.find(pattern="^0000 30 0a 00 06 73 65 6e 73")
    leave_picture(window, "messages")

    subscriber = broker.subscriber("back")
    window.write("Topic", "back")
    window.write("Payload", "hello")
    window.press("Publish")
    heard, _ = subscriber.communicate(timeout=40)
    if heard != "back 0 hello\n":
        raise Trouble(f"mosquitto_sub heard {heard!r}")

    window.select("^Packets$")
    window.select(r"received PUBLISH\b.*sensor")
    window.find(pattern="^0000 30 0a 00 06 73 65 6e 73 6f 72 48 69")
    window.find(pattern=r"sent CONNECT\b")
    leave_picture(window, "packets")

    window.press("Disconnect")
    window.find(pattern="^Offline")


def next_morning(window):
    window.select("^local$")
    window.find(name="sensor", description="^QoS 0")
    window.select("^Messages$")
    window.find(pattern=MESSAGE_ROW)


def keep_evidence(window, folder):
    try:
        tree = window.tree()
        with open(os.path.join(folder, "tree.txt"), "w", encoding="utf-8") as file:
            file.write(tree)
        print("The controls of the window were:", tree, sep="\n")
        window.picture(os.path.join(folder, "failure.png"))
    except Exception as error:  # The failure itself is what matters; this only helps to read it.
        print(f"no picture of the failure: {error}")


def run(program, folder, name, home, steps):
    command = [program, "--data-dir", os.path.join(home, "mqloupe")]
    with Window(command, environment(home), os.path.join(folder, "mqloupe.log")) as window:
        try:
            steps(window)
            window.close()
        except BaseException:
            print(f"In the {name}:")
            keep_evidence(window, folder)
            raise


def hang(*_):
    raise Trouble(f"the flow did not end within {WHOLE_FLOW_SECS} s")


def main():
    program, folder = sys.argv[1:]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    signal.signal(signal.SIGALRM, hang)
    signal.alarm(WHOLE_FLOW_SECS)
    switch_accessibility_on()
    broker = Broker(folder)
    try:
        with tempfile.TemporaryDirectory() as home, WindowManager():
            run(program, folder, "first run", home, lambda window: first_day(window, broker))
            run(program, folder, "second run", home, next_morning)
    except Exception:
        traceback.print_exc()
        return 1
    finally:
        broker.end()
    return 0


sys.exit(main())
