#!/usr/bin/env bash
# Builds everything and runs all tests. Works from any directory; the last line is the sum: "N passed, N failed".
#
#   bash eng/test.sh                 everything
#   bash eng/test.sh Core Gateway    only the test projects whose name contains one of the words
#
# Environment: CONFIGURATION (default Release), TEST_TIMEOUT (seconds per project, default 1500), TENANTKIT_TEST_MYSQL (connection string of a
# MySQL or MariaDB server whose user may do everything; a MariaDB server is started when it is not set), TENANTKIT_TEST_MYSQLD (path of a
# mysqld: tests that kill and start servers of their own use MySQL then instead of MariaDB), TENANTKIT_TEST_DEDICATED (1: each gateway of the
# Gateway tests runs as a dedicated one), TENANTKIT_TEST_CHROMIUM (program of a Chromium; Debian's is installed when PATH has none).
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

configuration=${CONFIGURATION:-Release}
timeout_seconds=${TEST_TIMEOUT:-1500}
passed=0 failed=0 skipped=0
scratch=$(mktemp -d)
problems="$scratch/problems" # what failed, told once more before the sum
: >"$problems"

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_WORKLOAD_UPDATE_NOTIFY_DISABLE=1
# A build server would outlive this script and keep its output pipe open.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

source eng/docker.sh
source eng/mysql.sh
source eng/browser.sh

finish() {
  stop_docker
  stop_mysql
  if [ -s "$problems" ]; then
    echo "What failed, once more:"
    cat "$problems"
    echo
  fi
  rm -rf "$scratch"
  if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
  else
    echo "$passed passed, $failed failed"
  fi
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit $?
}

# fail TEXT: one more failure that no test counts.
fail() {
  echo "$1"
  echo "$1" >>"$problems"
  failed=$((failed + 1))
}

give_up() {
  echo "$1" >&2
  failed=$((failed + 1))
  finish
}

# The failed tests of a log with all that they say, without the skipped ones.
failures_of() {
  awk '/^    [^ ].* \[(FAIL|SKIP)\]$/ { told = /\[FAIL\]$/ }
       /^    ?[^ ]/ && !/\[(FAIL|SKIP)\]$/ { told = 0 }
       told' "$1"
}

# --- What the tests need -------------------------------------------------------------------------------------------
missing=()
command -v curl >/dev/null || missing+=(curl)
command -v pgrep >/dev/null || missing+=(procps)
command -v setsid >/dev/null || missing+=(util-linux)
command -v timeout >/dev/null || missing+=(coreutils)
[ -n "$(ldconfig -p 2>/dev/null | grep -m1 libstdc++)" ] || missing+=(libstdc++6)

if [ ${#missing[@]} -gt 0 ] && command -v apt-get >/dev/null; then
  sudo=''
  [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  echo "Installing ${missing[*]}"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null &&
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" >/dev/null ||
    give_up "Could not install ${missing[*]}. Install them, then run this script again."
elif [ ${#missing[@]} -gt 0 ]; then
  give_up "These are missing: ${missing[*]}. Install them, then run this script again."
fi

command -v dotnet >/dev/null || [ ! -x "$HOME/.dotnet/dotnet" ] || PATH="$HOME/.dotnet:$PATH"
if ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
  give_up "The .NET 10 SDK is missing. Install it with one of
  apt-get install -y dotnet-sdk-10.0        (Ubuntu, or Debian with packages.microsoft.com)
  curl -sSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
and run this script again. See https://dotnet.microsoft.com/download/dotnet/10.0"
fi

start_mysql "$scratch" || give_up "MariaDB could not be started; see the errors above."

# --- Build ---------------------------------------------------------------------------------------------------------
started=$SECONDS
echo "Building TenantKit.sln ($configuration)"
dotnet build TenantKit.sln -c "$configuration" -nodeReuse:false -v quiet -clp:ErrorsOnly </dev/null ||
  give_up "The build failed; see the errors above."
echo "Built in $((SECONDS - started)) s"

# --- What some of the tests need -----------------------------------------------------------------------------------
if [ $# -eq 0 ] || [[ " $* " =~ Docker|EndToEnd|Swarm ]]; then
  started=$SECONDS
  start_docker || give_up "The Docker Engine could not be started; see above."
  echo "The engine and its images were ready in $((SECONDS - started)) s"
fi

if [ $# -eq 0 ] || [[ " $* " =~ EndToEnd ]]; then
  find_browser || give_up "Chromium could not be installed; see above."
fi

# --- Test ----------------------------------------------------------------------------------------------------------
# Everything that the tests start inherits this mark, so that what they leave behind is found by it and by nothing else.
export TENANTKIT_TEST_RUN="run-$$-$(date +%s)"

leftovers() {
  local pid
  for pid in /proc/[0-9]*; do
    pid=${pid#/proc/}
    [ "$pid" != $$ ] && [ "$pid" != "$BASHPID" ] || continue
    if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "TENANTKIT_TEST_RUN=$TENANTKIT_TEST_RUN"; then
      case $(cat "/proc/$pid/comm" 2>/dev/null) in bash | tr | grep | cat | '') ;; *) echo "$pid" ;; esac
    fi
  done
}

wanted() {
  [ $# -gt 1 ] || return 0
  local name=$1 word
  shift
  for word in "$@"; do case $name in *"$word"*) return 0 ;; esac; done
  return 1
}

for project in tests/*/*.csproj; do
  name=$(basename "$project" .csproj)
  wanted "$name" "$@" || continue
  assembly="tests/$name/bin/$configuration/net10.0/$name.dll"
  log="$scratch/$name.log"
  began=$SECONDS
  echo
  echo "== $name"
  timeout --kill-after=20 "$timeout_seconds" dotnet exec "$assembly" -noColor -noLogo -noAutoReporters </dev/null >"$log" 2>&1
  code=$?
  grep -vE '^ *(Discovering|Discovered|Starting|Finished):|^=== TEST EXECUTION' "$log"

  summary=$(grep -oE "Total: [0-9]+, Errors: [0-9]+, Failed: [0-9]+, Skipped: [0-9]+" "$log" | tail -1)
  if [ -z "$summary" ]; then
    fail "$name gave no results (exit code $code; 124 is the time-out of $timeout_seconds s)."
    tail -30 "$log" >>"$problems"
    continue
  fi

  read -r total errors bad skips < <(echo "$summary" | tr -dc '0-9 \n' | tr -s ' ')
  passed=$((passed + total - bad - skips))
  failed=$((failed + bad + errors))
  skipped=$((skipped + skips))
  if [ "$total" -eq 0 ]; then
    fail "$name has no tests."
  elif [ "$code" -ne 0 ] && [ $((bad + errors)) -eq 0 ]; then
    fail "$name ended with exit code $code although no test failed."
  fi
  failures_of "$log" >>"$problems"
  echo "$name took $((SECONDS - began)) s"

  left=$(leftovers 2>/dev/null)
  if [ -n "$left" ]; then
    fail "$name left processes behind, which end now:"
    for pid in $left; do
      echo "  $pid $(tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline")" | tee -a "$problems"
      kill -KILL "$pid" 2>/dev/null
    done
  fi
done

echo
finish
