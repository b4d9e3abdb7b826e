"""./dev run: the web server and the worker, started together, watched, and stopped together."""

from __future__ import annotations

import argparse
import contextlib
import errno
import fcntl
import itertools
import json
import os
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tools import preparation
from tools.preparation import PYTHON, ROOT, SetupError, say
from tools.supervision import STOP_WITHIN, Part, Supervisor, shown

LOOPBACK = {"127.0.0.1", "localhost", "::1"}  # as the application has it: demo log-ins work on these alone
SERVING_LOCK = "serving.lock"  # in the instance folder, as matchmaking/operations/backup has them
UNFINISHED_RESTORE = "restore-unfinished"
LARGEST_LOG = 20_000_000  # bytes; the older part is kept as NAME.1


@dataclass(frozen=True)
class Options:
    """What was asked for on the command line."""

    host: str
    port: int
    load_demo: bool
    is_venue: bool
    certificate: Path | None = None  # from a public authority; None: our own, made for the addresses of this computer
    key: Path | None = None

    @property
    def trust_port(self) -> int:
        """Return where the trust page listens, 0 when nobody needs one: the port after the application's, 80 beside 443."""
        if not self.is_venue or self.certificate:
            return 0
        return {443: 80, 65535: 65534}.get(self.port, self.port + 1)

    @property
    def is_local(self) -> bool:
        """Say whether only this computer can reach the server."""
        return self.host in LOOPBACK

    @property
    def address(self) -> str:
        """Return how this computer reaches the server, whatever address that listens on."""
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104
        scheme = "https" if self.is_venue else "http"
        return f"{scheme}://[{host}]:{self.port}" if ":" in host else f"{scheme}://{host}:{self.port}"


def run(arguments: list[str]) -> int:
    """Set up, migrate, load the demo event, then serve until Ctrl-C."""
    options = _parse(arguments)
    with _listen(options, options.port) as listener, _trust_listener(options) as trust_listener:
        preparation.prepare()
        environment = _environment(options)
        instance = Path(environment.get("MATCHMAKING_INSTANCE") or ROOT / "instance")
        (instance / "log").mkdir(parents=True, exist_ok=True)
        with serving(instance) as lock:
            logins = _make_database(options, environment, instance)
            parts = [_web_part(options, listener, instance), _worker_part(instance)]
            if trust_listener:
                parts.append(_trust_part(options, trust_listener, instance))
            for part in parts:
                part.keep_open += (lock,)
            supervisor = Supervisor(parts, environment, instance, options.address)
            return supervisor.serve(lambda: _announce(options, instance, logins))


@contextlib.contextmanager
def serving(instance: Path) -> Iterator[int]:
    """Hold the lock that keeps a restore away; what we start holds it too, should we die before it."""
    if (instance / UNFINISHED_RESTORE).exists():
        raise SetupError(
            "A restore was cut off, and the data may be half the old and half the restored ones. "
            "Restore once more: ./dev flask restore FILE --replace"
        )
    with (instance / SERVING_LOCK).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SetupError("A backup is being restored into this installation. Wait until it has ended.") from error
        yield file.fileno()


def _parse(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="./dev run", description="Set up what is missing and start the app.")
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1, this computer only)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")
    parser.add_argument("--no-demo", action="store_true", help="do not load the demo event into an empty database")
    parser.add_argument("--venue", action="store_true", help="serve the venue's network over HTTPS")
    parser.add_argument(
        "--certificate", type=Path, help="with --venue: a certificate for the public name, with its chain"
    )
    parser.add_argument("--key", type=Path, help="the key of --certificate")
    found = parser.parse_args(arguments)
    _check_certificate(found.certificate, found.key, is_venue=found.venue)
    host = found.host or ("0.0.0.0" if found.venue else "127.0.0.1")  # noqa: S104 - --venue asks for it
    options = Options(host, found.port, not found.no_demo, found.venue)
    if not 0 < options.port < 65536:
        raise SetupError(f"--port {options.port}: a port is a number from 1 to 65535.", status=2)
    files = [path and path.resolve() for path in (found.certificate, found.key)]
    return Options(host, found.port, options.load_demo and options.is_local, found.venue, *files)


