"""Which benchmarks are run, and in which process?"""

from __future__ import annotations

import argparse
import importlib
import subprocess
import sys

NAMES = {
    "worked_example": "the course's worked example against micrograd, torch and floats by hand",
    "micrograd_step": "a training step of micrograd's demo",
    "tape": "micrograd's step replayed, beside matrices and compilers",
    "tape_example": "the worked example replayed at one point and at a thousand, beside compilers",
    "long_tapes": "tapes of a million ops; a gradient over its function; a Hessian",
    "graphs": "time and memory an op on graphs of up to a million ops",
    "tensors": "what recording costs on small arrays; a formula on a million numbers",
    "networks": "training steps of array networks against torch and numpy by hand",
    "convolution": "a training step of a small convolutional network against torch",
    "mnist": "the digits of MNIST, learnt by three networks: accuracy, and time against torch",
    "film_reviews": "reviews of films as bags of words: accuracy",
}


def main() -> int:
    described = "\n".join(f"  {name:16}{what}" for name, what in NAMES.items())
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=f"Benchmarks (all of them by default):\n{described}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", metavar="name", help="one of the above")
    parser.add_argument("--profile", action="store_true", help="show where the time of training steps goes instead")
    chosen = parser.parse_args()
    for name in chosen.names:
        if name not in NAMES:
            parser.error(f"there is no benchmark {name!r}: choose from {', '.join(NAMES)}")
    if chosen.profile:
        if chosen.names:
            parser.error("--profile shows steps of its own and takes no names")
        importlib.import_module("benchmarks.profiling").main()
        return 0
    names = chosen.names or list(NAMES)
    if len(names) == 1:
        importlib.import_module(f"benchmarks.{names[0]}").main()
        return 0
    return _each_in_a_process(names)


def _each_in_a_process(names: list[str]) -> int:
    """Run benchmarks one after the other, each in an interpreter of its own, and repeat the missed targets at the end.

    Python's collector walks everything that was ever imported, so torch in memory would slow a benchmark that has no
    use for torch.
    """
    status = 0
    met, missed = 0, []
    for name in names:
        command = [sys.executable, "-u", "-m", "benchmarks", name]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as child:
            assert child.stdout is not None
            for line in child.stdout:
                print(line, end="", flush=True)
                met += line.endswith(" ok\n")
                if line.endswith(" MISS\n"):
                    missed.append(f"{name}: {line.strip()}")
        status = status or child.returncode
    print(f"\n{met} targets reached, {len(missed)} missed")
    for line in missed:
        print("  " + line)
    return status


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # the tables hold × and µ, also in a pipe
    sys.exit(main())
