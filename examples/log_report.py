"""Summarise a web server's access log: requests by path, by status and by hour.

python log_report.py access.log --top 10
"""

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

LINE = re.compile(
    r'(?P<host>\S+) \S+ \S+ \[(?P<time>[^\]]+)\] "(?P<method>\S+) (?P<path>\S+) [^"]*" '
    r"(?P<status>\d{3}) (?P<size>\d+|-)"
)
TIME_FORMAT = "%d/%b/%Y:%H:%M:%S %z"


@dataclass(frozen=True)
class Request:
    """One line of the log."""

    host: str
    time: datetime
    path: str
    status: int
    size: int


@dataclass
class Report:
    """Counts over all requests seen so far."""

    paths: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)
    total_bytes: int = 0

    def add(self, request: Request) -> None:
        self.paths[request.path] += 1
        self.statuses[request.status] += 1
        self.hours[request.time.hour] += 1
        self.total_bytes += request.size


def parse_line(line: str) -> Request | None:
    """Return the request in a line, or None if the line is not one."""
    match = LINE.match(line)
    if match is None:
        return None
    size = 0 if match["size"] == "-" else int(match["size"])
    time = datetime.strptime(match["time"], TIME_FORMAT)
    return Request(match["host"], time, match["path"], int(match["status"]), size)


def read_requests(lines: Iterable[str]) -> Iterator[Request]:
    """Yield the requests; lines that are none are counted on stderr."""
    skipped = 0
    for line in lines:
        request = parse_line(line)
        if request is None:
            skipped += 1
        else:
            yield request
    if skipped:
        print(f"{skipped} lines skipped", file=sys.stderr)


def print_report(report: Report, top: int) -> None:
    """Print the most frequent paths, then statuses and hours."""
    for path, count in report.paths.most_common(top):
        print(f"{count:8} {path}")
    for status, count in sorted(report.statuses.items()):
        print(f"{count:8} status {status}")
    for hour, count in sorted(report.hours.items()):
        print(f"{count:8} {hour:02}:00")
    print(f"{report.total_bytes / 1e6:.1f} MB sent")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("log", type=Path)
    parser.add_argument("--top", type=int, default=10)
    options = parser.parse_args()
    report = Report()
    with options.log.open(encoding="utf-8", errors="replace") as file:
        for request in read_requests(file):
            report.add(request)
    print_report(report, options.top)


if __name__ == "__main__":
    main()
