"""Imports every module of a package, and prints which cannot be and why."""

import importlib
import pkgutil
import sys
import warnings


def main(name: str) -> None:
    """Import a package with all that is in it, but for what runs when it is imported."""
    warnings.simplefilter("ignore")
    package = importlib.import_module(name)
    print(name)
    for module in pkgutil.walk_packages(package.__path__, f"{name}."):
        if not module.name.endswith("__main__"):
            try:
                importlib.import_module(module.name)
                print(module.name)
            except Exception as error:
                print(f"{module.name}: {type(error).__name__}")


main(sys.argv[1])