def _check_certificate(certificate: Path | None, key: Path | None, *, is_venue: bool) -> None:
    """Refuse files that cannot serve now, not when the tablets are already waiting."""
    if certificate is None and key is None:
        return
    if certificate is None or key is None or not is_venue:
        raise SetupError("--certificate FILE and --key FILE belong together, and to --venue.", status=2)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=lambda: "")
    except (OSError, ValueError) as error:
        raise SetupError(
            f"--certificate {certificate} and --key {key} cannot be used: they must be a PEM certificate and its own key, "
            f"without a password ({error.strerror if isinstance(error, OSError) else error}).",
            status=2,
        ) from error


def _trust_listener(options: Options) -> contextlib.AbstractContextManager[socket.socket | None]:
    return _listen(options, options.trust_port) if options.trust_port else contextlib.nullcontext()


def _listen(options: Options, port: int) -> socket.socket:
    """Take the port first: whoever else wants it is told in the first second, not after the set-up."""
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((options.host, port))
        listener.listen(128)
    except PermissionError as error:
        listener.close()
        raise SetupError(f"Port {port} is reserved for root. Choose another: ./dev run --port 8000") from error
    except socket.gaierror as error:
        listener.close()
        raise SetupError(f"--host {options.host}: there is no such address.", status=2) from error
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise SetupError(
                f"Port {port} is taken, perhaps by another ./dev run. Stop that one, "
                f"or choose another port: ./dev run --port {options.port + (2 if options.trust_port else 1)}"
            ) from error
        raise SetupError(f"Cannot listen on {options.host}, port {port}: {error.strerror}.") from error
    return listener


def _environment(options: Options) -> dict[str, str]:
    venue = {"MATCHMAKING_HTTPS_PORT": str(options.port), "MATCHMAKING_TRUST_PORT": str(options.trust_port)}
    return preparation.environment(MATCHMAKING_BIND_HOST=options.host, **(venue if options.is_venue else {}))


def _make_database(options: Options, environment: dict[str, str], instance: Path) -> str:
    """Migrate; load the demo event when the database is empty; return the demo log-ins to be shown."""
    _flask(["db", "upgrade"], environment, "The database could not be brought up to date.")
    if not options.is_local:
        _refuse_demo(options, environment)
    if not options.load_demo:
        return ""
    words = ["demo", "load", "--if-empty", "--print-logins"]
    made = _flask(words, environment, "The demo event could not be loaded.", show=True)
    return _remembered(made, instance / "demo-logins.txt", environment)


