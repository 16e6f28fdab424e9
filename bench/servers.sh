# What load.sh and soak.sh have in common: it builds, and starts and stops servers. To be sourced, in the repository's root.

say() { echo "$*" >&2; }

need() {
  command -v "$1" >/dev/null && return
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo -n)
  say "Installing $1"
  { "${as_root[@]}" apt-get update -qq && "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1"; } >/dev/null ||
    { say "${0##*/}: please install $1"; exit 1; }
}

# build PROJECT...: in Release.
build() {
  local project
  say 'Building'
  for project in "$@"; do
    dotnet build "$project" --configuration Release --nologo -v quiet >"$work/build.log" || { cat "$work/build.log" >&2; exit 1; }
  done
}

service_dll=$PWD/src/TaskApi/bin/Release/net10.0/TaskApi.dll
bare_dll=$PWD/bench/BareApi/bin/Release/net10.0/BareApi.dll
handlers_dll=$PWD/bench/HandlersApi/bin/Release/net10.0/HandlersApi.dll
load_dll=$PWD/bench/TaskApi.Load/bin/Release/net10.0/TaskApi.Load.dll

work=$(mktemp -d)
logs=${KEEP:-$work}
mkdir -p "$logs"
declare -A pids=()

stop() {
  local pid=${pids[$1]:-}
  unset "pids[$1]"
  [ -n "$pid" ] || return 0
  # Nobody waits for what the service still holds.
  kill -KILL "$pid" 2>/dev/null || true
  wait "$pid" 2>/dev/null || true
}
stop_all() { for name in "${!pids[@]}"; do stop "$name"; done; }
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

free_port() {
  local port
  for _ in {1..100}; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port"; return; }
  done
  say "${0##*/}: no free port"
  exit 1
}

# start NAME PATH DLL [SETTING=VALUE...]: a server on a free port, whose address is then in ${url[NAME]}. PATH answers when it is ready.
declare -A url=()
start() {
  local name=$1 path=$2 dll=$3 port
  shift 3
  stop "$name"
  port=$(free_port)
  # exec: the process that is stopped later is the server itself.
  (cd "$(dirname "$dll")" && exec env DOTNET_ENVIRONMENT=Production Http__WarmUp=false Serilog__MinimumLevel__Default=Warning "$@" \
    dotnet "$(basename "$dll")" --urls "http://127.0.0.1:$port") >"$logs/$name.log" 2>&1 &
  pids[$name]=$!
  url[$name]=http://127.0.0.1:$port
  for _ in {1..100}; do
    curl -sf -o /dev/null --max-time 5 "${url[$name]}$path" && return
    kill -0 "${pids[$name]}" 2>/dev/null || break
    sleep 0.1
  done
  say "${0##*/}: $name does not start:"
  cat "$logs/$name.log" >&2
  exit 1
}
