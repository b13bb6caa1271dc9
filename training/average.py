"""Mix two adapters of one line of training: `python training/average.py EARLIER LATER SHARE OUT`, SHARE of the later.

Between two points of one run the mean of the weights is often better than either (Wortsman et al. 2022, arXiv 2203.05482).
"""

import argparse
from pathlib import Path

from safetensors import safe_open
from safetensors.torch import load_file, save_file


def main() -> None:
    """Write the mixed adapter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("earlier", type=Path)
    parser.add_argument("later", type=Path)
    parser.add_argument("share", type=float)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    earlier, later = load_file(options.earlier), load_file(options.later)
    mixed = {
        name: earlier[name].float().lerp(later[name].float(), options.share).half()
        for name in earlier
    }
    with safe_open(options.later, framework="pt") as file:
        save_file(mixed, options.out, metadata=file.metadata())


if __name__ == "__main__":
    main()
