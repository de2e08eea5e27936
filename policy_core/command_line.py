"""The command line: facts or questions in, decisions or answers out, one JSON object a line."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path

from policy_core.answers import TOPICS, answer
from policy_core.check import check, report
from policy_core.compare import Comparison
from policy_core.decide import decide
from policy_core.facts import BadFacts
from policy_core.interview import interview, known
from policy_core.lines import each_line, write_json, write_text
from policy_core.policy import PUBLISHED, Policy, load_policy
from policy_core.report import as_text
from policy_core.schema import decision_schema, facts_schema
from policy_core.yaml_files import PolicyError

DECIDED, NOT_ALL_DECIDED = 0, 2

ABOUT = """\
Decides by the shop's published policy what a customer can have: facts in, a decision out,
with the sentences of the policy that it rests on, the money line by line and the next steps.
"""

EXAMPLE = """\
a first decision:
  echo '{"wants": "refund", "as_of": "2026-03-05T12:00:00+00:00",
         "order": {"currency": "USD", "sold_by": "inomega", "delivered_at": "2026-02-25"},
         "items": [{"sku": "C1", "name": "Camera", "kind": "equipment", "quantity": 1,
                    "unit_price": "129.00", "pricing": "regular"}],
         "claim": {"working": true}}' | tr -d '\\n' | python -m policy_core explain

  It asks for claim.original_packaging, as nothing else can change the outcome any more.

what a fact can be:         python -m policy_core schema facts
what a decision looks like: python -m policy_core schema decision

