"""The `vedette` command: its sub-commands, their options, and the one place that turns problems into exit codes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from vedette import __version__
from vedette.cli import config, demo, discover, doctor, listing, login_test, replay
from vedette.cli.codes import source
from vedette.cli.entrance import GIVEN_AGAIN, Entrance
from vedette.cli.extension import Commands
from vedette.cli.login_options import OPTIONS, taking_login
from vedette.cli.order import Order, prepare, secrets_of
from vedette.cli.problem import Exit, Problem, show
from vedette.cli.scan import Wishes, resume, scan
from vedette.cli.streams import forgiving, streams
from vedette.contract.checkinfo import Severity
from vedette.contract.job import Profile

app = typer.Typer(
    name="vedette",
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_DEFAULT_FILE = Path("vedette.yml")
_SECRET_OPTIONS = ("header", "cookie", "postman_env", "api_value", "host_header", "host_cookie", "sequence")
_EPILOG = "Every option can stand in vedette.yml too, or in the environment: VEDETTE_MAX_TIME for --max-time."


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vedette {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def root(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)] = (
        False
    ),
) -> None:
    """A vulnerability scanner that proves what it reports."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())
    if context.invoked_subcommand in ("scan", "replay", "login-test"):
        context.default_map = {context.invoked_subcommand: config.environment()}


def _configure(context: typer.Context, path: Path | None) -> Path | None:
    if path is None and _DEFAULT_FILE.is_file():
        path = _DEFAULT_FILE
    if path is not None:
        context.default_map = {**config.read(path), **(context.default_map or {})}
    return path


def _option(panel: str, help_text: str, metavar: str | None = None, *names: str, **more: Any) -> Any:
    return typer.Option(*names, help=help_text, metavar=metavar, rich_help_panel=panel, **more)


WHAT, CARE, OUT, GATE = "What to look at", "With care", "What comes out", "Gate of a build"
API, PART = "APIs", "Part of a site"
URL, FILE, PLACE = "URL", "FILE", "FILE|URL"
RESUME, CONFIG = "VEDETTE_RESUME", "VEDETTE_CONFIG"
List = list[str] | None
Output = Path | None


