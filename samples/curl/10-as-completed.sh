#!/usr/bin/env bash
# The tasks in the order in which they finish, each at the moment it does: the answer is a stream, a line for each task.
#
#   async for task in asyncio.as_completed(tasks):
#       print(await task)
source "$(dirname "$0")/prelude.sh"

{ delayed 'third' 6; delayed 'first' 2; delayed 'second' 4; } | jq --slurp . |
  api "$BASE_URL/tasks/batch" --data @- |
  jq '{ids: [.tasks[].id]}' |
  api "$BASE_URL/tasks/as-completed" --no-buffer --data @- |
  jq --unbuffered --raw-output .result
