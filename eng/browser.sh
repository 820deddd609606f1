#!/usr/bin/env bash
# A Chromium for the tests that look at pages as people do. Sourced by test.sh.
#
# find_browser   uses the one that TENANTKIT_TEST_CHROMIUM names or PATH has; else installs Debian's.

find_browser() {
  [ -z "${TENANTKIT_TEST_CHROMIUM:-}" ] || return 0
  local name
  for name in chromium chromium-browser google-chrome; do command -v $name >/dev/null && return 0; done
  command -v apt-get >/dev/null || { echo "A Chromium is missing. Install one, or name its program in TENANTKIT_TEST_CHROMIUM." >&2; return 1; }
  local sudo=''
  [ "$(id -u)" -eq 0 ] || sudo='sudo -n'
  echo "Installing chromium"
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq update >/dev/null
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends chromium >/dev/null
}
