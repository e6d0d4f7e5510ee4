# Markdown tables from the JSON lines of the peers (jq -rs --arg table network|choices|commands -f tables.jq).

def rank($percent): sort | .[((length * $percent + 99) / 100 | floor) - 1];
def fixed($digits): pow(10; $digits) as $scale | (. * $scale | round) / $scale | tostring
  | if $digits == 0 then . elif test("\\.") then . + ("0" * ($digits - (split(".")[1] | length)) // "") else . + "." + ("0" * $digits) end;
def ratio($other): if $other then (. / $other | fixed(2)) else "–" end;

# The blocks of one peer become one set of samples.
def pooled: group_by([.peer, .variant]) | map({peer: .[0].peer, variant: .[0].variant,
  measures: (map(.measures | map_values(.samples) | to_entries) | add | group_by(.key)
    | map({key: .[0].key, value: (map(.value) | add)}) | from_entries)});
def median($name): .measures[$name] // [] | if length > 0 then rank(50) else null end;
def range($name; $unit; $digits): (.measures[$name] // []) as $all
  | if ($all | length) == 0 then "–"
    else ($all | rank(50) / $unit | fixed($digits)) + " (" + ($all | min / $unit | fixed($digits)) + "–" + ($all | rank(90) / $unit | fixed($digits)) + ")" end;

def network_row($title; $floor): if . == null then "| \($title) | not measured | – | – | – | – | – | – |" else
  "| \($title) | \(.measures.setup | length) | \(range("setup"; 1; 0)) | \(median("setup") | ratio($floor | median("setup")))"
  + " | \(range("setup_cpu"; 1; 0)) | \(range("teardown_tc"; 1; 0)) | \(range("teardown_close"; 1000; 1)) | \(range("teardown_cpu"; 1; 0)) |" end;

def network: pooled as $all | ($all[] | select(.peer == "floor" and .variant == "base")) as $floor
  | "| peer | n | set-up µs | × floor | its CPU µs | tear-down: filter + qdisc µs | tear-down: TAP, ms | tear-down CPU µs |",
    "|---|---|---|---|---|---|---|---|",
    ($floor | network_row("bare system calls (floor)"; $floor)),
    (first($all[] | select(.peer == "urunj")) // null | network_row("urunj, warm process"; $floor)),
    (first($all[] | select(.peer == "ip+tc")) // null | network_row("`ip -b` + `tc -b`"; $floor)),
    "",
    "Where the floor's set-up goes (µs): " + ([["open", "open(/dev/net/tun)"], ["tunsetiff", "TUNSETIFF"], ["owner_group", "owner and group"],
      ["index", "index"], ["pfifo", "pfifo"], ["mtu_up", "MTU and up"], ["ingress", "two ingress qdiscs"], ["filters", "two filters"]]
      | map(. as [$name, $title] | "\($title) \($floor | range($name; 1; 1))") | join(", ")) + ".",
    (first($all[] | select(.peer == "urunj")) // empty
      | "", "urunj (µs): openTap \(range("open_tap"; 1; 0)), join \(range("join"; 1; 0)). All that create and start do in the pod's namespace, their own set-up included: \(range("whole"; 1; 0)).");

# Variants took turns, so sample i of both is of the same round. Median of the differences and its 95 % confidence interval
# from order statistics, ranks n/2 ± 0.98 √n.
def against($base; $name): if .variant == $base.variant then "–" else
  [.measures[$name], $base.measures[$name]] | transpose | map(.[0] - .[1]) | sort | length as $n | ($n | sqrt * 0.98 | ceil) as $reach
  | "\(rank(50) | fixed(1)) (\(.[[($n / 2 | floor) - $reach - 1, 0] | max] | fixed(1)) to \(.[[($n / 2 | floor) + $reach, $n - 1] | min] | fixed(1)))" end;

def choices: pooled as $all | ($all[] | select(.variant == "base")) as $base
  | {"base": "as urunj does: six sends, cookie, pfifo", "control": "the same again (control)", "batch": "the six requests in one send", "batch-last-ack": "one send, one acknowledgement",
     "no-cookie": "no action cookie", "no-pfifo": "no pfifo: the node's default qdisc", "index-by-ioctl": "SIOCGIFINDEX instead of RTM_GETLINK",
     "socket-each": "a new socket for each request", "no-fe80": "no fe80:: address on the TAP"} as $titles
  | "| choice | n | set-up µs | against base, same round | six requests µs | against base, same round | tear-down: TAP, ms |",
    "|---|---|---|---|---|---|---|",
    ($titles | keys_unsorted[] as $key | ($all[] | select(.variant == $key))
      | "| \($titles[$key]) | \(.measures.setup | length) | \(range("setup"; 1; 0)) | \(against($base; "setup"))"
        + " | \(range("messages"; 1; 0)) | \(against($base; "messages")) | \(range("teardown_close"; 1000; 1)) |");

def step($name): first(.steps[] | select(.name == $name));
def cell: if . == null then "–" else "\(.wall_ms.median | fixed(1)) (\(.wall_ms.min | fixed(1))–\(.wall_ms.p90 | fixed(1))) / \(.cpu_ms.median | fixed(1))" end;
def verbs: ["create", "start", "state", "kill", "delete"];
def sum($measure): . as $case | [verbs[] | . as $verb | ($case | step($verb))[$measure].median] | add;

def commands: .[0] as $run | ($run.cases | map({key: .name, value: .}) | from_entries) as $cases
  | "| case | n | create | start | state | kill | delete | five verbs | kill answered → process reaped | the container's process, CPU |",
    "|---|---|---|---|---|---|---|---|---|---|",
    ([["runc", "runc"], ["crun", "crun (no cgroups)"], ["urunj", "urunj, same busybox bundle"], ["urunj-unikernel", "urunj, unikernel"]][] as [$name, $title]
      | $cases[$name] as $case
      | if $case == null then "| \($title) | not measured |" + (" – |" * 8)
        else "| \($title) | \($run.rounds) | " + ([verbs[] as $verb | $case | step($verb) | cell] | join(" | "))
          + " | \($case | sum("wall_ms") | fixed(1)) / \($case | sum("cpu_ms") | fixed(1))"
          + " | \($case | step("gone").wall_ms.median | fixed(1)) | \($case | step("gone").cpu_ms.median | fixed(1)) |" end),
    ([["crun", "crun"], ["urunj", "urunj"], ["urunj-unikernel", "urunj, unikernel"]][] as [$name, $title]
      | $cases[$name] as $case | select($case != null)
      | "| \($title) ÷ runc | | " + ([verbs[] as $verb | "\(($case | step($verb)).wall_ms.median | ratio(($cases.runc | step($verb)).wall_ms.median)) / \(($case | step($verb)).cpu_ms.median | ratio(($cases.runc | step($verb)).cpu_ms.median))"] | join(" | "))
        + " | \($case | sum("wall_ms") | ratio($cases.runc | sum("wall_ms"))) / \($case | sum("cpu_ms") | ratio($cases.runc | sum("cpu_ms"))) | | |");

if $table == "network" then network elif $table == "choices" then choices else commands end
