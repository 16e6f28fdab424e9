#!/usr/bin/env bash
# Runs every test, and first installs what they need (Debian, Ubuntu) if it is missing.
#
#   ./test.sh                                  everything
#   ./test.sh --filter FullyQualifiedName~Tasks   what 'dotnet test' takes goes on to it
#
# CONFIGURATION=Debug builds for the debugger (default: Release).
# TEST_RESULTS=DIR keeps a .trx file per test project in DIR.
set -euo pipefail
cd "$(dirname "$0")"

sdk=$(grep -o '"version": *"[^"]*"' global.json | cut -d'"' -f4)
command -v dotnet >/dev/null || {
  echo "test.sh: the .NET SDK is missing. Install version $sdk or later of .NET 10: https://dotnet.microsoft.com/download" >&2
  exit 1
}
dotnet --version >/dev/null 2>&1 || {
  echo "test.sh: global.json asks for the .NET SDK $sdk or a later 10.0; this machine has:" >&2
  (cd / && dotnet --list-sdks) >&2
  exit 1
}

# The samples are curl scripts and Python programs, and the tests run them; the dashboard's tests drive a browser (CHROMIUM=PATH names another one).
missing=()
for tool in curl jq python3; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
[ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || missing+=(chromium)
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n)
  fi
  echo "Installing ${missing[*]}"
  if ! { command -v apt-get && "${as_root[@]}" apt-get update -qq &&
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null; then
    echo "test.sh: can't install what the tests need; please install: ${missing[*]}" >&2
    exit 1
  fi
fi

results=()
[ -z "${TEST_RESULTS:-}" ] || results=(--results-directory "$TEST_RESULTS" --logger 'trx;LogFilePrefix=tests')

exec dotnet test TaskApi.sln --configuration "${CONFIGURATION:-Release}" --nologo "${results[@]}" "$@"
