#!/usr/bin/env bash
# A task runs while its creator does something else: 10 seconds in all, not 15.
#
#   task = asyncio.create_task(display_after("Hello", 10))
#   ...
#   await task
source "$(dirname "$0")/prelude.sh"

# The 202 comes at once. From now on the task runs, in the service; this program only keeps its id.
task=$(api "$BASE_URL/tasks" --data "$(delayed 'Hello' 10)" | jq --raw-output .id)
echo 'START: Hello'

for _ in 1 2 3 4 5; do
  useful_work
done

# await: the call is held until the task is done.
api "$BASE_URL/tasks/$task?waitSeconds=300" | jq --raw-output '"END: " + .message'
