#!/usr/bin/env bash
# Installs, upgrades and rolls back Tocsin from an unpacked tarball. State and configuration are never touched.
#   ./install.sh [--to DIR] [--config FILE]   this version becomes current; the one before stays as previous
#   ./install.sh --service                    and, as root: user, folders and the systemd unit
#   DIR/current/install.sh --rollback         the previous version becomes current again
# DIR is /opt/tocsin as root, else ~/.local/opt/tocsin. A tocsin.service that runs is restarted.
set -euo pipefail
from=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
to=$HOME/.local/opt/tocsin
[ "$(id -u)" = 0 ] && to=/opt/tocsin
config=/etc/tocsin/tocsin.yaml
rollback=false
service=false
while [ $# -gt 0 ]; do
  case $1 in
    --to) to=${2:?"--to: where?"}; shift 2 ;;
    --config) config=${2:?"--config: which?"}; shift 2 ;;
    --rollback) rollback=true; shift ;;
    --service) service=true; shift ;;
    *) echo "install.sh: knows --to DIR, --config FILE, --service and --rollback, not '$1'" >&2; exit 2 ;;
  esac
done
fail() { echo "install.sh: $*" >&2; exit 1; }

# A link is replaced in one step: there is no moment without a current version.
point() { ln -sfn "$2" "$to/$1.new" && mv -T "$to/$1.new" "$to/$1"; }

restart() {
  if command -v systemctl >/dev/null && systemctl is-active --quiet tocsin 2>/dev/null; then
    systemctl restart tocsin && echo "tocsin.service restarted"
  else
    echo "restart the daemon if it runs: SIGTERM ends it in order"
  fi
}

if $rollback; then
  [ -L "$to/previous" ] || fail "there is no previous version in $to"
  now=$(readlink "$to/current")
  before=$(readlink "$to/previous")
  [ -x "$to/$before/tocsin" ] || fail "$to/$before is gone: unpack its tarball and run its install.sh"
  point current "$before"
  point previous "$now"
  echo "current: ${before#versions/} (was ${now#versions/})"
  restart
  exit 0
fi

version=$(cat "$from/VERSION")
[[ $version =~ ^[A-Za-z0-9.+-]+$ ]] || fail "VERSION holds no version"
target=$to/versions/$version
mkdir -p "$to/versions"
if [ "$from" != "$target" ]; then
  rm -rf "$target.new"
  cp -r "$from" "$target.new"
  { /sbin/ldconfig -p 2>/dev/null || true; } | grep -qE 'libssl\.so\.(3|1\.1)' || fail "OpenSSL (libssl.so.3 or libssl.so.1.1) is missing: install the distribution's libssl3 or openssl-libs; nothing was changed"
  "$target.new/tocsin" --version >/dev/null || fail "this machine cannot run it (see above); nothing was changed"
  [ ! -f "$config" ] || "$target.new/tocsin" serve --config "$config" --check || fail "the new version does not take $config; nothing was changed"
  rm -rf "$target.old"
  [ ! -d "$target" ] || mv "$target" "$target.old"
  mv "$target.new" "$target"
  rm -rf "$target.old"
fi
if [ -L "$to/current" ] && [ "$(readlink "$to/current")" != "versions/$version" ]; then
  point previous "$(readlink "$to/current")"
fi
point current "versions/$version"
echo "current: $version$([ ! -L "$to/previous" ] || echo " (previous: $(basename "$(readlink "$to/previous")"))")"
if $service; then
  [ "$(id -u)" = 0 ] || fail "--service needs root"
  [ "$to" = /opt/tocsin ] || fail "--service needs --to /opt/tocsin, which the unit names"
  id tocsin >/dev/null 2>&1 || useradd --system --home-dir /var/lib/tocsin --shell /usr/sbin/nologin tocsin
  install -d -m 750 -o tocsin -g tocsin /var/lib/tocsin /etc/tocsin
  install -m 644 "$target/deploy/tocsin.service" /etc/systemd/system/tocsin.service
  ! command -v systemctl >/dev/null || systemctl daemon-reload
  echo "next: $to/current/tocsin init --out $config; $to/current/tocsin check --config $config; systemctl enable --now tocsin"
else
  restart
fi