A line that can't be decided gives {"error": {"field", "message"}} in its place, the other lines
are still decided, and the exit status is 2. Blank lines are passed over.
"""

WHAT_IF = """\
A and B are policy folders, or settings files for the policy of --policy. The facts come in as for
`decide`. To see what a month more time for refunds would change: copy policy_core/policy, add a line
under `holds` of refund_window in the copy's values.yml, and compare the two folders.
"""


NEW = """\
Asks, sentence by sentence, what the text states, and for the shop's numbers and names; writes clauses.yml, values.yml,
settings.yml and shop.yml. Suggestions are never taken by themselves. Every answer is kept: to go on later, or after the
text has changed, run it again.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command and gives the exit status."""
    options = _parser().parse_args(arguments)
    try:
        status: int = options.run(options)
    except PolicyError as error:
        print(f"policy_core: {error}", file=sys.stderr)
        return NOT_ALL_DECIDED
    except BrokenPipeError:  # the reader has had enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DECIDED
    return status


def _parser() -> ArgumentParser:
    parser = ArgumentParser(
        "python -m policy_core", description=ABOUT, epilog=EXAMPLE, formatter_class=RawDescriptionHelpFormatter
    )
    policy = ArgumentParser(add_help=False)
    policy.add_argument(
        "--policy", type=Path, default=PUBLISHED, metavar="DIR", help="folder of the policy (default: the published)"
    )
    policy.add_argument("--settings", type=Path, metavar="FILE", help="the shop's choices (default: the policy's own)")
    on = ArgumentParser(add_help=False)
    on.add_argument(
        "--on", type=date.fromisoformat, default=date.max, metavar="DAY", help="as of a day (default: the newest text)"
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    command = commands.add_parser("decide", parents=[policy], help="facts, one JSON object a line, to decisions")
    command.set_defaults(run=_decide)

    command = commands.add_parser("explain", parents=[policy], help="the same decisions as readable text")
    command.add_argument("--trace", action="store_true", help="with every rule that was looked at, and what it found")
    command.set_defaults(run=_explain)

    command = commands.add_parser("clauses", parents=[policy, on], help="every sentence of the policy, with its id")
    command.set_defaults(run=_clauses)

    command = commands.add_parser("answer", parents=[policy, on], help="what the policy says about a topic")
    command.add_argument("topic", choices=TOPICS, metavar="TOPIC", help=", ".join(TOPICS))
    command.set_defaults(run=_answer)

    command = commands.add_parser(
        "compare",
        parents=[policy],
        help="which decisions change between two policies",
        description=WHAT_IF,
        formatter_class=RawDescriptionHelpFormatter,
    )
    command.add_argument("a", type=Path, metavar="A", help="a policy folder or settings file")
    command.add_argument("b", type=Path, metavar="B", help="another one")
    command.set_defaults(run=_compare)

    command = commands.add_parser(
        "new", help="from a shop's own text to its policy folder, a question for each sentence", description=NEW
    )
    command.add_argument("folder", type=Path, metavar="DIR", help="a folder with the text in POLICY.txt")
    command.set_defaults(run=_new)

    command = commands.add_parser("known", help="what a sentence can state: the ids that the rules know")
    command.set_defaults(run=_known)

    command = commands.add_parser("check", help="is a policy's folder ready? Everything that isn't, and what to do")
    command.add_argument("folder", type=Path, metavar="DIR", help="a policy's folder")
    command.set_defaults(run=_check)

    command = commands.add_parser("schema", help="JSON Schema of the facts or of a decision")
    command.add_argument("of", choices=("facts", "decision"))
    command.set_defaults(run=_schema)
    return parser


def _policy(options: Namespace) -> Policy:
    return load_policy(options.policy, options.settings)


def _decide(options: Namespace) -> int:
    policy = _policy(options)
    status = DECIDED
    for _, result in each_line(sys.stdin.buffer, lambda facts: decide(facts, policy)):
        if isinstance(result, BadFacts):
            status = NOT_ALL_DECIDED
        write_json(sys.stdout.buffer, result.to_dict())
    return status


def _explain(options: Namespace) -> int:
    policy = _policy(options)
    status = DECIDED
    for number, result in each_line(sys.stdin.buffer, lambda facts: decide(facts, policy)):
        if isinstance(result, BadFacts):
            status = NOT_ALL_DECIDED
            write_text(sys.stdout.buffer, f"Line {number} can't be decided\n  {result}\n")
        else:
            write_text(sys.stdout.buffer, as_text(result, options.trace) + "\n")
    return status


def _clauses(options: Namespace) -> int:
    clauses = _policy(options).in_force(options.on).clauses.values()
    write_json(sys.stdout.buffer, [asdict(clause) for clause in clauses], indent=1)
    return DECIDED


def _answer(options: Namespace) -> int:
    write_json(sys.stdout.buffer, answer(options.topic, options.on, _policy(options)).to_dict(), indent=1)
    return DECIDED


def _compare(options: Namespace) -> int:
    comparison = Comparison(_one_side(options.a, options), _one_side(options.b, options))
    for text in comparison.report(sys.stdin.buffer):
        write_text(sys.stdout.buffer, text)
    return NOT_ALL_DECIDED if comparison.refused else DECIDED


def _one_side(path: Path, options: Namespace) -> Policy:
    return load_policy(path, options.settings) if path.is_dir() else load_policy(options.policy, path)


def _new(options: Namespace) -> int:
    try:
        interview(options.folder, ask=_asked, say=print)
    except (EOFError, KeyboardInterrupt):
        print("\n\nNot finished yet. What was answered is kept; run the same command again to go on.", file=sys.stderr)
        return NOT_ALL_DECIDED
    print(f"\nDone. Next: python -m policy_core check {options.folder}")
    return DECIDED


def _asked(question: str) -> str:
    """What is typed; what comes from a file is shown, too, so that one can follow."""
    answer = input(question)
    if not sys.stdin.isatty():
        print(answer)
    return answer


def _known(_options: Namespace) -> int:
    print("\n\n".join(known()))
    return DECIDED


def _check(options: Namespace) -> int:
    checked = check(options.folder)
    print("\n\n".join(report(checked)))
    return NOT_ALL_DECIDED if checked.complaints else DECIDED


def _schema(options: Namespace) -> int:
    write_json(sys.stdout.buffer, facts_schema() if options.of == "facts" else decision_schema(), indent=2)
    return DECIDED
