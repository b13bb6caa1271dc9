"""Draw the loss of a run as SVG: `python training/plot.py log.jsonl loss.svg`."""

import json
import sys
from pathlib import Path

WIDTH, HEIGHT, MARGIN, WINDOW = 640, 240, 40, 9


def main() -> None:
    log, target = Path(sys.argv[1]), Path(sys.argv[2])
    rows = [json.loads(line) for line in log.read_text().splitlines()]
    losses = {row["step"]: row["loss"] for row in rows if "loss" in row}
    exact = {row["step"]: row["exact"] for row in rows if "exact" in row}
    steps = sorted(losses)
    smooth = {s: _median(losses, steps, i) for i, s in enumerate(steps)}
    top = max(smooth.values())
    line = " ".join(f"{_x(s, steps[-1]):.1f},{_y(v / top):.1f}" for s, v in smooth.items())
    dots = "".join(
        f'<circle cx="{_x(s, steps[-1]):.1f}" cy="{_y(v):.1f}" r="4" fill="#d62728"/>'
        for s, v in exact.items()
    )
    target.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>'
        f'<path d="M{MARGIN} {MARGIN}V{HEIGHT - MARGIN}H{WIDTH - MARGIN}" stroke="#888" fill="none"/>'
        f'<polyline points="{line}" fill="none" stroke="#1f77b4" stroke-width="1.5"/>{dots}'
        f'<text x="{MARGIN}" y="24">line: loss on the answer, median of {WINDOW} steps (top {top:.2f}); '
        f"dots: held-out lessons exact (top 100%)</text>"
        f'<text x="{WIDTH - MARGIN}" y="{HEIGHT - 16}" text-anchor="end">step {steps[-1]}</text></svg>\n'
    )


def _median(losses: dict[int, float], steps: list[int], at: int) -> float:
    window = sorted(losses[s] for s in steps[max(0, at - WINDOW // 2) : at + WINDOW // 2 + 1])
    return window[len(window) // 2]


def _x(step: int, last: int) -> float:
    return MARGIN + (WIDTH - 2 * MARGIN) * step / last


def _y(share: float) -> float:
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * min(1.0, share)


if __name__ == "__main__":
    main()
