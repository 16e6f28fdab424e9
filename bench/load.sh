#!/usr/bin/env bash
# Measures the service beside its ceiling (bench/BareApi) and under load, and prints one Markdown table with the targets.
#
#   bench/load.sh                 every row but 'engine' (about 20 minutes on 2 cores)
#   bench/load.sh post get        these rows
#   bench/load.sh --quick         every row, small and short: shows that it all works, not how fast it is
#
# Rows: start post metrics growth get delete wakeup gather events million ten-million forget memory handlers garbage engine
#       throughput workers promptness queues priorities schedules deliveries
#       durable-post durable-due durable-work durable-priorities durable-ten-million (DISK=DIR: where their databases are)
#       cluster-post cluster-due cluster-work cluster-nodes cluster-bloat cluster-priorities cluster-drain cluster-wakeup cluster-held cluster-held-work (these need PostgreSQL, and start one in DISK)
#
# HELD_SECONDS (600) is how long cluster-held-work takes. SECONDS_PER_RUN (8), ROUNDS (5), CONNECTIONS (64) and THREADS (1) are wrk's; KEEP=DIR keeps the servers' logs there.
set -euo pipefail
cd "$(dirname "$0")/.."
. bench/servers.sh
. bench/durable.sh
. bench/cluster.sh
. bench/start.sh

all=(start post metrics growth get delete wakeup gather events million ten-million forget memory handlers garbage throughput workers promptness queues priorities schedules deliveries durable-post durable-due durable-work durable-priorities durable-ten-million cluster-post cluster-due cluster-work cluster-nodes cluster-bloat cluster-priorities cluster-drain cluster-wakeup cluster-held cluster-held-work)
quick=
rows=()
for argument in "$@"; do
  case $argument in
    --quick) quick=1 ;;
    -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' bench/load.sh; exit ;;
    *) [[ " ${all[*]} engine " == *" $argument "* ]] || { echo "load.sh: there is no row '$argument'; see --help" >&2; exit 2; }
       rows+=("$argument") ;;
  esac
