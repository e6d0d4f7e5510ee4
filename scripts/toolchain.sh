# shellcheck shell=bash
# What ./build, ./check and ./demo share: saying what happens, finding a JDK, installing what is missing.
# Sourced, never executed.

# say WORDS: one line of progress.
say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }

# die WORDS: the reason, and out.
die() {
  printf 'urunj: %s\n' "$*" >&2
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

# install_packages PACKAGE…: those of Debian's that are missing.
install_packages() {
  local missing=()
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2> /dev/null | grep -qx installed || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return
  have apt-get || die "missing: ${missing[*]}; expected Debian 12 or 13, or those packages installed"
  say "installing ${missing[*]}"
  if ! as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null 2>&1; then
    as_root apt-get -qq update > /dev/null
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null
  fi
}

# is_jdk DIRECTORY VERSION: whether a JDK of at least that version lies there.
is_jdk() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  local version
  version=$(sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release")
  [ -n "$version" ] && [ "$version" -ge "$2" ]
}

# use_jdk: sets JAVA_HOME to a JDK 25, from JAVA_HOME, /usr/lib/jvm or Debian.
use_jdk() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    if [ -n "$candidate" ] && is_jdk "$candidate" 25; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  install_packages openjdk-25-jdk-headless
  for candidate in /usr/lib/jvm/*; do
    if is_jdk "$candidate" 25; then
      export JAVA_HOME=$candidate
      return
    fi
  done
  die "no JDK 25 in JAVA_HOME or /usr/lib/jvm, and this Debian has none: install one there"
}