@app.command("scan", epilog=_EPILOG)
@taking_login
def scan_command(
    context: typer.Context,
    urls: Annotated[List, typer.Argument(help="Start URLs.", metavar="URL")] = None,
    profile: Annotated[Profile, _option(WHAT, "How deep to look.")] = Profile.NORMAL,
    scope: Annotated[List, _option(WHAT, "Prefix of what is in scope (default: the start URLs' sites).", URL)] = None,
    exclude: Annotated[List, _option(WHAT, "URLs never to request, * for anything.", "PATTERN")] = None,
    header: Annotated[List, _option(WHAT, "Header for every request.", "'NAME: VALUE'")] = None,
    cookie: Annotated[List, _option(WHAT, "Cookies for every request.", "'A=1; B=2'")] = None,
    checks: Annotated[List, _option(WHAT, "Check or family to run; with a leading -, to leave out.", "ID")] = None,
    seed: Annotated[int, _option(WHAT, "Same seed, same payloads.", "N")] = 1,
    authorized: Annotated[str, _option(CARE, "Who allows this active scan, and why.", "'WHO, WHY'")] = "",
    rate: Annotated[float | None, _option(CARE, "Requests a second and host; 0 for no ceiling, on loopback.", "N")] = (
        None
    ),
    max_requests: Annotated[int, _option(CARE, "Stop after this many requests.", "N", min=0, show_default=False)] = 0,
    max_time: Annotated[str, _option(CARE, "Stop after this time, such as 90s, 10m, 1h30m.", "TIME")] = "",
    insecure: Annotated[bool, _option(CARE, "Accept any certificate.", None, "--insecure")] = False,
    fail_fast: Annotated[
        bool,
        _option(CARE, "Stop at a failed log-in, API description or sequence, or a lost target.", None, "--fail-fast"),
    ] = False,
    allow_private: Annotated[List, _option(CARE, "Private range that may be reached.", "CIDR[:PORT]")] = None,
    allow_action: Annotated[List, _option(CARE, "Kind of action to allow, such as log-out or delete.", "KIND")] = None,
    openapi: Annotated[List, _option(API, "OpenAPI description, version 2 or 3.", PLACE)] = None,
    postman: Annotated[List, _option(API, "Postman collection.", PLACE)] = None,
    postman_env: Annotated[List, _option(API, "Postman environment.", FILE)] = None,
    graphql: Annotated[List, _option(API, "GraphQL schema, or the address that tells it.", PLACE)] = None,
    har: Annotated[List, _option(API, "HAR recording.", PLACE)] = None,
    requests: Annotated[List, _option(API, "Plain HTTP requests with lines of ### between them.", PLACE)] = None,
    api_value: Annotated[List, _option(API, "Value of a parameter, by NAME or OPERATION.NAME.", "NAME=VALUE")] = None,
    media_type: Annotated[str, _option(API, "Media type to prefer for bodies.", "TYPE")] = "",
    only: Annotated[List, _option(PART, "Test only this URL and what lies below it.", URL)] = None,
    since: Annotated[Output, _option(PART, "Test what is new or changed since this events file or report.", FILE)] = (
        None
    ),
    include_duplicates: Annotated[
        bool, _option(PART, "Test near-duplicate endpoints too.", None, "--include-duplicates")
    ] = False,
    sequence: Annotated[List, _option(PART, "Recorded steps to replay before the crawl, JSON.", FILE)] = None,
    sequences_only: Annotated[
        bool, _option(PART, "Crawl only what the recorded sequences visit.", None, "--sequences-only")
    ] = False,
    described_only: Annotated[
        bool, _option(PART, "Call what the API descriptions tell, and crawl nothing.", None, "--described-only")
    ] = False,
    test_header: Annotated[List, _option(PART, "Header for every request that tests may change.", "'NAME: VALUE'")] = (
        None
    ),
    test_cookie: Annotated[List, _option(PART, "Cookies that tests may change.", "'A=1; B=2'")] = None,
    host_header: Annotated[List, _option(PART, "Header for one further host.", "'ORIGIN NAME: VALUE'")] = None,
    host_cookie: Annotated[List, _option(PART, "Cookie for one further host.", "'ORIGIN NAME=VALUE'")] = None,
    events: Annotated[Output, _option(OUT, "Events file; makes the scan resumable.", FILE)] = None,
    json: Annotated[Output, _option(OUT, "JSON report; - for standard output, here and below.", FILE)] = None,
    sarif: Annotated[Output, _option(OUT, "SARIF 2.1.0 report.", FILE)] = None,
    junit: Annotated[Output, _option(OUT, "JUnit XML report.", FILE)] = None,
    html: Annotated[Output, _option(OUT, "HTML report, one self-contained page.", FILE)] = None,
    csv: Annotated[Output, _option(OUT, "CSV report.", FILE)] = None,
    quiet: Annotated[bool, _option(OUT, "Print nothing but problems.", None, "--quiet", "-q")] = False,
    fail_on: Annotated[Severity | None, _option(GATE, "Exit 1 at findings of this severity or worse.")] = None,
    fail_on_new: Annotated[
        bool, _option(GATE, "Only findings that are not in --baseline count.", None, "--fail-on-new")
    ] = False,
    baseline: Annotated[Output, _option(GATE, "An earlier JSON report.", FILE)] = None,
    resume_file: Annotated[
        Output, _option("Options", "Go on with the scan of this events file.", FILE, "--resume", envvar=RESUME)
    ] = None,
    config_file: Annotated[
        Output,
        _option(
            "Options",
            "Settings file (default: vedette.yml if there).",
            FILE,
            "--config",
            envvar=CONFIG,
            callback=_configure,
            is_eager=True,
        ),
    ] = None,
    *,
    entrance: Entrance,
) -> None:
    """Scan sites: crawl, test, prove."""
    files = {"json": json, "sarif": sarif, "junit": junit, "html": html, "csv": csv}
    wishes = Wishes(
        events=events,
        files={name: path for name, path in files.items() if path is not None},
        fail_on=fail_on,
        fail_on_new=fail_on_new,
        baseline=baseline,
        quiet=quiet,
        codes=source(prompt=entrance.otp_prompt, command=entrance.otp_command),
    )
    spoken = streams(wishes.files.values())
    order = Order(
        urls=urls or [],
        profile=profile,
        scope=scope or [],
        exclude=exclude or [],
        header=header or [],
        cookie=cookie or [],
        checks=checks or [],
        rate=rate,
        max_requests=max_requests,
        max_time=max_time,
        seed=seed,
        authorized=authorized,
        insecure=insecure,
        fail_fast=fail_fast,
        allow_private=allow_private or [],
        allow_action=allow_action or [],
        openapi=openapi or [],
        postman=postman or [],
        postman_env=postman_env or [],
        graphql=graphql or [],
        har=har or [],
        requests=requests or [],
        api_value=api_value or [],
        media_type=media_type,
        only=only or [],
        since=since,
        include_duplicates=include_duplicates,
        sequence=sequence or [],
        sequences_only=sequences_only,
        described_only=described_only,
        test_header=test_header or [],
        test_cookie=test_cookie or [],
        host_header=host_header or [],
        host_cookie=host_cookie or [],
        entrance=entrance,
    )
    if resume_file is not None:
        _refuse_new_orders(context)
        raise typer.Exit(resume(resume_file, secrets_of(order), wishes, spoken, entrance))
    raise typer.Exit(scan(prepare(order), wishes, spoken))