done
[ ${#rows[@]} -gt 0 ] || rows=("${all[@]}")

if [ -n "$quick" ]; then
  run_seconds=${SECONDS_PER_RUN:-2} rounds=${ROUNDS:-2} million=100000 ten_million=200000 growth=100000 due_rate=5000
else
  run_seconds=${SECONDS_PER_RUN:-8} rounds=${ROUNDS:-5} million=1000000 ten_million=10000000 growth=1000000 due_rate=50000
fi
connections=${CONNECTIONS:-64} many_connections=256 threads=${THREADS:-1}
export THREADS=$threads BENCH_WRK=$PWD/bench/wrk

need wrk
need curl

start_service() { start service /health/live "$service_dll" Tasks__MaxPending=20000000 "$@"; }
start_bare() { start bare /tasks/00000000-0000-0000-0000-000000000000 "$bare_dll"; }

# A command ends by itself after its --timeout (600 s); this is for one that doesn't.
load() { timeout 2400 dotnet "$load_dll" "$@"; }
benchmarks() { timeout 1800 dotnet "$PWD/bench/TaskApi.Benchmarks/bin/Release/net10.0/TaskApi.Benchmarks.dll" "$@"; }

# The processor time that a server has taken, in hundredths of a second.
ticks() { sed 's/.*) //' "/proc/${pids[$1]}/stat" | awk '{ print $12 + $13 }'; }

# wrk_run SECONDS SERVER PATH SCRIPT: requests/s, p50 and p99 in ms, requests, processor time per request in µs; fails on any error.
wrk_run() {
  local output used
  used=$(ticks "$2")
  output=$(timeout $(($1 + 60)) wrk -t "$threads" -c "$connections" -d "$1" --timeout 10 --latency -s "$BENCH_WRK/$4" "${url[$2]}$3") || { say "$output"; return 1; }
  used=$(($(ticks "$2") - used))
  awk -v used=$used '
    /^RESULT/ { if ($6 > 0 || $2 == 0) exit 1; printf "%.1f %.3f %.3f %d %.2f\n", $2 / $3 * 1e6, $4 / 1e3, $5 / 1e3, $2, used * 1e4 / $2; found = 1 }
    END { exit !found }' <<<"$output" ||
    { say "load.sh: requests failed:"; say "$output"; return 1; }
}

# What awk needs to make rows of figures.
table_functions='
  function median(values, n,    i, j, t) {
    for (i = 1; i <= n; i++) for (j = i + 1; j <= n; j++) if (values[j] < values[i]) { t = values[i]; values[i] = values[j]; values[j] = t }
    return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
  }
  function thousands(x,    s, r) {
    s = sprintf("%d", x + 0.5)
    while (length(s) > 3) { r = "," substr(s, length(s) - 2) r; s = substr(s, 1, length(s) - 3) }
    return s r
  }
  function verdict(target, ok) { return target == "" ? "" : ok ? "ok" : "**missed**" }
'

# pair NAME SECONDS BARE_PATH SERVICE_PATH SCRIPT: rounds of both side by side, in alternating order. Writes a row for the
# rate, one for the p99 of the latency and one for the processor time, each with the medians and the median of the rounds' ratios.
# MIN_RATIO and MAX_P99_RATIO are the targets; empty: none.
pair() {
  local name=$1 seconds=$2 script=$5 round first second
  local -A path=([bare]=$3 [service]=$4) result=()
  : >"$work/rounds"
  for ((round = 1; round <= rounds; round++)); do
    say "$name: round $round of $rounds"
    FIRST=$(((round - 1) * ${COUNT:-0} + 1))
    export FIRST
    if ((round % 2)); then first=bare second=service; else first=service second=bare; fi
    result[$first]=$(wrk_run "$seconds" $first "${path[$first]}" "$script")
    result[$second]=$(wrk_run "$seconds" $second "${path[$second]}" "$script")
    say "  bare    ${result[bare]}"
    say "  service ${result[service]}"
    echo "${result[bare]} ${result[service]}" >>"$work/rounds"
  done
  awk -v name="$name" -v min="${MIN_RATIO:-}" -v max="${MAX_P99_RATIO:-}" "$table_functions"'
    { b[NR] = $1; bl[NR] = $3; bc[NR] = $5; s[NR] = $6; sl[NR] = $8; sc[NR] = $10; r[NR] = $6 / $1; l[NR] = $8 / $3; c[NR] = $5 / $10; made += $9 }
    END {
      rate = median(r, NR); late = median(l, NR)
      printf "| %s, %s requests in %d rounds | %s/s | %s/s | %.2f | %s | %s |\n", name, thousands(made), NR, thousands(median(s, NR)), thousands(median(b, NR)),
        rate, min == "" ? "" : "≥ " min, verdict(min, rate >= min)
      printf "| … p99 of the latency | %.2f ms | %.2f ms | %.2f | %s | %s |\n", median(sl, NR), median(bl, NR), late, max == "" ? "" : "≤ " max, verdict(max, late <= max)
      printf "| … processor time per request | %.1f µs | %.1f µs | %.2f (bare / service) | | |\n", median(sc, NR), median(bc, NR), median(c, NR)
    }' "$work/rounds" >>"$table"
}

# Long enough for the runtime to have compiled the hot paths for good.
warm_seconds=$((run_seconds + 4))
[ -z "$quick" ] || warm_seconds=2

create_body() { export BODY="{\"message\":\"Hei task\",\"delaySeconds\":$1}"; }

warm_post() {
  say 'Warming up'
  local path
  for path in /tasks /unread/tasks; do wrk_run $warm_seconds bare $path post.lua >/dev/null; done
  wrk_run $warm_seconds service /tasks post.lua >/dev/null
}

row_post() {
  start_bare
  # Due after a second and forgotten after another one: the storage stays as it is.
  start_service Tasks__Retention=00:00:01
  create_body 1
  warm_post
  MIN_RATIO=0.90 pair 'POST /tasks, the storage steady' "$run_seconds" /tasks /tasks post.lua
  pair 'POST /tasks beside a bare endpoint that leaves the body unread' "$run_seconds" /unread/tasks /tasks post.lua
}

row_metrics() {
  # The same service twice: one measures, and is asked for it each second; the other doesn't.
  start bare /health/live "$service_dll" Tasks__Retention=00:00:01 OTEL_SDK_DISABLED=true
  start_service Tasks__Retention=00:00:01
  create_body 1
  say 'Warming up'
  wrk_run $warm_seconds bare /tasks post.lua >/dev/null
  wrk_run $warm_seconds service /tasks post.lua >/dev/null
  while curl -sf -o /dev/null --max-time 5 "${url[service]}/metrics"; do sleep 1; done &
  MIN_RATIO=0.97 pair 'POST /tasks, measured and scraped each second, beside itself unmeasured' "$run_seconds" /tasks /tasks post.lua
}

row_growth() {
  start_bare
  start_service
  create_body 7200
  warm_post
  local rate seconds
  rate=$(wrk_run 2 service /tasks post.lua | cut -d. -f1)
  seconds=$((growth / rate + 2))
  [ $seconds -le 45 ] || seconds=45
  MIN_RATIO=0.90 MAX_P99_RATIO=2.00 pair "POST /tasks, all stay pending, $(sed ':a;s/\B[0-9]\{3\}\>/,&/;ta' <<<$growth) or more a round" $seconds /tasks /tasks post.lua
}

# What takes ids is warmed up with ids that the rounds don't use.
warm_ids() {
  say 'Warming up'
  FIRST=1 CYCLE=1 wrk_run $warm_seconds bare '' ids.lua >/dev/null
  FIRST=$((rounds * COUNT + 1)) CYCLE=1 wrk_run $warm_seconds service '' ids.lua >/dev/null
}

row_get() {
  start_bare
  start_service
  export METHOD=GET IDS=$work/ids COUNT=100000 CYCLE=1
  [ -z "$quick" ] || COUNT=10000
  load ids --url "${url[service]}" --count $(((rounds + 1) * COUNT)) --file "$IDS"
  warm_ids
  MIN_RATIO=0.90 pair 'GET /tasks/{id}' "$run_seconds" '' '' ids.lua
  unset COUNT CYCLE
}

row_delete() {
  start_bare
  start_service
  # Each id is used once: as many for a round as the bare twin can possibly ask for.
  export METHOD=DELETE IDS=$work/ids COUNT=$((run_seconds * 100000)) CYCLE=0
  load ids --url "${url[service]}" --count $(((rounds + 1) * COUNT)) --file "$IDS"
  warm_ids
  MIN_RATIO=0.90 pair 'DELETE /tasks/{id}, each pending' "$run_seconds" '' '' ids.lua
  unset COUNT CYCLE
}

row_wakeup() {
  start_service
  load wakeup --url "${url[service]}" --samples "$([ -n "$quick" ] && echo 200 || echo 2000)" >>"$table"
}

row_gather() {
  start_service
  load gather --url "${url[service]}" --callers "$([ -n "$quick" ] && echo 100 || echo 1000)" >>"$table"
}

row_events() {
  start_service
  local size=(--subscribers 1000 --rate 1000)
  [ -z "$quick" ] || size=(--subscribers 50 --rate 200 --seconds 3)
  load events --url "${url[service]}" --pid "${pids[service]}" "${size[@]}" >>"$table"
}

# filled COUNT P99_MS [idle]: how fast they are created, what they take, and how punctual the service is with them pending.
filled() {
  start_service
  local pid=${pids[service]} seconds=10
  [ -z "$quick" ] || seconds=4
  load fill --url "${url[service]}" --pid "$pid" --count "$1" >>"$table"
  [ -z "${3:-}" ] || load idle --pid "$pid" --seconds $((2 * seconds)) >>"$table"
  load punctuality --url "${url[service]}" --rate "$due_rate" --seconds $seconds --p99 "$2" >>"$table"
}
row_million() { filled "$million" 1.5; }
row_ten-million() { filled "$ten_million" 5 idle; }

row_forget() {
  start_service Tasks__Retention=00:00:01
  load forget --url "${url[service]}" --pid "${pids[service]}" --count "$ten_million" >>"$table"
}

row_memory() {
  benchmarks memory --count "$million" >>"$table"
  [ -n "$quick" ] || benchmarks memory --count "$ten_million" --naive no >>"$table"
}
row_handlers() {
  local size=(--count 1000000)
  [ -z "$quick" ] || size=(--count 100000 --rounds 2 --seconds 3)
  benchmarks handlers "${size[@]}" >>"$table"
}
row_throughput() {
  local size=(--count 1000000)
  [ -z "$quick" ] || size=(--count 100000 --rounds 1)
  start handlers /health/live "$handlers_dll" Tasks__MaxPending=20000000
  load throughput --url "${url[handlers]}" "${size[@]}" >>"$table"
}
row_workers() {
  local size=(--count 500000)
  [ -z "$quick" ] || size=(--count 50000 --rounds 1)
  start_service
  load workers --url "${url[service]}" "${size[@]}" >>"$table"
}
row_promptness() {
  start_service
  load promptness --url "${url[service]}" --samples "$([ -n "$quick" ] && echo 200 || echo 2000)" >>"$table"
}
row_queues() {
  start bare /health/live "$service_dll"
  start_service
  load queues --url "${url[service]}" --beside "${url[bare]}" --count "$million" >>"$table"
}
row_priorities() {
  start_service
  load priorities --url "${url[service]}" --count "$million" --p99 5 >>"$table"
}
row_schedules() {
  local size=()
  [ -z "$quick" ] || size=(--idle 2000 --due 1000 --seconds 4)
  # As the container has it; and as dotnet run has it, where what runs for the first time is compiled while it runs.
  publish
  start service /health/live "$work/published/TaskApi.dll" Tasks__MaxPending=20000000 Tasks__MaxSchedules=200000
  load schedules --url "${url[service]}" --pid "${pids[service]}" "${size[@]}" >>"$table"
  start_service Tasks__MaxSchedules=200000
  load schedules --url "${url[service]}" --pid "${pids[service]}" "${size[@]}" --idle 0 --where ', not compiled ahead' --p99 0 >>"$table"
}
row_deliveries() {
  local size=()
  [ -z "$quick" ] || size=(--rate 500 --seconds 2 --others 100 --dead 1000)
  # Loopback may be called, since it answers nobody else.
  start_service
  load deliveries --url "${url[service]}" "${size[@]}" >>"$table"
}
row_garbage() { benchmarks garbage --count "$ten_million" >>"$table"; }
row_engine() { benchmarks engine >"$work/engine.log" || { cat "$work/engine.log" >&2; return 1; }; }

build src/TaskApi bench/BareApi bench/TaskApi.Load bench/TaskApi.Benchmarks bench/HandlersApi

table=$work/table
: >"$table"
failed=()
for row in "${rows[@]}"; do
  say "== $row"
  before=$(wc -l <"$table")
  # A subshell of its own for each row: one that fails ends neither the others nor the table. (Behind 'if' it would not end itself.)
  set +e
  (
    set -e
    trap stop_all EXIT
    "row_$row"
  )
  status=$?
  set -e
  [ $status = 0 ] || { failed+=("$row"); echo "| $row | | | | | **failed** |" >>"$table"; }
  tail -n +$((before + 1)) "$table" >&2
done

echo "$(nproc) cores ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -1)), Linux $(uname -r | cut -d- -f1), .NET $(dotnet --version | cut -d. -f1-2); wrk: $threads thread(s), $connections connections, $rounds rounds of $run_seconds s."
echo
echo '| What | TaskApi | Beside it | Ratio | Target | |'
echo '|---|---|---|---|---|---|'
cat "$table"
[ ! -f "$work/engine.log" ] || { echo; sed -n '/^| *Method/,/^$/p' "$work/engine.log"; }
[ ${#failed[@]} = 0 ]
