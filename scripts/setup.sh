#!/usr/bin/env bash
# Brings what a build needs and what a machine may lack: a Z3 that the bindings support.
#
#   1. the Z3 that pkg-config finds, if it is new enough;
#   2. otherwise the library and headers of a pinned `z3-solver` wheel from PyPI, unpacked into `.z3/`;
#   3. otherwise nothing, and a message that says what is missing.
#
# Needs no root, installs nothing outside the checkout, and returns at once when there is nothing to do.
# `.z3/origin` records the outcome; build.rs reads it. TENANTPROOF_Z3=system or =wheel forces one way.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly MINIMUM=4.13.3 # older releases number their enumerations differently from the bindings
readonly WHEEL=5.4.0.0
readonly HOME_DIR=.z3

say() { printf 'setup: %s\n' "$*" >&2; }
die() {
    say "$1"
    shift
    [ $# -eq 0 ] || printf '         %s\n' "$@" >&2
    exit 1
}

# --- the tools that every way of building needs ---------------------------------------------------------

missing=()
command -v cargo >/dev/null 2>&1 || missing+=("a Rust toolchain (program cargo): https://rustup.rs")
command -v cc >/dev/null 2>&1 || missing+=("a C compiler (program cc, used as the linker): 'apt install gcc libc6-dev', 'xcode-select --install' on macOS")
[ ${#missing[@]} -eq 0 ] || die "cannot build on this machine; missing:" "${missing[@]/#/- }"

# --- does a Z3 link, load and tell a version that is new enough? ----------------------------------------

# at_least A B: is the dotted version A not below B?
at_least() {
    local a b i
    IFS=. read -r -a a <<<"$1"
    IFS=. read -r -a b <<<"$2"
    for i in 0 1 2; do
        [ "${a[i]:-0}" -gt "${b[i]:-0}" ] 2>/dev/null && return 0
        [ "${a[i]:-0}" -eq "${b[i]:-0}" ] 2>/dev/null || return 1
    done
}

# linked_version FLAG…: builds a program with these linker flags, runs it, prints the version Z3 gives.
linked_version() {
    local dir
    dir=$(mktemp -d)
    cat >"$dir/probe.c" <<'C'
#include <stdio.h>
extern const char *Z3_get_full_version(void);
extern void Z3_get_version(unsigned *, unsigned *, unsigned *, unsigned *);
int main(void) {
    unsigned a, b, c, d;
    Z3_get_version(&a, &b, &c, &d);
    return printf("%u.%u.%u\n", a, b, c) < 0;
}
C
    local status=0
    { cc "$dir/probe.c" -o "$dir/probe" "$@" && "$dir/probe"; } 2>"$dir/log" || status=1
    if [ $status -ne 0 ]; then sed 's/^/setup:   /' "$dir/log" >&2; fi
    rm -rf "$dir"
    return $status
}

system_version() {
    command -v pkg-config >/dev/null 2>&1 || return 1
    pkg-config --atleast-version="$MINIMUM" z3 2>/dev/null || return 1
    local flags version
    read -r -a flags <<<"$(pkg-config --libs z3)"
    local dir
    dir=$(pkg-config --variable=libdir z3)
    version=$(linked_version "${flags[@]}" ${dir:+"-Wl,-rpath,$dir"}) || return 1
    at_least "$version" "$MINIMUM" || return 1
    echo "$version"
}

wheel_version() {
    linked_version "-L$PWD/$HOME_DIR/lib" -lz3 "-Wl,-rpath,$PWD/$HOME_DIR/lib"
}

# record ORIGIN: only touched when it changes, since build.rs watches the file. What cargo found before is forgotten then.
record() {
    mkdir -p "$HOME_DIR"
    [ "$(cat "$HOME_DIR/origin" 2>/dev/null)" != "$1" ] || return 0
    echo "$1" >"$HOME_DIR/origin"
    if [ -f Cargo.lock ]; then
        cargo clean --offline --quiet --package z3-sys 2>/dev/null || true
        cargo clean --offline --quiet --package z3-sys --release 2>/dev/null || true
    fi
}

# --- which wheel fits this machine? -----------------------------------------------------------------------

# sets version, platform and sha256, or ends with the reason
choose_wheel() {
    version=$WHEEL
    case "$(uname -s)/$(uname -m)" in
    Linux/x86_64)
        platform=manylinux_2_27_x86_64
        sha256=0549ffad554178a59480ba41b5279cfbb27053ed5a2da269ae1a48214d5db34b
        ;;
    Linux/aarch64 | Linux/arm64)
        platform=manylinux_2_38_aarch64
        sha256=fffb36861d4da1f9584d0fd4a80dbf247fdfbebb04b5c31a90b460b14c86cab0
        local glibc
        glibc=$(getconf GNU_LIBC_VERSION 2>/dev/null | awk '{print $2}')
        if ! at_least "${glibc:-0}" 2.38; then # the newest release that asks for no more than glibc 2.34
            version=4.15.4.0
            platform=manylinux_2_34_aarch64
            sha256=62c7e9cbdd711932301f29919ad9158de9b2f58b4d281dd259bbcd0a2f408ba1
        fi
        ;;
    Darwin/arm64)
        platform=macosx_13_0_arm64
        sha256=a1b36f0dd038c030d88711474c93b95e863c30a22e9def53ad5965c6092c92a7
        ;;
    Darwin/x86_64)
        platform=macosx_13_0_x86_64
        sha256=407522390c4d11696b10d43c76d22d4e60b7f11d75d9defe6f064e073edd904f
        ;;
    *) no_z3 "no wheel is pinned for $(uname -s) on $(uname -m)" ;;
    esac
    if [ "$(uname -s)" = Linux ] && ! getconf GNU_LIBC_VERSION >/dev/null 2>&1; then
        no_z3 "the wheel needs glibc, which this system does not use"
    fi
}

