"""`python -m tests.conversation.simulation`: hold simulated conversations and show what came of them.

With --goal, --manner and --seed it holds that one conversation again and shows it whole.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from runtime import logs, stand_ins

stand_ins.install()  # before anything imports Rasa

from runtime import training  # noqa: E402
from tests.assistant import Assistant  # noqa: E402
from tests.conversation.shop import open_shop  # noqa: E402
from tests.conversation.simulation.campaign import EVERY_MANNER, again, cases, run, table  # noqa: E402
from tests.conversation.simulation.conversing import converse  # noqa: E402
from tests.conversation.simulation.goals import GOALS  # noqa: E402


def main() -> None:
    """See the module."""
    arguments = argparse.ArgumentParser(prog="python -m tests.conversation.simulation", description=__doc__)
    arguments.add_argument("--goal", choices=GOALS)
    arguments.add_argument("--manner", choices=EVERY_MANNER)
    arguments.add_argument("--seed", type=int)
    arguments.add_argument("--number", type=int, default=2000, help="how many conversations")
    arguments.add_argument("--first-seed", type=int, default=0, help="others than before")
    wanted = arguments.parse_args()
    logs.configure("simulation")
    with tempfile.TemporaryDirectory() as folder, open_shop(Path(folder) / "shop.db") as shop:
        assistant = Assistant(training.up_to_date_model(), "actions")
        if wanted.goal and wanted.manner and wanted.seed is not None:
            result = converse(assistant, shop, GOALS[wanted.goal], wanted.manner, wanted.seed)
            print(result.text)
            print(f"\n{result.verdict} {result.why}\n{result.questions} questions, at least {result.least}")
        else:
            manners = [wanted.manner] if wanted.manner else EVERY_MANNER
            goals = [wanted.goal] if wanted.goal else GOALS
            results = run(assistant, shop, cases(wanted.number, manners, goals, wanted.first_seed))
            print(table(results))
            for result in results:
                if result.verdict != "right":
                    print(f"{result.verdict}: {result.why}\n  {again(result)}")
        assistant.close()


if __name__ == "__main__":
    main()
