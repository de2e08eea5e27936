"""`python -m tests.load.website http://127.0.0.1:8000`: real conversations of many customers, for any deployment.

It has to know the sample orders (`python -m orders samples`): the customers ask about those. Ends with status 1 when
anything was lost, doubled, out of order or went wrong.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.load.website.load import Load


def main() -> int:
    """Run it as the command line says, and report."""
    parser = argparse.ArgumentParser(prog="python -m tests.load.website", description=__doc__)
    parser.add_argument("url", help="the web service's address")
    parser.add_argument("--customers", type=int, default=Load.customers, help="connected at once (%(default)s)")
    parser.add_argument("--rate", type=float, default=Load.rate, help="turns a second, all together (%(default)s)")
    parser.add_argument("--seconds", type=float, default=Load.seconds, help="for so long (%(default)s)")
    parser.add_argument("--ramp", type=float, default=Load.ramp, help="seconds until all are connected (%(default)s)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    chosen = parser.parse_args()
    if min(chosen.customers, chosen.rate, chosen.seconds) <= 0 or chosen.ramp < 0:
        parser.error("customers, rate and seconds must be more than 0, and the ramp not less.")
    try:
        report = Load(chosen.url, chosen.customers, chosen.rate, chosen.seconds, chosen.ramp).run()
    except ConnectionError as failure:
        sys.exit(str(failure))
    except KeyboardInterrupt:
        return 130
    if chosen.json:
        chosen.json.write_text(report.as_json(), encoding="utf-8")
    print(f"\n{report}")
    return 0 if report.is_faultless else 1


if __name__ == "__main__":
    sys.exit(main())