no_z3() {
    die "found no usable Z3: $1" \
        "One of these helps:" \
        "- a Z3 of version $MINIMUM or newer that pkg-config finds (Debian 13 and later: 'apt install libz3-dev pkg-config'; macOS: 'brew install z3 pkgconf')" \
        "- Python with pip and access to PyPI (Debian and Ubuntu: 'apt install python3-pip')" \
        "then run 'make setup' again. Or build Z3 from source, which takes GCC 13 or newer (C++20 <format>), CMake 3.26 or" \
        "newer and half an hour, and needs no setup: cargo build --release --features vendored"
}

# prints a Python that has pip
python_with_pip() {
    local p seen=
    for p in "${PYTHON:-}" python3 python; do
        [ -n "$p" ] && command -v "$p" >/dev/null 2>&1 || continue
        seen=$p
        if "$p" -m pip --version >/dev/null 2>&1; then
            echo "$p"
            return
        fi
    done
    if [ -n "$seen" ]; then
        no_z3 "$seen is here but has no pip (Debian and Ubuntu: 'apt install python3-pip'; Fedora: 'dnf install python3-pip')"
    fi
    no_z3 "no Python (Debian and Ubuntu: 'apt install python3 python3-pip')"
}

install_wheel() {
    local version platform sha256 python work
    choose_wheel
    python=$(python_with_pip) || exit 1
    work=$HOME_DIR.new
    rm -rf "$work"
    mkdir -p "$work/wheel"
    # shellcheck disable=SC2064
    trap "rm -rf '$PWD/$work'" EXIT
    say "getting Z3 $version for $platform from PyPI (about 40 MB)"
    echo "z3-solver==$version --hash=sha256:$sha256" >"$work/requirements.txt"
    "$python" -m pip download --quiet --disable-pip-version-check --no-deps --only-binary=:all: \
        --platform "$platform" --implementation py --require-hashes --requirement "$work/requirements.txt" \
        --dest "$work/wheel" >&2 || no_z3 "pip could not fetch z3-solver $version ($platform) with its pinned hash"
    "$python" - "$work" "$version" <<'PY'
import os, shutil, sys, zipfile
work, version = sys.argv[1:]
wheel_dir = os.path.join(work, "wheel")
(name,) = os.listdir(wheel_dir)
for folder in ("lib", "include"):
    os.makedirs(os.path.join(work, folder))
with zipfile.ZipFile(os.path.join(wheel_dir, name)) as wheel:
    for entry in wheel.namelist():
        for folder in ("lib", "include"):
            base = os.path.basename(entry)
            if os.path.dirname(entry) == "z3/" + folder and base and not base.endswith(".dll"):
                with wheel.open(entry) as src, open(os.path.join(work, folder, base), "wb") as dst:
                    shutil.copyfileobj(src, dst)
shutil.rmtree(wheel_dir)
os.remove(os.path.join(work, "requirements.txt"))
# a wheel cannot hold links: the library is in it twice, under its plain and its versioned name
lib = os.path.join(work, "lib")
versioned = [n for n in os.listdir(lib) if n not in ("libz3.so", "libz3.dylib") and n.startswith("libz3.")]
for plain in ("libz3.so", "libz3.dylib"):
    if versioned and os.path.exists(os.path.join(lib, plain)):
        os.remove(os.path.join(lib, plain))
        os.symlink(versioned[0], os.path.join(lib, plain))
os.makedirs(os.path.join(lib, "pkgconfig"))
with open(os.path.join(lib, "pkgconfig", "z3.pc"), "w") as pc:
    pc.write(
        "prefix=${pcfiledir}/../..\n"
        "libdir=${prefix}/lib\n"
        "includedir=${prefix}/include\n"
        "\n"
        "Name: z3\n"
        "Description: The Z3 theorem prover, from the PyPI wheel z3-solver\n"
        f"Version: {version}\n"
        "Libs: -L${libdir} -lz3\n"
        "Cflags: -I${includedir}\n"
    )
PY
    rm -rf "$HOME_DIR"
    mv "$work" "$HOME_DIR"
    trap - EXIT
    local linked
    linked=$(wheel_version) || { rm -rf "$HOME_DIR"; no_z3 "the library of the wheel does not link or load here (see above)"; }
    at_least "$linked" "$MINIMUM" || { rm -rf "$HOME_DIR"; no_z3 "the wheel holds Z3 $linked, which is too old"; }
    record "wheel $version"
    say "Z3 $linked is in $HOME_DIR/"
}

# --- what is there already, and what to do ------------------------------------------------------------------

want=${TENANTPROOF_Z3:-any}
have=$(cat "$HOME_DIR/origin" 2>/dev/null || true)

if [ "${have%% *}" = wheel ] && [ "$want" != system ]; then
    choose_wheel
    if [ "$have" = "wheel $version" ] && [ -f "$HOME_DIR/lib/pkgconfig/z3.pc" ]; then
        say "Z3 $version (PyPI wheel in $HOME_DIR/) is ready"
        exit 0
    fi
fi

if [ "$want" != wheel ] && found=$(system_version); then
    rm -rf "$HOME_DIR/lib" "$HOME_DIR/include"
    record "system $found"
    say "Z3 $found of this system is ready"
    exit 0
fi
[ "$want" != system ] || no_z3 "TENANTPROOF_Z3=system, but pkg-config finds no Z3 of version $MINIMUM or newer"

if command -v pkg-config >/dev/null 2>&1 && old=$(pkg-config --modversion z3 2>/dev/null); then
    say "this system's Z3 $old is not used: $MINIMUM or newer is needed, and has to link"
fi
install_wheel
