# shellcheck shell=bash
# What ./build, ./check and ./demo share: saying what happens, finding a JDK, installing what is missing.
# Sourced by a script that stands in the root of the checkout; never executed.

# A JVM cannot pass a name with an umlaut to another program in the POSIX locale, which services and containers have.
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

# give_back: what root built here belongs to the owner of the checkout, so that ./build works without root afterwards.
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

# The JDK for a Debian that has none: one release, with the checksums that its vendor publishes beside the archives.
jdk_vendor=https://api.adoptium.net/v3/binary/version
jdk_release=25.0.3+9
jdk_sha256_x64=69264a7a211bf5029830d07bc3370f879769d62ebc5b5488e90c9343a2da0e1f
jdk_sha256_aarch64=3e4287cb98870ba824ed698854bdc27cff984254caf66dd12cc291e7bfdde26b

# download_jdk DIRECTORY: Eclipse Temurin's JDK. The archive is a file first and is compared before anything of it is
# unpacked; the directory appears whole, by a rename, or it does not appear.
download_jdk() {
  local arch expected lock
  local -r next=$1.next
  case $(uname -m) in
    x86_64) arch=x64 expected=$jdk_sha256_x64 ;;
    aarch64) arch=aarch64 expected=$jdk_sha256_aarch64 ;;
    *) die "no JDK 25 for $(uname -m): set JAVA_HOME to one" ;;
  esac
  install_packages curl ca-certificates
  mkdir -p "$(dirname "$1")"
  exec {lock}> "$1.lock"
  flock "$lock"
  if find_jdk "$1"; then # another script has waited for less
    exec {lock}>&-
    return
  fi
  say "downloading JDK $jdk_release from $jdk_vendor to $1"
  rm -rf -- "$next"
  mkdir "$next"
  curl --fail --silent --show-error --location --proto-redir =https --connect-timeout 20 --output "$next/archive" \
    "$jdk_vendor/jdk-${jdk_release/+/%2B}/linux/$arch/jdk/hotspot/normal/eclipse" ||
    refuse_jdk "$next" "no JDK 25: neither JAVA_HOME, /usr/lib/jvm nor apt has one, and it cannot be downloaded; install one and set JAVA_HOME"
  sha256sum --check --status <<< "$expected  $next/archive" ||
    refuse_jdk "$next" "the JDK that was downloaded has SHA-256 $(sha256sum "$next/archive" | cut -d ' ' -f 1); expected $expected: it is not used"
  mkdir "$next/jdk"
  tar -xzf "$next/archive" --strip-components=1 -C "$next/jdk" || refuse_jdk "$next" "the JDK that was downloaded cannot be unpacked"
  rm -rf -- "$1"
  mv -T -- "$next/jdk" "$1"
  rm -rf -- "$next"
  exec {lock}>&-
}

# refuse_jdk DIRECTORY WORDS: removes what was downloaded.
refuse_jdk() {
  rm -rf -- "$1"
  die "$2"
}

# use_jdk: sets JAVA_HOME to a JDK 25, from JAVA_HOME, /usr/lib/jvm, an earlier download, apt or its vendor.
use_jdk() {
  local cached package
  local -r name=urunj/jdk-${jdk_release/+/_}
  if [ "$(id -u)" -eq 0 ]; then cached=/var/cache; else cached=${HOME:-/tmp}/.cache; fi
  cached=${XDG_CACHE_HOME:-$cached}/$name
  find_jdk "${JAVA_HOME:-}" /usr/lib/jvm/* "/var/cache/$name" "$cached" && return
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
