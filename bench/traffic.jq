# Markdown tables from bench/traffic's samples (jq -rs --slurpfile programs programs.json -f traffic.jq traffic.json).

def fixed($digits): pow(10; $digits) as $scale | (. * $scale | round) / $scale | tostring
  | if $digits == 0 then . elif test("\\.") then . + ("0" * ($digits - (split(".")[1] | length)) // "") else . + "." + ("0" * $digits) end;
def rank($percent): sort | .[((length * $percent + 99) / 100 | floor) - 1];
def spread($digits): if length == 0 then "–" else "\(rank(50) | fixed($digits)) (\(min | fixed($digits))–\(max | fixed($digits)))" end;

# The samples of one measure, one of each round, in the rounds' order.
def of($set; $case; $what): map(select(.set == $set and .case == $case and .what == $what)) | sort_by(.round) | map(.value);

# Of the same round: what is not of the round's own noise stays.
def against($other): if length == 0 or ($other | length) == 0 then "–" else [., $other] | transpose | map(.[0] / .[1]) | spread(2) end;

def row($set; $title; $what; $unit; $digits; $base):
  . as $all | ($all | of($set; "fabric"; $what) | map(. / $unit)) as $fabric
  | ($all | of($set; "redirect"; $what) | map(. / $unit)) as $redirect
  | (if $base == "" then $redirect else $all | of($set; "fabric"; $base) | map(. / $unit) end) as $other
  | "| \($title) | \($all | of($set; "plain"; $what) | map(. / $unit) | spread($digits)) | \($redirect | spread($digits))"
    + " | \($fabric | spread($digits)) | \($fabric | against($other)) |";

def both($set; $title; $what; $base):
  row($set; "\($title), Gbit/s"; $what; 1e9; 2; $base),
  row($set; "– for each second of CPU, Gbit"; "\($what)-cpu"; 1e9; 2; if $base == "" then "" else "\($base)-cpu" end);

def table($set; $guest):
  "| \($guest) | no guest | redirect | fabric | fabric ÷ |",
  "|---|---|---|---|---|",
  both($set; "world → guest"; "in"; ""),
  both($set; "guest → world"; "out"; ""),
  both($set; "guest → world, dialled by the guest"; "dial"; ""),
  row($set; "round trip, µs"; "rr"; 1; 1; ""),
  row($set; "– 99 of 100, µs"; "rr-p99"; 1; 1; ""),
  (if $set == "peer" then row($set; "world → guest, a datagram of one byte, ns"; "flood"; 1; 0; "") else empty end),
  both($set; "sidecar → guest by 127.0.0.1"; "local-in"; "in"),
  both($set; "guest → sidecar, the same connection"; "local-out"; "out"),
  both($set; "guest → sidecar by the alias"; "alias"; "dial"),
  row($set; "round trip of a sidecar by 127.0.0.1, µs"; "local-rr"; 1; 1; "rr");

table("peer"; "a namespace as guest"), "",
table("guest"; "a real guest"), "",
"| one frame through a program | ns |",
"|---|---|",
($programs[] | "| \(.title) | \(.median | fixed(0)) (\(.min | fixed(0))–\(.p90 | fixed(0))) |")