def _refuse_new_orders(context: typer.Context) -> None:
    """A scan goes on as it was ordered; an option that would be ignored must not look as if it counted."""
    shaping = [name for name in Order.__dataclass_fields__ if name not in (*_SECRET_OPTIONS, "entrance")]
    shaping += [name for name in OPTIONS if name not in GIVEN_AGAIN]
    given = [name for name in (*shaping, "events") if _typed_in(context, name)]
    if given:
        names = ", ".join("URL" if name == "urls" else f"--{name.replace('_', '-')}" for name in given)
        raise Problem(f"--resume goes on with the scan as it was ordered, without a new {names}.", "Leave that out.")


def _typed_in(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name == "COMMANDLINE"


@app.command("login-test")
@taking_login
def login_test_command(
    url: Annotated[str, typer.Argument(help="Start URL of the site.")],
    header: Annotated[List, typer.Option(help="Header for every request.", metavar="'NAME: VALUE'")] = None,
    cookie: Annotated[List, typer.Option(help="Cookies for every request.", metavar="'A=1; B=2'")] = None,
    pictures: Annotated[Output, typer.Option(help="Folder for a picture of each step.", metavar="FOLDER")] = None,
    video: Annotated[Output, typer.Option(help="File for a film of the log-in, WebM.", metavar=FILE)] = None,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="Do without a browser.")] = False,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept any certificate.")] = False,
    allow_private: Annotated[List, typer.Option(help="Private range that may be reached.", metavar="CIDR")] = None,
    *,
    entrance: Entrance,
) -> None:
    """Try a log-in step by step: exit code 0 when it works, 1 when it does not."""
    wish = login_test.Wish(
        url=url,
        entrance=entrance,
        header=header or [],
        cookie=cookie or [],
        pictures=pictures,
        video=video,
        insecure=insecure,
        allow_private=allow_private or [],
        browser=not no_browser,
    )
    raise typer.Exit(login_test.login_test(wish, streams()))


@app.command("replay")
def replay_command(
    report: Annotated[Path, typer.Argument(help="A JSON report.")],
    finding: Annotated[str, typer.Argument(help="The finding's id, or its beginning.")],
    header: Annotated[List, typer.Option(help="Header in place of the masked one: 'Name: value'.")] = None,
    cookie: Annotated[List, typer.Option(help="Cookies in place of the masked ones.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Send without asking.")] = False,
    insecure: Annotated[bool, typer.Option("--insecure", help="Accept any certificate.")] = False,
    allow_private: Annotated[List, typer.Option(help="Private range that may be reached.")] = None,
) -> None:
    """Send a finding's proof again and compare."""
    wish = replay.Wish(
        report=report,
        finding=finding,
        header=header or [],
        cookie=cookie or [],
        insecure=insecure,
        allow_private=allow_private or [],
        ask=not yes,
    )
    raise typer.Exit(replay.replay(wish, streams().result))


