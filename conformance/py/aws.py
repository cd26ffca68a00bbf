"""Runs the commands of the aws CLI (version 1) in one process: starting the
program takes longer than most of its commands. Reads a line of JSON for each,
with its arguments, and prints one with what it wrote and its exit status."""

import contextlib
import io
import json
import sys

import awscli.clidriver


def run(driver, args):
    out, errs = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errs):
        try:
            status = driver.main(args)
        except SystemExit as end:  # of the parser of arguments
            status = end.code
    return {"out": out.getvalue(), "errs": errs.getvalue(), "status": status or 0}


driver = awscli.clidriver.create_clidriver()
for line in sys.stdin:
    print(json.dumps(run(driver, json.loads(line))), flush=True)
