"""libFuzzer over everything that reads bytes from outside, with the sanitizers: built by the preset `fuzz`, started
from the golden files. A crash, a leak or a hang is a violation; the input is kept."""

import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

SECONDS_MIN = 2


def build(root):
    """The folder of the programs, or None and why there are none."""
    if shutil.which("clang++-19") is None:
        return None, "no clang++-19"
    for command in (["cmake", "--preset", "fuzz"], ["cmake", "--build", "--preset", "fuzz", "--target", "fuzzers"]):
        done = subprocess.run(command, cwd=root, capture_output=True, text=True)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(command)}:\n{(done.stdout + done.stderr)[-4000:]}")
    return root / "build/fuzz/bin", None


def fuzz(program, seconds, seed, kept):
    """How many inputs it tried, and what it found."""
    name = program.name
    with tempfile.TemporaryDirectory(prefix="doorstep-fuzz-") as scratch:
        seeds, grown = pathlib.Path(scratch, "seeds"), pathlib.Path(scratch, "grown")
        grown.mkdir()
        shutil.copytree(program.parent.parent / "seeds" / name, seeds)
        prefix = f"{kept}/{name}-"
        done = subprocess.run([str(program), str(grown), str(seeds), f"-max_total_time={seconds}", f"-seed={seed}",
                               f"-artifact_prefix={prefix}", "-print_final_stats=1", "-timeout=10", "-rss_limit_mb=2048",
                               "-max_len=65536", "-verbosity=1"], capture_output=True, text=True, errors="replace",
                              timeout=seconds + 120)
    executed = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    problem, kept_input = None, re.search(r"Test unit written to (\S+)", done.stderr)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "ERROR" in line or "SUMMARY" in line or "Test unit" in line]
        problem = f"{name}: {' | '.join(lines)[-600:] or done.stderr[-600:]}"
    again = f"{program} {kept_input.group(1)}" if kept_input else f"{program} -seed={seed}"
    return name, int(executed.group(1)) if executed else 0, problem, again


def run(folder, seconds, seed, report, say):
    programs = sorted(path for path in pathlib.Path(folder).glob("fuzz_*") if os.access(path, os.X_OK))
    if not programs:
        raise RuntimeError(f"no fuzzers in {folder}")
    kept = pathlib.Path(folder).parent / "found"
    kept.mkdir(exist_ok=True)
    workers = os.cpu_count() or 1
    each = max(SECONDS_MIN, int(seconds * workers / len(programs)))
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        for done in concurrent.futures.as_completed([pool.submit(fuzz, program, each, seed + 1, kept)
                                                     for program in programs]):
            name, executions, problem, again = done.result()
            report.result["fuzzers"][name] = {"executions": executions, "seconds": each}
            if problem:
                report.found.append({"kind": "fuzz", "what": name, "problem": problem, "repeat": again})
                say(f"VIOLATION {problem}\n  {again}")
