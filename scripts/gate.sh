#!/usr/bin/env bash
# One check of a tenant in a pipeline: every report in one folder, a summary, and the exit code of the check.
#
#   TENANT     the folder of the export (required)
#   OPTIONS    more options of `tenantproof check`, separated by blanks; quote as in a shell
#   BASELINE   a saved JSON report: then only what is new fails
#   REPORTS    the folder for the reports (default: tenantproof-reports)
#   PROGRAM    the program (default: tenantproof)
#   SUMMARY    a file to which the Markdown summary is added, such as GITHUB_STEP_SUMMARY
set -euo pipefail

tenant=${TENANT:?name the folder of the export in TENANT}
reports=${REPORTS:-tenantproof-reports}
program=${PROGRAM:-tenantproof}
mkdir -p "$reports"

arguments=(check "$tenant" --quiet
    --output "json=$reports/report.json" --output "sarif=$reports/report.sarif" --output "junit=$reports/report.junit.xml"
    --output "markdown=$reports/report.md" --output "html=$reports/report.html")
if [ -n "${BASELINE:-}" ]; then
    arguments+=(--baseline "$BASELINE" --fail-on-new)
fi
# Words only, as xargs reads them: nothing in OPTIONS is run or expanded.
if [ -n "${OPTIONS:-}" ]; then
    while IFS= read -r word; do arguments+=("$word"); done < <(xargs -n 1 printf '%s\n' <<<"$OPTIONS")
fi

status=0
"$program" "${arguments[@]}" || status=$?
if [ -n "${SUMMARY:-}" ] && [ -f "$reports/report.md" ]; then
    # A step summary holds a mebibyte; the page has the rest.
    head -c 900000 "$reports/report.md" >>"$SUMMARY"
fi
exit "$status"
