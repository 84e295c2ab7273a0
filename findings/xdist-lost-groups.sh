#!/usr/bin/env bash
# pytest-xdist 3.8.0 with pytest 9.2.0: --dist loadgroup no longer keeps the tests of a group in one process.
#
# Expected: tests with the same @pytest.mark.xdist_group run in the same process, one after another, so that what they
#   set up for the module or session is set up once.
# Seen: they are handed out one by one like all others; nothing warns. Their names on the screen lack the "@group" too.
#   With pytest 8.4.2 and the same pytest-xdist, each group stays in one process.
# Cause, as read in the two sources: pytest-xdist appends the group to Item._nodeid, and pytest 9.2 makes nodeid of
#   another attribute.
# It matters where a fixture is expensive, or a service may run only once: tests become slow, or fail now and then.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat > test_groups.py <<'PYTHON'
import os
import time

import pytest


@pytest.mark.parametrize("number", range(40))
@pytest.mark.parametrize("group", [pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in ("a", "b", "c")])
def test_one_of_a_group(group, number):
    time.sleep(0.01)
    with open(f"{group}.log", "a", encoding="utf-8") as log:
        print(os.environ["PYTEST_XDIST_WORKER"], file=log)
PYTHON

# The greatest number of processes that worked on one group.
processes() {
  rm -f ./*.log
  python3 -m venv "$1"
  "$1/bin/pip" install -q --disable-pip-version-check "pytest==$1" pytest-xdist==3.8.0
  "$1/bin/python" -m pytest -q -p no:cacheprovider -n 2 --dist loadgroup test_groups.py > "$1.txt"
  for log in ./*.log; do sort -u "$log" | wc -l; done | sort -n | tail -1
}

before=$(processes 8.4.2)
now=$(processes 9.2.0)
echo "processes for one group: $before with pytest 8.4.2, $now with pytest 9.2.0"
[ "$before" = 1 ] && [ "$now" = 2 ]
