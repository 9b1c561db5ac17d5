#!/bin/sh
# Opens or updates the one issue of a scheduled report, and closes it when the report is clean.
#   report-issue.sh drift drift.md
# Wants OUTCOME (of the step that made the report), RUN (its address) and GH_TOKEN. A report that was not written is said.
set -eu

name=$1
file=$2
label=runbook-$name

open=$(gh issue list --label "$label" --state open --limit 1 --json number --jq '.[0].number // empty')

if [ "$OUTCOME" = success ]; then
  [ -z "$open" ] || gh issue close "$open" --comment "Clean again: $RUN"
  exit 0
fi

body=$(mktemp)
trap 'rm -f "$body"' EXIT
if [ -s "$file" ]; then
  # GitHub takes 65,536 characters; the page of the run has all of it.
  head -c 60000 "$file" >"$body"
else
  echo "Could not tell: the run ended without a report." >"$body"
fi
printf '\nThe run, with the whole report: %s\n' "$RUN" >>"$body"

if [ -n "$open" ]; then
  gh issue edit "$open" --body-file "$body"
else
  gh label create "$label" --description "Kept by the $name workflow" --force
  gh issue create --title "$name: the live account is not by the runbook" --label "$label" --body-file "$body"
fi
