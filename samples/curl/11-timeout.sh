#!/usr/bin/env bash
# Two ways not to wait for ever. A timeout that belongs to the task cancels it; a wait that runs out leaves the task alone.
#
#   await asyncio.wait_for(create_string_after("Too slow", 10), timeout=2)
#   done, pending = await asyncio.wait([task], timeout=2)
source "$(dirname "$0")/prelude.sh"

delayed 'Too slow' 10 | jq --argjson timeout "$(seconds 2)" '.timeoutSeconds = $timeout' |
  api "$BASE_URL/tasks?waitSeconds=300" --data @- | jq --raw-output '"\(.message): \(.status) (\(.error.reason))"'

task=$(api "$BASE_URL/tasks" --data "$(delayed 'Unhurried' 6)" | jq --raw-output .id)
api "$BASE_URL/tasks/$task?waitSeconds=$(seconds 2)" | jq --raw-output '"\(.message): \(.status)"'
api "$BASE_URL/tasks/$task?waitSeconds=300" | jq --raw-output '"\(.message): \(.status)"'
