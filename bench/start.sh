# The row about what comes first: the start, and the first calls of a new process. To be sourced by load.sh.

# As the container has it, compiled ahead.
publish() {
  dotnet publish src/TaskApi --configuration Release --use-current-runtime --self-contained false -p:PublishReadyToRun=true \
    --output "$work/published" --nologo -v quiet >"$work/publish.log" || { cat "$work/publish.log" >&2; return 1; }
}

# first DLL WARM-UP: milliseconds from its start until it is ready, of the slowest and of all of its first hundred calls, and of processor time up
# to there; and in a process of its own the milliseconds by which the latest of its first twenty tasks reached whom waited for it too late.
first() {
  local hundred twenty
  hundred=$(of_new "$1" "$2" calls 0) || return 1
  twenty=$(of_new "$1" "$2" waits 0.05) || return 1
  echo "$hundred ${twenty#* }" | awk '{ print $1, $2, $3, $4, $5 }'
}

# of_new DLL WARM-UP CALLS DELAY: milliseconds until it is ready, of the slowest call beyond the delay, of all, and of processor time.
of_new() {
  local port pid begun ready
  port=$(free_port)
  "$3" "http://127.0.0.1:$port/tasks" >"$work/calls"
  begun=$(date +%s%N)
  (cd "$(dirname "$1")" && exec env DOTNET_ENVIRONMENT=Production Serilog__MinimumLevel__Default=Warning Http__WarmUp="$2" dotnet "$(basename "$1")" --urls "http://127.0.0.1:$port") >"$logs/first.log" 2>&1 &
  pid=$!
  for _ in {1..3000}; do
    curl -sf -o /dev/null --max-time 5 "http://127.0.0.1:$port/health/ready" && break
    kill -0 $pid 2>/dev/null || { cat "$logs/first.log" >&2; return 1; }
    sleep 0.01
  done
  ready=$((($(date +%s%N) - begun) / 1000000))
  curl -s --max-time 60 --config "$work/calls" >"$work/first"
  pids[first]=$pid
  awk -v ready="$ready" -v delay="$4" -v ticks="$(ticks first)" '
    { if ($1 != 200 && $1 != 202) exit 1; $2 -= delay; all += $2; if ($2 > slowest) slowest = $2; n++ }
    END { if (n < 20) exit 1; printf "%d %.1f %.1f %d\n", ready, slowest * 1e3, all * 1e3, ticks * 10 }' "$work/first" || { say 'load.sh: first calls failed'; cat "$work/first" >&2; return 1; }
  stop first
}

# calls URL: a hundred on one connection, in turns a creation and a look at what there is.
calls() {
  local i
  for ((i = 1; i <= 100; i++)); do
    [ $i = 1 ] || echo next
    call "$1"
    ((i % 2)) && body 60
  done
}

# waits URL: twenty, each for a task that is due in 50 ms.
waits() {
  local i
  for ((i = 1; i <= 20; i++)); do
    [ $i = 1 ] || echo next
    call "$1?waitSeconds=60"
    body 0.05
  done
}

call() { printf 'url = "%s"\noutput = /dev/null\nwrite-out = "%%{http_code} %%{time_total}\\n"\n' "$1"; }
body() { printf 'header = "Content-Type: application/json"\ndata = "{\\"message\\":\\"Hei\\",\\"delaySeconds\\":%s}"\n' "$1"; }

row_start() {
  local round
  publish
  : >"$work/rounds"
  for ((round = 1; round <= 2 * rounds; round++)); do
    say "start: round $round of $((2 * rounds))"
    echo "$(first "$work/published/TaskApi.dll" true) $(first "$service_dll" false) $(first "$work/published/TaskApi.dll" false) $(first "$service_dll" true)" >>"$work/rounds"
  done
  awk "$table_functions"'
    NF != 20 { exit 1 }
    { for (i = 1; i <= NF; i++) value[i, NR] = $i }
    function middle(i,    k, v) { for (k = 1; k <= NR; k++) v[k] = value[i, k]; return median(v, NR) }
    function row(name, i) { printf "| %s | %.1f ms | %.1f ms | %.2f | | |\n", name, middle(i), middle(i + 5), middle(i) / middle(i + 5) }
    function rows(name, i) {
      row("A start until it is ready, " name ", " NR " rounds", i)
      row("… the slowest of its first hundred calls", i + 1)
      row("… all of them, one after the other", i + 2)
      row("… processor time from the start to the end of them", i + 3)
      row("… of its first twenty tasks, the one that reached whom waited for it latest", i + 4)
    }
    END {
      rows("compiled ahead and warmed up (beside it: neither)", 1)
      rows("compiled ahead alone (beside it: warmed up alone)", 11)
    }' "$work/rounds" >>"$table"
}
