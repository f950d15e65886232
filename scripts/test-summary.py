#!/usr/bin/env python3
"""test-summary.py RESULTS [SUITE=EXITCODE...]: adds up the XML results of lit, GoogleTest and pytest.

The last line is "elena: N passed, N failed"; the exit code tells the same. A suite that ended with an
error although none of its tests failed (a crash, a build that broke) counts as one failure.
"""

import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    if case.find("skipped") is not None or case.get("status") == "notrun" or case.get("result") == "skipped":
        return "skipped"
    return "passed"


def suite_of(path):
    return {"lit": "lit", "pytest": "python"}.get(path.stem, "unit")


def crashed_programs(results):
    """The test programs that ctest calls failed and that left no result of their own."""
    log = results.parent / "Testing/Temporary/LastTestsFailed.log"
    names = [line.partition(":")[2] for line in log.read_text().splitlines()] if log.exists() else []
    return [name for name in names if not (results / f"{name}.xml").exists()]


def main(results, *unfinished):
    counts = {}  # in the order in which the suites ran
    paths = sorted(pathlib.Path(results).glob("*.xml"), key=lambda path: path.stat().st_mtime)
    for path in paths:
        suite = counts.setdefault(suite_of(path), {"passed": 0, "failed": 0, "skipped": 0})
        try:
            for case in ElementTree.parse(path).iter("testcase"):
                suite[outcome(case)] += 1
        except ElementTree.ParseError as error:
            print(f"{path}: {error}")
            suite["failed"] += 1
    for item in unfinished:
        name, _, code = item.partition("=")
        suite = counts.setdefault(name, {"passed": 0, "failed": 0, "skipped": 0})
        if name == "unit":
            for program in crashed_programs(pathlib.Path(results)):
                print(f"unit: {program} crashed or ran out of time")
                suite["failed"] += 1
        if suite["failed"] == 0:
            print(f"{name}: ended with exit code {code}, although no test failed")
            suite["failed"] += 1
    total = {key: sum(suite[key] for suite in counts.values()) for key in ("passed", "failed", "skipped")}
    for name, suite in counts.items():
        print(f"  {name:10} {suite['passed']:6} passed {suite['failed']:4} failed {suite['skipped']:4} skipped")
    skipped = f", {total['skipped']} skipped" if total["skipped"] else ""
    print(f"elena: {total['passed']} passed, {total['failed']} failed{skipped}")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
