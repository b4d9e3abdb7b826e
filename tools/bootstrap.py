"""The commands of ./dev, standard library only: set up what is missing, then run what was asked for."""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - said before anything newer is imported
    sys.exit(f"Python 3.11 or newer is needed; this is Python {sys.version.split()[0]}.")

if sys.platform == "win32":
    sys.exit("The set-up is made for Linux; on Windows please use WSL with Debian or Ubuntu.")

import os
import signal
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tools import checking, preparation, serving
from tools.preparation import PYTHON, ROOT, SetupError, say

USAGE = """\
./dev run [--host H] [--port P] [--no-demo] [--venue [--certificate F --key F]]
                            set up what is missing, load the demo event into an empty database, start the app
./dev test [arguments]      set up what is missing, run every test (arguments go to pytest)
./dev check                 format, lint, types, layers, translations, migrations, assets, tests
./dev flask …               the application's command line
./dev bench NAME …          run benchmarks/NAME.py
./dev i18n                  bring the catalogues of Indonesian words in step with the sources
./dev help                  this text
"""


def flask(arguments: list[str]) -> int:
    """Hand over to the application's command line, in the caller's own folder."""
    preparation.prepare()
    return hand_over(PYTHON, "-P", "-m", "flask", *arguments)


def bench(arguments: list[str]) -> int:
    """Run one benchmark by its name."""
    names = sorted(path.stem for path in (ROOT / "benchmarks").glob("*.py") if not path.stem.startswith("_"))
    if not arguments or arguments[0] not in names:
        raise SetupError(f"./dev bench NAME: there is {', '.join(names) or 'no benchmark yet'}.", status=2)
    preparation.prepare(for_tests=True)
    return hand_over(PYTHON, ROOT / "benchmarks" / f"{arguments[0]}.py", *arguments[1:])


def i18n(arguments: list[str]) -> int:
    """Update (or check, compile) the catalogues."""
    preparation.prepare(assets=False)
    return hand_over(PYTHON, "-P", "-m", "tools.translations", *arguments)


def hand_over(*command: object) -> NoReturn:
    """Become the command, so that signals and exit status are its own."""
    words = [str(word) for word in command]
    sys.stdout.flush()
    os.execve(words[0], words, preparation.environment())  # noqa: S606 - no shell is wanted


COMMANDS = {
    "run": serving.run,
    "test": checking.test,
    "check": checking.check,
    "flask": flask,
    "bench": bench,
    "i18n": i18n,
}


def main(arguments: list[str]) -> int:
    """Run one command and return its exit status."""
    name = arguments[0] if arguments else ""
    if name in {"help", "--help", "-h"}:
        print(USAGE, end="")
        return 0
    if name not in COMMANDS:
        print(USAGE, end="", file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # what was started is ended with us
    try:
        return COMMANDS[name](arguments[1:])
    except SetupError as error:
        say(str(error))
        return error.status
    except OSError as error:  # a full disk, a folder that may not be written
        say(f"{error.filename or name}: {error.strerror or error}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
