# shellcheck shell=bash
# What ./build, ./check and ./demo share: saying what happens, finding a JDK, installing what is missing.
# Sourced by a script that stands in the root of the checkout; never executed.

# A JVM cannot pass a name with an umlaut to anybody in the POSIX locale, which services and containers have.
if [ "$(locale charmap 2> /dev/null)" != UTF-8 ]; then export LC_ALL=C.UTF-8; fi

# say WORDS: one line of progress.
say() {
  if [ -t 2 ]; then printf '\033[1m==>\033[0m %s\n' "$*" >&2; else printf '==> %s\n' "$*" >&2; fi
}

# die WORDS: the reason, and out.
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# have PROGRAM
have() { command -v "$1" > /dev/null 2>&1; }

# as_root WORDS: runs a command as root, by sudo if need be.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    die "'$1' needs root: run this as root or install sudo"
  fi
}

# become_root ARGUMENT…: this script again as root, by sudo; nothing when it is root.
become_root() {
  [ "$(id -u)" -eq 0 ] && return
  have sudo || die "needs root: run this as root or install sudo"
  say "needs root for namespaces and cgroups: asking sudo"
  exec sudo --preserve-env=JAVA_HOME,URUNJ_ACCEL,URUNJ_RUNTIME,URUNJ_FUZZ_SECONDS,KERNEL_DEB,CI,NO_COLOR,XDG_CACHE_HOME -- "$(readlink -f "$0")" "$@"
}

# give_back: what root built here belongs to whom the checkout belongs, so that ./build works without root afterwards.
give_back() {
  [ "$(id -u)" -eq 0 ] || return 0
  [ "$(stat -c %u .)" -ne 0 ] || return 0
  find . -name target -prune -exec chown -R --reference=. {} +
}

# is_installed PACKAGE
is_installed() { dpkg-query -W -f '${db:Status-Status}' "$1" 2> /dev/null | grep -qx installed; }

# apt_install PACKAGE…: quietly, with what apt says when it fails.
apt_install() {
  local said
  if ! said=$(as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" 2>&1); then
    printf '%s\n' "$said" >&2
    return 1
  fi
}

# install_packages PACKAGE…: those of Debian's that are missing.
install_packages() {
  local missing=()
  for package in "$@"; do
    is_installed "$package" || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  have apt-get || die "missing: ${missing[*]}; expected Debian 12 or 13, or those packages installed"
  say "installing ${missing[*]}"
  apt_install "${missing[@]}" 2> /dev/null && return
  as_root apt-get -qq update > /dev/null
  apt_install "${missing[@]}" || die "cannot install ${missing[*]}"
}

# qemu_package: Debian's package of QEMU for machines like this one.
qemu_package() {
  case $(uname -m) in
    aarch64) echo qemu-system-arm ;;
    *) echo qemu-system-x86 ;;
  esac
}

# is_jdk DIRECTORY VERSION: whether a JDK of at least that version lies there.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] && [ "$version" -ge "$2" ]
}

# find_jdk DIRECTORY…: sets JAVA_HOME to the first that is a JDK 25 with jlink.
find_jdk() {
  local candidate
  for candidate in "$@"; do
    if [ -n "$candidate" ] && is_jdk "$candidate" 25 && [ -x "$candidate/bin/jlink" ]; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  return 1
}

# download_jdk DIRECTORY: Eclipse Temurin's current JDK 25, for a Debian that has none.
download_jdk() {
  local arch vendor=https://api.adoptium.net
  case $(uname -m) in
    x86_64) arch=x64 ;;
    aarch64) arch=aarch64 ;;
    *) die "no JDK 25 for $(uname -m): set JAVA_HOME to one" ;;
  esac
  install_packages curl ca-certificates
  say "downloading JDK 25 from $vendor to $1"
  mkdir -p "$1"
  curl --fail --silent --show-error --location --connect-timeout 20 \
    "$vendor/v3/binary/latest/25/ga/linux/$arch/jdk/hotspot/normal/eclipse" | tar -xz --strip-components=1 -C "$1" ||
    die "no JDK 25: neither JAVA_HOME, /usr/lib/jvm nor apt has one, and it cannot be downloaded; install one and set JAVA_HOME"
}

# use_jdk: sets JAVA_HOME to a JDK 25, from JAVA_HOME, /usr/lib/jvm, an earlier download, apt or its vendor.
use_jdk() {
  local cached package
  if [ "$(id -u)" -eq 0 ]; then cached=/var/cache; else cached=${HOME:-/tmp}/.cache; fi
  cached=${XDG_CACHE_HOME:-$cached}/urunj/jdk-25
  find_jdk "${JAVA_HOME:-}" /usr/lib/jvm/* /var/cache/urunj/jdk-25 "$cached" && return
  for package in openjdk-25-jdk-headless temurin-25-jdk; do
    if [ -n "$(apt-cache show "$package" 2> /dev/null)" ]; then
      install_packages "$package"
      find_jdk /usr/lib/jvm/* && return
    fi
  done
  download_jdk "$cached"
  find_jdk "$cached" || die "$cached: not a JDK 25"
}

# inputs_changed TARGET INPUT…: whether TARGET is missing or older than a file of the inputs.
inputs_changed() {
  [ -e "$1" ] || return 0
  [ -n "$(find "${@:2}" -name target -prune -o -type f -newer "$1" -print -quit)" ]
}