@app.command("discover")
def discover_command(
    domains: Annotated[list[str], typer.Argument(help="Domains, or addresses of services.", metavar="DOMAIN")],
    active: Annotated[bool, typer.Option("--active", help="Try common names, more ports, zone transfers.")] = False,
    authorized: Annotated[str, typer.Option(help="Who allows that, and why.", metavar="'WHO, WHY'")] = "",
    source: Annotated[
        List, typer.Option(help="Passive source to ask, if need be at another address.", metavar="ID[=URL]")
    ] = None,
    key_env: Annotated[List, typer.Option(help="Variable with a source's key.", metavar="ID=VARIABLE")] = None,
    resolver: Annotated[
        List,
        typer.Option(
            help="Name server (default: this machine's).", metavar="ADDRESS[:PORT]", envvar="VEDETTE_RESOLVERS"
        ),
    ] = None,
    port: Annotated[list[int] | None, typer.Option(help="Further port to ask on each name.", metavar="N")] = None,
    rate: Annotated[float, typer.Option(help="Requests a second and address.", min=1)] = 50.0,
    dns_rate: Annotated[float, typer.Option(help="Questions a second to a name server.", min=1)] = 100.0,
    name_server_port: Annotated[int, typer.Option(help="Where zone transfers are asked for.", hidden=True)] = 53,
    max_names: Annotated[int, typer.Option(help="Keep no more names of a domain.", min=1)] = 5000,
    max_time: Annotated[str, typer.Option(help="Stop after this time, such as 90s, 10m, 1h30m.", metavar="TIME")] = "",
    allow_private: Annotated[List, typer.Option(help="Private range that may be reached.", metavar="CIDR")] = None,
    json: Annotated[Output, typer.Option(help="JSON report; - for standard output.", metavar=FILE)] = None,
    pictures: Annotated[Output, typer.Option(help="Folder for a picture of each service.", metavar="FOLDER")] = None,
) -> None:
    """Find the names of a domain and the web services that answer there."""
    wish = discover.Wish(
        domains=domains,
        active=active,
        authorized=authorized,
        source=source or [],
        key_env=key_env or [],
        resolver=resolver or [],
        port=port or [],
        rate=rate,
        dns_rate=dns_rate,
        name_server_port=name_server_port,
        max_names=max_names,
        max_time=max_time,
        allow_private=allow_private or [],
        json=json,
        pictures=pictures,
    )
    raise typer.Exit(discover.discover(wish, streams([json] if json else [])))


@app.command("checks")
def checks_command(check: Annotated[str, typer.Argument(help="A check's id, for its whole page.")] = "") -> None:
    """List the checks, or show one."""
    listing.show(check, streams().result)


@app.command("doctor")
def doctor_command() -> None:
    """Look for what is missing on this machine."""
    raise typer.Exit(doctor.examine(streams().result))


@app.command("demo")
def demo_command(
    report: Annotated[Path, typer.Option(help="Where to write the HTML report.")] = Path("out/demo-report.html"),
    seed: Annotated[int, typer.Option(help="Same seed, same payloads.")] = 1,
) -> None:
    """Start the practice site, scan it, show what was proven, stop the site."""
    raise typer.Exit(demo.demo(report, seed, streams()))


@app.command(
    "range", context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
)
def range_command(context: typer.Context) -> None:
    """Run the practice site: --port N, --serve NAME=TEXT; its own --help tells more."""
    # In place of this process: signals and exit codes are then the practice site's own.
    command = demo.range_command(*context.args)
    os.execv(command[0], command)  # noqa: S606


def main(arguments: Sequence[str] | None = None) -> int:
    """The entrance of the console script: runs a command and gives its exit code."""
    forgiving()
    try:
        result: Any = app(arguments, prog_name="vedette", standalone_mode=False)
    except Problem as problem:
        show(problem)
        return problem.code
    except typer.TyperException as error:
        show(Problem(_sentence(error), "`vedette --help` and `vedette COMMAND --help` list what can be given."))
        return Exit.USAGE
    except (typer.Abort, KeyboardInterrupt):
        return Exit.INTERRUPTED
    return int(result or Exit.PASSED)


def _sentence(error: typer.TyperException) -> str:
    # Typer lists choices on lines of their own, and names the kind of its own error.
    text = " ".join(error.format_message().replace("Value error, ", "").split())
    return text if text.endswith((".", "?")) else f"{text}."
