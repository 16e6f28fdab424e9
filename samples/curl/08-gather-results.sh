#!/usr/bin/env bash
# The results of many tasks, in the order asked for, whatever the order in which they finish. They are created and awaited in
# one call. The second time one of them times out, and its exception is gathered like a result.
#
#   results = await asyncio.gather(create_string_after("Bonjour", 3), create_string_after("Bore da", 1), ...)
#   results = await asyncio.gather(..., return_exceptions=True)
source "$(dirname "$0")/prelude.sh"

tasks() {
  delayed 'Bonjour' 3
  delayed 'Bore da' 1
  delayed 'Hei hei' 2
}

echo 'Gathering the results'
tasks | jq --slurp '{tasks: .}' |
  api "$BASE_URL/tasks/gather" --data @- | jq --raw-output '.results[]'

echo 'Gathering what there is, exceptions too'
tasks | jq --slurp --argjson limit "$(seconds 2.5)" '.[0].timeoutSeconds = $limit | {tasks: ., returnExceptions: true}' |
  api "$BASE_URL/tasks/gather" --data @- | jq --raw-output '.tasks[] | .result // "\(.message): \(.error.reason)"'
