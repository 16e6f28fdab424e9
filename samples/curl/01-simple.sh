#!/usr/bin/env bash
# One after the other. The await is in the creation itself: the answer comes when the task is done, after 3 + 5 = 8 seconds
# in all.
#
#   await display_after("Hei", 3)
#   await display_after("Bye", 5)
source "$(dirname "$0")/prelude.sh"

display_after() {
  api "$BASE_URL/tasks?waitSeconds=300" --data "$(delayed "$1" "$2")" | jq --raw-output .result
}

echo "START: $(now)"
display_after 'Hei' 3
display_after 'Bye' 5
echo "END: $(now)"
