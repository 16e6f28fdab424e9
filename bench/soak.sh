#!/usr/bin/env bash
# Runs a mixed load against the service for a while and checks that nothing fails, nothing leaks and no task is lost: delayed messages, and tasks that workers
# run, lose, give back, and are told to end.
#
#   bench/soak.sh              5 minutes
#   bench/soak.sh 3600         so many seconds
#   bench/soak.sh 300 handlers a program with a handler of its own in place of the service
#
# KEEP=DIR keeps the service's log there.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/servers.sh

seconds=${1:-300}
soaked=${2:-service}
[[ $seconds =~ ^[0-9]+$ && $soaked =~ ^(service|handlers)$ ]] || { sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/soak.sh; exit 2; }

need curl
build src/TaskApi bench/TaskApi.Load bench/HandlersApi
trap 'stop_all; rm -rf "$work"' EXIT
[ "$soaked" = service ] && dll=$service_dll || dll=$handlers_dll
start service /health/live "$dll" Tasks__Retention=00:00:05 Tasks__FailedRetention=00:00:05
echo '| What | TaskApi | Beside it | Ratio | Target | |'
echo '|---|---|---|---|---|---|'
timeout $((seconds + 300)) dotnet "$load_dll" soak --url "${url[service]}" --handlers "$([ "$soaked" = handlers ] && echo yes || echo no)" --pid "${pids[service]}" --seconds "$seconds" --timeout $((seconds + 240))
curl -sf -o /dev/null "${url[service]}/health/ready" || { say 'soak.sh: the service is not well afterwards'; exit 1; }
