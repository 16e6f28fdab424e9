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
    # A task that finished while we were asking can't be cancelled any more: that's a 409, and we are told so.
    api --request DELETE "$BASE_URL/tasks/$task?reason=asked+at+the+prompt" | jq --raw-output '"The task is \(.status)"'
    exit
  fi
  sleep "$(seconds 1)"
done

api "$BASE_URL/tasks/$task/result" | jq --raw-output .result
