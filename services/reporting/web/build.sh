#!/usr/bin/env bash
# build.sh OUTDIR: installs what the board needs and builds it into OUTDIR.
# Vite needs Node 20.19 or newer. Where there is only an older one (Debian 12 has 18), the same steps run
# under the npm package `node`. Nothing is downloaded where node_modules is as the lock file says.
set -euo pipefail
[[ $# -ge 1 ]] || { sed -n '2,4s/^# \{0,1\}//p' "$0"; exit 2; }
output=$(mkdir -p "$1" && cd "$1" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
say() { printf 'board: %s\n' "$1"; }

command -v npm >/dev/null || { say "npm is missing; install the packages nodejs and npm" >&2; exit 1; }

# Node trusts only the authorities that it brings along; an office's own authority is in the system's list.
authorities=/etc/ssl/certs/ca-certificates.crt
if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -r $authorities ]]; then export NODE_EXTRA_CA_CERTS=$authorities; fi

# 20.19 and newer of 20, or 22.12 and newer.
new_enough() {
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
           process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)'
}

if ! new_enough; then
  if [[ ${DOORSTEP_BOARD_NODE:-} == package ]]; then
    say "the npm package node brought $(node --version), which is too old as well" >&2
    exit 1
  fi
  say "Node $(node --version) is too old for Vite; taking 22 from the npm package node"
  export DOORSTEP_BOARD_NODE=package npm_config_prefer_offline=true
  exec npx --yes --package=node@22 -- bash "$here/build.sh" "$output"
fi

# Debian's npm names its own old node in its first line; the steps here are for the node found above.
npm_here() {
  local program
  program=$(readlink -f "$(command -v npm)")
  if [[ $(head -n 1 "$program") == *node* ]]; then node "$program" "$@"; else npm "$@"; fi
}

# Two build folders may build at once, but share node_modules.
exec 9<"$here"
flock 9

wanted="$(sha256sum package-lock.json | cut -d' ' -f1) $(node -p 'process.platform + process.arch')"
if [[ $(cat node_modules/.installed 2>/dev/null) == "$wanted" ]]; then
  say "the packages are there"
else
  say "installing the packages (npm ci, Node $(node --version))"
  npm_here ci --no-audit --no-fund --loglevel=error
  printf '%s\n' "$wanted" >node_modules/.installed
fi

say "building into $output"
node node_modules/vite/bin/vite.js build --outDir "$output" --emptyOutDir --logLevel warn
say "done: $(find "$output" -type f | wc -l) files, $(du -sk "$output" | cut -f1) kB"
