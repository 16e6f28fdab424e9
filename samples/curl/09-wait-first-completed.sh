#!/usr/bin/env bash
# Several tasks race: the first to finish wins, and the others are cancelled.
#
#   done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
#   for task in pending:
#       task.cancel()
source "$(dirname "$0")/prelude.sh"

tasks=$({ delayed 'Tortoise' 6; delayed 'Hare' 2; delayed 'Snail' 20; } | jq --slurp . |
  api "$BASE_URL/tasks/batch" --data @-)
echo 'They are off'

race=$(jq '{ids: [.tasks[].id], returnWhen: "firstCompleted"}' <<<"$tasks" | api "$BASE_URL/tasks/wait" --data @-)
jq --raw-output '.done[] | "Finished: \(.message)"' <<<"$race"

for id in $(jq --raw-output '.pending[].id' <<<"$race"); do
  api --request DELETE "$BASE_URL/tasks/$id?reason=the+race+is+over" | jq --raw-output '"Cancelled: \(.message)"'
done
