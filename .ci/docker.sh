#!/usr/bin/env bash
# A Docker engine and every generation of Context7's image, without any image registry.
#
#   .ci/docker.sh          as root on Debian: install and start what is missing, build what is missing
#   .ci/docker.sh stop     stop the engine that this script started; an engine found running is left alone
#
# Images. The base is this machine's node on busybox, with npm; the packages are npm's, unchanged:
#   mcp/context7:1.0.13    as published: HTTP unless MCP_TRANSPORT says otherwise
#   mcp/context7:1.0.14    as published: HTTP unless the command line says otherwise
#   mcp/context7:4         the current package, packed as its repository does: HTTP likewise
#   mcp/context7:latest    1.0.14, as the registry's `latest` is stale, too; one that is there is kept
#   context7-stdio         from docker/context7/Dockerfile
#   code-assistant-stdio   from docker/Dockerfile, on this machine's Python; built anew each time
set -euo pipefail

STATE=${CI_DOCKER_STATE:-/var/lib/code-assistant-ci}
BASE=local/node-npm
PYTHON_BASE=local/python-pip
CURRENT=4.1.1
NPM_MAJOR=10
START_S=60
PIDFILE=$STATE/dockerd.pid
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

say() { printf '  docker: %s\n' "$*"; }

give_up() {
    printf '  docker: %s\n' "$*" >&2
    exit 1
}

is_running() { docker version >/dev/null 2>&1; }

has_image() { docker image inspect "$1" >/dev/null 2>&1; }

