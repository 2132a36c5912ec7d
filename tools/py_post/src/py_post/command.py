"""The command `py_post`: arguments in, exit code out."""

import json
import os
import platform
import signal
import sys
import traceback
from pathlib import Path
from typing import BinaryIO

import click

from py_post import __version__, version_line
from py_post.problem import CannotWrite, Problem
from py_post.run import Wishes, post_process
from py_post.visible import visible_block
from py_post.write_files import write_all

DONE, WRONG_CALL, FAILED = 0, 64, 70


@click.command(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 64 wrong call, 65 a line that is no commit record, 70 anything else.",
)
@click.argument("commits", type=click.File("rb"), default="-")
@click.option(
    "--per-commit",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write commit_<12 digits>/analysis_summary.md for each commit in DIR.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write summary.md, patterns.json and graph.json of the whole in DIR.",
)
@click.option(
    "--sums",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the sha256 of each analysis_summary.md in FILE, as sha256sum does.",
)
@click.option("--csv", is_flag=True, help="Write commits.csv and files.csv in the DIR of --out, too.")
@click.option("--report", is_flag=True, help="At the end, print versions and commits as one line of JSON.")
@click.option("--no-per-commit", is_flag=True, help="Write no analysis_summary.md.")
@click.option("--no-summary", is_flag=True, help="Write no summary.md.")
@click.option("--no-patterns", is_flag=True, help="Write no patterns.json.")
@click.option("--no-graph", is_flag=True, help="Write no graph.json.")
@click.version_option(__version__, message=version_line())
def command(  # noqa: PLR0913 click gives each option an argument of its own
    commits: BinaryIO,
    per_commit: Path | None,
    out: Path | None,
    sums: Path | None,
    *,
    csv: bool,
    report: bool,
    no_per_commit: bool,
    no_summary: bool,
    no_patterns: bool,
    no_graph: bool,
) -> None:
    r"""Write summaries, patterns and a graph of the commit records in COMMITS.

    COMMITS is a file of JSON lines, one record each, as `rust_extractor history` writes them; `-`,
    or nothing, is standard input. It is read once.

    \b
    Examples:
      rust_extractor history --repo . | py_post --out analysis
      py_post commits.jsonl --out analysis --per-commit analysis --no-graph
    """
    whole = csv or not (no_summary and no_patterns and no_graph)
    wishes = Wishes(
        per_commit=None if no_per_commit else per_commit,
        sums=sums,
        out=out if whole else None,
        summary=not no_summary,
        patterns=not no_patterns,
        graph=not no_graph,
        csv=csv,
    )
    if sums is not None and wishes.per_commit is None:
        raise click.UsageError("--sums is about the pages of commits: say where, with --per-commit DIR.")
    if csv and out is None:
        raise click.UsageError("--csv needs a place to write to: add --out DIR.")
    if whole and out is None and wishes.per_commit is None:
        raise click.UsageError("Nothing to do: say where to write, with --out DIR or --per-commit DIR.")
    if wishes.out is None and wishes.per_commit is None:
        raise click.UsageError("Nothing to do: every part is switched off.")
    number = post_process(commits, wishes)
    if report:
        _report(number)


def _report(commits: int) -> None:
    """Tells the caller on standard output what it records of this run."""
    told = {"py_post": __version__, "python": platform.python_version(), "commits": commits}
    try:
        # Not by print: what it could not write, it would try again when Python ends.
        write_all(sys.stdout.fileno(), f"{json.dumps(told)}\n".encode())
    except BrokenPipeError:
        raise
    except OSError as error:
        raise CannotWrite(f"standard output: {error.strerror}.", "Give --report somewhere to go.") from error


def run(arguments: list[str]) -> int:
    """Runs the command; the exit code, after words on standard error where it is not 0."""
    try:
        with command.make_context("py_post", arguments) as context:
            command.invoke(context)
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        return _leave_pipe()
    except KeyboardInterrupt:
        return _die_of(signal.SIGINT)
    except Exception as error:  # noqa: BLE001 the outermost door: nothing may leave it without a code
        return _fail(error)
    return DONE


def _fail(error: Exception) -> int:
    if isinstance(error, click.UsageError):
        return _say(error.format_message(), "See `py_post --help`.", WRONG_CALL)
    if isinstance(error, Problem):
        return _say(str(error), error.hint, error.exit_code)
    traceback.print_exception(error)
    return _say("this is a bug in py_post.", "Please report it with the lines above.", FAILED)


def _say(message: str, hint: str, code: int) -> int:
    click.echo(f"py_post: {visible_block(message)}\n{hint}", err=True)
    return code


def _leave_pipe() -> int:
    """Whoever read our help has read enough; the rest must not fail when Python flushes it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _die_of(number: signal.Signals) -> int:
    """Ends the process as the signal would have, so that a calling shell sees it."""
    signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    return 128 + number