def _remembered(made: str, path: Path, environment: dict[str, str]) -> str:
    """Keep the demo's log-ins while there is a demo: the application itself stores only their hashes."""
    if made:
        path.unlink(missing_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(made)
    elif path.exists() and _demo_status(environment).returncode == 1:
        path.unlink()
    return in_columns(path.read_text(encoding="utf-8")) if path.exists() else ""


def in_columns(text: str) -> str:
    """Return lines of tab-separated words with the words below each other."""
    rows = [line.split("\t") for line in text.splitlines()]
    widths = [max(map(len, column)) for column in itertools.zip_longest(*rows, fillvalue="")]
    return "\n".join("  ".join(map(str.ljust, row, widths)).rstrip() for row in rows)


def _flask(words: list[str], environment: dict[str, str], failed: str, *, show: bool = False) -> str:
    """Run an application command; its messages are shown while it works, or only when it fails."""
    done = subprocess.run(
        [PYTHON, "-P", "-m", "flask", *words], cwd=ROOT, env=environment, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=None if show else subprocess.PIPE,
        text=True, errors="replace",
    )  # fmt: skip
    if done.returncode:
        raise SetupError("\n".join(filter(None, [last_words(done.stderr or ""), failed])))
    return done.stdout.strip()


def last_words(text: str) -> str:
    """Return what a program said at its end; of a Python traceback only the error itself."""
    _before, is_traceback, traceback = text.rpartition("Traceback (most recent call last):\n")
    if not is_traceback:
        return "\n".join(text.strip().splitlines()[-10:])
    ends = [line for line in traceback.splitlines() if line and not line.startswith(" ")]
    _kind, _colon, sentence = ends[0].partition(": ") if ends else ("", "", "")
    return sentence or "\n".join(ends)


def _demo_status(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Ask for demo accounts: status 0 while there are some, 1 when there are none, else it could not be told."""
    words: list[str | Path] = [PYTHON, "-P", "-m", "flask", "demo", "present"]
    return subprocess.run(
        words, cwd=ROOT, env=environment, check=False, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )


def _refuse_demo(options: Options, environment: dict[str, str]) -> None:
    """Demo log-ins are printed on terminals: they never meet a network."""
    done = _demo_status(environment)
    if done.returncode == 1:
        return
    if done.returncode:
        raise SetupError(
            f"{done.stderr.strip()}\nIt cannot be told whether demo accounts exist, so nothing was started."
        )
    raise SetupError(
        "The demo event's accounts are still here, so the app may only be reached from this computer, "
        f"not on {options.host}. "
        "Remove the demo first (./dev run, then Settings, Remove demo), or start without --host and --venue."
    )


def _web_part(options: Options, listener: socket.socket, instance: Path) -> Part:
    command = [
        str(PYTHON), "-P", "-m", "gunicorn", "app:app", "--bind", f"fd://{listener.fileno()}",
        "--worker-class", "gthread", "--workers", "2", "--threads", "8", "--timeout", "120",
        "--graceful-timeout", str(int(STOP_WITHIN) - 2), "--no-control-socket",
        "--config", "python:tools.gunicorn_settings",
    ]  # fmt: skip
    if options.is_venue:
        certificate, key = _certificate(options, instance)
        command += ["--certfile", str(certificate), "--keyfile", str(key)]
    return Part("web server", command, _log(instance, "web"), (listener.fileno(),))


def _trust_part(options: Options, listener: socket.socket, instance: Path) -> Part:
    """The trust page is a server of its own: whatever it answers without HTTPS, the application is not in its process."""
    application = f"matchmaking.operations.venue.trust:create_trust_app({str(instance.resolve())!r}, {options.port})"
    command = [
        str(PYTHON), "-P", "-m", "gunicorn", application, "--bind", f"fd://{listener.fileno()}",
        "--worker-class", "gthread", "--workers", "1", "--threads", "4", "--timeout", "60",
        "--graceful-timeout", str(int(STOP_WITHIN) - 2), "--no-control-socket",
        "--config", "python:tools.gunicorn_settings",
    ]  # fmt: skip
    return Part("trust page", command, _log(instance, "trust"), (listener.fileno(),))


def _worker_part(instance: Path) -> Part:
    consumer = str(PYTHON.parent / "huey_consumer")
    command = [str(PYTHON), consumer, "matchmaking.worker.huey", "-k", "thread", "-w", "2", "-m", "1", "-q"]
    return Part("worker", command, _log(instance, "worker"))


def _log(instance: Path, name: str) -> Path:
    path = instance / "log" / f"{name}.jsonl"
    if path.exists() and path.stat().st_size > LARGEST_LOG:
        path.replace(path.with_name(f"{path.name}.1"))
    return path


def _certificate(options: Options, instance: Path) -> tuple[Path, Path]:
    folder = instance / "tls"
    make = [PYTHON, "-m", "tools.certificate", folder]
    if options.certificate and options.key:
        preparation.run_quietly([*make, options.certificate], "The certificate's names could not be read.")
        return options.certificate, options.key
    preparation.run_quietly(make, "The certificate for HTTPS could not be made.")
    return folder / "certificate.pem", folder / "key.pem"


def _announce(options: Options, instance: Path, logins: str) -> None:
    for line in filter(None, [*_addresses(options, instance), logins]):
        print(line)
    sys.stdout.flush()
    say(f"Stop with Ctrl-C. Logs: {shown(instance / 'log')}")


def _addresses(options: Options, instance: Path) -> list[str]:
    if not options.is_venue:
        return [f"Temu Bisnis: {options.address}"]
    details = json.loads((instance / "tls/certificate.json").read_text(encoding="utf-8"))
    places = [f"Temu Bisnis: https://{address}:{options.port}" for address in details["addresses"]]
    if options.certificate:
        return places
    return [
        *places,
        *(f"Tablets trust once: http://{address}:{options.trust_port}" for address in details["addresses"]),
        f"SHA-256: {details['fingerprint']}",
    ]
