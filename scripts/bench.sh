#!/usr/bin/env bash
# Times `check` on each of the given tenants: the best and the median of five runs, in seconds.
# Usage: scripts/bench.sh PROGRAM TENANT…
set -euo pipefail

readonly RUNS=5
program=$1
shift

TIMEFORMAT=%R
printf '%-40s %8s %8s %5s\n' tenant best median exit
for tenant; do
    times=()
    status=0
    for ((i = 0; i < RUNS; i++)); do
        # the program's own output is dropped inside, what `time` writes is caught outside
        seconds=$({ time { status=0; "$program" check "$tenant" >/dev/null 2>&1 || status=$?; echo "$status" >&3; }; } 3>&1 2>&1)
        status=${seconds%%$'\n'*}
        times+=("${seconds##*$'\n'}")
    done
    IFS=$'\n' read -r -d "" -a sorted < <(printf "%s\n" "${times[@]}" | sort -n) || true
    printf '%-40s %8s %8s %5s\n' "${tenant%/}" "${sorted[0]}" "${sorted[RUNS / 2]}" "$status"
done