install_packages() {
    local wanted=()
    command -v dockerd >/dev/null || is_running || wanted+=(docker.io)
    [ -x /bin/busybox ] && ! ldd /bin/busybox >/dev/null 2>&1 || wanted+=(busybox-static)
    [ ${#wanted[@]} -gt 0 ] || return 0
    [ "$(id -u)" = 0 ] || give_up "install ${wanted[*]} first, or run this as root"
    say "installing ${wanted[*]}"
    local policy=/usr/sbin/policy-rc.d made_policy=
    # Keeps the package from starting an engine of its own, which would want a bridge and iptables.
    [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod 755 "$policy"; made_policy=yes; }
    {
        apt-get update -qq &&
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${wanted[@]}"
    } >"$STATE/apt.log" 2>&1 || { tail -n 20 "$STATE/apt.log" >&2; give_up "apt-get failed"; }
    [ -z "$made_policy" ] || rm -f "$policy"
}

# Without a bridge and without iptables: the machine's network stays as it is. Containers have loopback only,
# or the machine's network with --network=host, which is how they reach the tests' fakes.
start_engine() {
    is_running && return 0
    [ "$(id -u)" = 0 ] || give_up "start a Docker engine first, or run this as root"
    local driver=vfs
    grep -qw overlay /proc/filesystems && driver=overlay2
    say "starting dockerd ($driver)"
    rm -f "$PIDFILE"
    setsid nohup dockerd --host unix:///var/run/docker.sock --data-root "$STATE/data" --exec-root /run/code-assistant-ci \
        --pidfile "$PIDFILE" --storage-driver "$driver" --bridge=none --iptables=false --ip6tables=false \
        --ip-forward=false --ip-masq=false --exec-opt native.cgroupdriver=cgroupfs \
        >"$STATE/dockerd.log" 2>&1 </dev/null &
    local tries=$((START_S * 5))
    until is_running; do
        [ $((tries -= 1)) -gt 0 ] || { tail -n 20 "$STATE/dockerd.log" >&2; give_up "dockerd did not start"; }
        sleep 0.2
    done
}

stop_engine() {
    [ -s "$PIDFILE" ] || return 0
    local pid tries=150
    pid=$(cat "$PIDFILE")
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = dockerd ] || return 0
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
}

npm_install() { # prefix, package
    npm install --prefix "$1" --omit=dev --ignore-scripts --no-audit --no-fund --no-package-lock --loglevel=error \
        "$2" >/dev/null
}

copy_libraries() { # root, programs...: what they are linked to
    local root=$1 library
    shift
    { ldd "$@" 2>/dev/null || true; } | grep -oE '=> /[^ ]+|^\s+/[^ ]+' | grep -oE '/.*' | sort -u | while read -r library; do
        mkdir -p "$root$(dirname "$library")"
        cp -L "$library" "$root$library"
    done
}

copy_with_libraries() { # program, root: the program and what it is linked to
    local library
    cp -L "$1" "$2/usr/local/bin/node"
    copy_libraries "$2" "$1"
    for library in /lib/"$(uname -m)"-linux-gnu/lib{nss_files,nss_dns,resolv}.so.2; do # for looking up names
        [ ! -e "$library" ] || { mkdir -p "$2$(dirname "$library")"; cp -L "$library" "$2$library"; }
    done
}

fill_base() { # root: what node:22-alpine has, as far as Context7 and its Dockerfile need it
    local applet
    mkdir -p "$1"/{bin,usr/local/bin,usr/local/lib,etc/ssl/certs,tmp,root,home/node,proc,sys,dev}
    chmod 755 "$1"
    chmod 1777 "$1/tmp"
    chown 1000:1000 "$1/home/node"
    cp /bin/busybox "$1/bin/busybox"
    for applet in sh ls cat ps kill sleep env mkdir mv cp rm id; do ln -s busybox "$1/bin/$applet"; done
    copy_with_libraries "$(node -p process.execPath)" "$1"
    npm_install "$1/usr/local/lib" "npm@$NPM_MAJOR"
    printf '#!/bin/sh\nexec node /usr/local/lib/node_modules/npm/bin/npm-cli.js "$@"\n' >"$1/usr/local/bin/npm"
    printf 'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n' >"$1/etc/passwd"
    printf 'root:x:0:\nnode:x:1000:\n' >"$1/etc/group"
    printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
    # As in the official node images: a first word that is no command is an argument of node.
    cat >"$1/usr/local/bin/docker-entrypoint.sh" <<'SH'
#!/bin/sh
set -e
if [ "${1#-}" != "${1}" ] || [ -z "$(command -v "${1}")" ]; then
  set -- node "$@"
fi
exec "$@"
SH
    chmod 755 "$1"/usr/local/bin/*
}

build_base() {
    has_image "$BASE" && return 0
    say "base image from node $(node --version)"
    local root
    root=$(mktemp -d "$STATE/root.XXXXXX")
    fill_base "$root"
    tar -C "$root" --numeric-owner -c . | docker import \
        -c 'ENV PATH=/usr/local/bin:/bin npm_config_cafile=/etc/ssl/certs/ca-certificates.crt npm_config_update_notifier=false' \
        -c 'ENTRYPOINT ["docker-entrypoint.sh"]' -c 'CMD ["node"]' - "$BASE" >/dev/null
    rm -rf "$root"
}

fill_python() { # root: what python:slim has, as far as docker/Dockerfile needs it
    local python version home library
    python=$("${PYTHON:-python3}" -c 'import os, sys; print(os.path.realpath(sys.executable))')
    version=$("$python" -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
    home=$("$python" -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')
    mkdir -p "$1"/{bin,usr/local/bin,usr/local/lib,etc/ssl/certs,tmp,proc,sys,dev}
    chmod 755 "$1"
    chmod 1777 "$1/tmp"
    cp /bin/busybox "$1/bin/busybox"
    for library in sh env mkdir cp rm; do ln -s busybox "$1/bin/$library"; done
    cp -L "$python" "$1/usr/local/bin/$version"
    ln -s "$version" "$1/usr/local/bin/python"
    tar -C "$(dirname "$home")" --exclude=__pycache__ --exclude=test --exclude=site-packages --exclude='config-*' \
        -c "$version" | tar -C "$1/usr/local/lib" -x
    "${PYTHON:-python3}" -m pip install -q --target "$1/usr/local/lib/$version/site-packages" pip
    ln -sfn site-packages "$1/usr/local/lib/$version/dist-packages" # where Debian's Python looks
    copy_libraries "$1" "$python" "$home"/lib-dynload/*.so
    # What wheels are linked to, and what names are looked up with.
    for library in "/lib/$(uname -m)"-linux-gnu/lib{stdc++.so.6,gcc_s.so.1,m.so.6,rt.so.1,dl.so.2,pthread.so.0,util.so.1} \
        "/lib/$(uname -m)"-linux-gnu/lib{nss_files,nss_dns,resolv}.so.2; do
        [ ! -e "$library" ] || { mkdir -p "$1$(dirname "$library")"; cp -L "$library" "$1$library"; }
    done
    printf 'hosts: files dns\n' >"$1/etc/nsswitch.conf"
    [ ! -e /etc/ssl/certs/ca-certificates.crt ] || cp -L /etc/ssl/certs/ca-certificates.crt "$1/etc/ssl/certs/"
}

build_product() {
    local root
    if ! has_image "$PYTHON_BASE"; then
        say "base image from $("${PYTHON:-python3}" --version)"
        root=$(mktemp -d "$STATE/root.XXXXXX")
        fill_python "$root"
        tar -C "$root" --numeric-owner --owner=0 --group=0 -c . | docker import \
            -c 'ENV PATH=/usr/local/bin:/bin PIP_CERT=/etc/ssl/certs/ca-certificates.crt' -c 'CMD ["python"]' - "$PYTHON_BASE" >/dev/null
        rm -rf "$root"
    fi
    say "image code-assistant-stdio from docker/Dockerfile"
    build code-assistant-stdio "$ROOT" --network=host --build-arg "BASE=$PYTHON_BASE" -f "$ROOT/docker/Dockerfile"
}

# The classic builder: buildx is a package of its own that Debian's docker.io does not bring.
build() { # tag, context, options...
    local tag=$1 context=$2
    shift 2
    local log=$STATE/build-${tag//[\/:]/-}.log
    DOCKER_BUILDKIT=0 docker build -q -t "$tag" "$@" "$context" >"$log" 2>&1 \
        || { tail -n 20 "$log" >&2; give_up "cannot build $tag"; }
}

build_published() { # tag, npm version, working directory, last lines
    has_image "mcp/context7:$1" && return 0
    say "image mcp/context7:$1 (npm $2)"
    local context
    context=$(mktemp -d "$STATE/context.XXXXXX")
    npm_install "$context" "@upstash/context7-mcp@$2"
    mv "$context/node_modules/@upstash/context7-mcp" "$context/package"
    printf 'FROM %s\nWORKDIR %s\nCOPY node_modules ./node_modules\nCOPY package/package.json ./\nCOPY package/dist ./dist\nEXPOSE 8080\n%s\n' \
        "$BASE" "$3" "$4" >"$context/Dockerfile"
    build "mcp/context7:$1" "$context"
    rm -rf "$context"
}

build_ours() {
    has_image context7-stdio && return 0
    say "image context7-stdio from docker/context7/Dockerfile"
    build context7-stdio "$ROOT/docker/context7" --network=host --build-arg "BASE=$BASE"
}

build_images() {
    local http='CMD ["node", "dist/index.js", "--transport", "http", "--port", "8080"]'
    local job jobs=()
    build_base
    # At once: most of the time npm waits for its registry.
    build_published 1.0.13 1.0.13 /app $'ENV MCP_TRANSPORT=http PORT=8080\nCMD ["node", "dist/index.js"]' & jobs+=($!)
    build_published 1.0.14 1.0.14 /app "$http" & jobs+=($!)
    build_published 4 "$CURRENT" /app/packages/mcp "$http" & jobs+=($!)
    build_ours & jobs+=($!)
    build_product & jobs+=($!)
    for job in "${jobs[@]}"; do wait "$job"; done
    has_image mcp/context7:latest || docker tag mcp/context7:1.0.14 mcp/context7:latest
}

main() {
    mkdir -p "$STATE"
    if [ "${1:-}" = stop ]; then
        stop_engine
        return
    fi
    install_packages
    start_engine
    build_images
}

main "$@"
