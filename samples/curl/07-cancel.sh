#!/usr/bin/env bash
# Cancelling a task in mid-flight, at a prompt: y cancels, anything else waits another second.
#
#   while not task.done():
#       if input(...) == "y":
#           task.cancel()
source "$(dirname "$0")/prelude.sh"

task=$(api "$BASE_URL/tasks" --data "$(delayed 'Bonjour' 10)" | jq --raw-output .id)

until api "$BASE_URL/tasks/$task/done" | jq --exit-status .done >/dev/null; do
  printf 'Task not complete yet. Do you want to cancel it? (y/n) '
  read -r answer || answer=n
  [ -t 0 ] || echo "$answer"
  if [ "$answer" = y ]; then
    echo 'Cancelling the task'
    # The task doesn't wait for the answer: if it has finished in the meantime, the service says 409.
    api --request DELETE "$BASE_URL/tasks/$task" --output /dev/null || echo 'Too late: it has finished'
    exit
  fi
  sleep "$(seconds 1)"
done

api "$BASE_URL/tasks/$task/result" | jq --raw-output .result
