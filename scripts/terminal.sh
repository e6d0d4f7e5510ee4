# shellcheck shell=bash
# How ./demo talks: titles, the commands it runs with their times, what held and what did not.
# Colours and Unicode only on a terminal that has them; sourced, never executed.

if [ -t 1 ] && [ -z "${NO_COLOR-}" ] && [ "${TERM:-dumb}" != dumb ]; then
  bold=$'\033[1m' dim=$'\033[2m' red=$'\033[31m' green=$'\033[32m' cyan=$'\033[36m' plain=$'\033[0m'
  live=yes
else
  bold='' dim='' red='' green='' cyan='' plain=''
  live=''
fi
if [ -n "$live" ] && [ "$(locale charmap 2> /dev/null)" = UTF-8 ]; then
  rule_sign=─ held_sign=✔ broken_sign=✘ dots=…
else
  rule_sign=- held_sign=ok broken_sign=FAILED dots=...
fi
readonly bold dim red green cyan plain live rule_sign held_sign broken_sign dots width=78

# milliseconds: now, since some start.
milliseconds() { echo $((${EPOCHREALTIME/[.,]/} / 1000)); }

# duration MILLISECONDS: as a person says it.
duration() {
  if (($1 < 1000)); then echo "$1 ms"; else echo "$(($1 / 1000)).$(($1 % 1000 / 100)) s"; fi
}

# rule LENGTH
rule() {
  local line
  printf -v line '%*s' "$1" ''
  printf '%s' "${line// /$rule_sign}"
}

# title WORDS: begins a part.
title() { printf '\n%s%s%s %s%s%s\n' "$bold" "$*" "$plain" "$dim" "$(rule $((width - ${#1} - 1)))" "$plain"; }

# told WORDS: a sentence on what comes, wrapped.
told() { printf '%s\n' "$*" | fold -s -w "$width"; }

# shown WORDS: a command line.
shown() { printf '  %s$ %s%s\n' "$cyan" "$*" "$plain"; }

# running WORDS: on a terminal, the command line while it runs; `ran` takes its place.
running() { [ -z "$live" ] || printf '  %s$ %s%s' "$cyan" "$*" "$plain"; }

# ran WORDS MILLISECONDS: the command line with its time at the right margin.
ran() {
  local took
  took=$(duration "$2")
  [ -z "$live" ] || printf '\r\033[K'
  printf '  %s$ %s%s%s%*s%s\n' "$cyan" "$1" "$plain" "$dim" $((width - 4 - ${#1})) "$took" "$plain"
}

# quoted: standard input as what a command printed.
quoted() { sed -e 's/\t/  /g' -e 's/ *$//' -e 's/^/    /' | cut -c "1-$width"; }

# held WORDS
held() { printf '  %s%s%s %s\n' "$green" "$held_sign" "$plain" "$*"; }

# broken WORDS: did not hold.
broken() { printf '  %s%s%s %s\n' "$red" "$broken_sign" "$plain" "$*"; }

# waiting WORDS: on a terminal, a line that counts while something takes its time; `waited` removes it.
ticker=''
waiting() {
  [ -n "$live" ] || return 0
  local -r watched=$BASHPID
  (
    began=$(milliseconds)
    exec {never}<> <(:) # to wait without a process: a `sleep` would be in the demo's own listings
    while kill -0 "$watched" 2> /dev/null; do
      printf '\r    %s%s %s %s%s ' "$dim" "$*" "$dots" "$(duration $(($(milliseconds) - began)))" "$plain"
      read -r -t 0.1 -u "$never" _ || true
    done
  ) &
  ticker=$!
}
waited() {
  [ -n "$ticker" ] || return 0
  kill "$ticker" 2> /dev/null || true
  wait "$ticker" 2> /dev/null || true
  ticker=''
  printf '\r\033[K'
}
