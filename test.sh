#!/usr/bin/env bash
# Runs every test. What they need and isn't there is installed first, on Debian and Ubuntu, after saying what that is:
# curl, jq, Python 3, npm, Chromium, PostgreSQL. Elsewhere, and without the right to install, it says so and stops.
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
for tool in curl jq python3 npm openssl; do
  command -v "$tool" >/dev/null || missing+=("$tool")
done
# The Python package is built with hatchling, which Debian has for its own Python.
python3 -c 'import hatchling' 2>/dev/null || /usr/bin/python3 -c 'import hatchling' 2>/dev/null || missing+=(python3-hatchling)
# Where Debian has the one without a window, that does: it draws a page in two thirds of the time.
if [ -z "${CHROMIUM:-}" ] && ! command -v chromium-headless-shell >/dev/null && ! command -v chromium >/dev/null; then
  [ -n "$(apt-cache policy chromium-headless-shell 2>/dev/null)" ] && missing+=(chromium-headless-shell) || missing+=(chromium)
fi
command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" != 0 ]; then
    as_root=(sudo)
    [ -t 0 ] || as_root=(sudo -n)
  fi
  install=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}")
  # Of somebody at a terminal sudo asks the password itself.
  may_install() { command -v apt-get && { [ ${#as_root[@]} = 0 ] || { command -v sudo && { [ -t 0 ] || sudo -n true; }; }; }; }
  may_install >/dev/null 2>&1 || {
    echo "test.sh: the tests need what is missing here; please install: ${missing[*]}" >&2
    exit 1
  }
  echo "The tests need what is missing here: ${missing[*]}"
  echo "It is installed now, on this system, by: ${install[*]}"
  if ! { "${as_root[@]}" apt-get update -qq && "${install[@]}"; } >/dev/null; then
    echo "test.sh: can't install it; please install: ${missing[*]}" >&2
    exit 1
  fi
fi

# By the tests themselves, and in no place of the system's: see tests/clients/generate.sh and .config/dotnet-tools.json.
[ -e "${NUGET_PACKAGES:-$HOME/.nuget/packages}/powershell" ] || echo "The first run also downloads tools, to NuGet's folder and this one: NSwag, Kiota, PowerShell, openapi-typescript and linters."

results=()
[ -z "${TEST_RESULTS:-}" ] || results=(--results-directory "$TEST_RESULTS" --logger 'trx;LogFilePrefix=tests')

# A process of the tests lives for minutes and its servers for seconds: code that counts how it is used, to be compiled better later, and pages that
# change between writable and executable cost a third of the processors' time and are never paid back.
export DOTNET_TieredPGO=0 DOTNET_EnableWriteXorExecute=0

exec dotnet test TaskApi.sln --configuration "${CONFIGURATION:-Release}" --nologo "${results[@]}" "$@"
