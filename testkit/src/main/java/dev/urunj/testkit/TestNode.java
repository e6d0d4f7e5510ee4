package dev.urunj.testkit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The node of a test: a network namespace and a mount namespace of its own, held by one process.
/// `/run` is an empty tmpfs, loopback is up, mounts stay inside. Whatever a test makes in it is
/// gone with it; it ends with [#close] and, should the test's JVM be killed, with the JVM, because
/// the holder then reads the end of its standard input.
///
/// A node may have process ids of its own too: then nothing in it sees or hits a process outside,
/// ids begin at 1, and processes that are left at the end die with the holder.
///
/// Needs root and the programs `unshare`, `nsenter`, `mount`, `ip`; [#snapshot] needs `tc` and
/// takes `nft` where it is installed.
public final class TestNode implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofMinutes(3);

  /// The machine's named namespaces go from this node's mounts: deleted by any process of the
  /// machine they go from every mount namespace, and two snapshots of an untouched node would
  /// differ.
  private static final String HOLD =
      "umount -l /run/netns/* /run/netns 2>/dev/null;"
          + " mount -t tmpfs -o mode=0755 tmpfs /run && ip link set lo up && echo ready && exec ";

  /// As the first process of a PID namespace the holder is handed orphans: the kernel reaps the
  /// children of a process that ignores SIGCHLD.
  private static final String REAPING = "env --ignore-signal=CHLD ";

  /// Prints everything that the network and the mounts of a namespace consist of.
  private static final String SNAPSHOT =
      """
      echo '# link';  ip -d -j -p link
      echo '# addr';  ip -j -p addr
      echo '# route'; ip -4 -j -p route show table all; ip -6 -j -p route show table all
      echo '# rule';  ip -4 -j -p rule; ip -6 -j -p rule
      echo '# qdisc'; tc qdisc show
      for device in $(ls /proc/sys/net/ipv4/conf); do
        ip link show dev "$device" >/dev/null 2>&1 || continue
        for where in root ingress egress; do
          echo "# filter $device $where"; tc filter show dev "$device" $where 2>/dev/null
        done
      done
      echo '# nft'; if command -v nft >/dev/null; then nft list ruleset; fi
      echo '# sysctl'
      grep -r . /proc/sys/net/ipv4/conf /proc/sys/net/ipv6/conf \
        /proc/sys/net/ipv4/ip_forward 2>/dev/null | sort
      """;

  private static final String[] TENTATIVE = {"ip", "-6", "-o", "addr", "show", "tentative"};

  /// Lines that change by themselves: timers, lifetimes, states that settle after a moment.
  private static final Pattern VOLATILE_LINE =
      Pattern.compile(
          "(?m)^\\s*\"(operstate|valid_life_time|preferred_life_time|tentative|expires|used"
              + "|hello_timer|tcn_timer|topology_change_timer|gc_timer|hold_timer"
              + "|message_age_timer|forward_delay_timer|state)\":.*\\R");

  private static final Pattern COUNTER = Pattern.compile("counter packets \\d+ bytes \\d+");
  private static final Pattern NO_CARRIER = Pattern.compile("\"NO-CARRIER\",");

  private final Process started;
  private final ProcessHandle holder;
  private final boolean ownProcesses;
  private final NodeMounts mounts;

  private TestNode(Process started, ProcessHandle holder, boolean ownProcesses) throws IOException {
    this.started = started;
    this.holder = holder;
    this.ownProcesses = ownProcesses;
    try {
      this.mounts = new NodeMounts(holder.pid());
    } catch (IOException e) {
      end(started);
      throw e;
    }
  }

  /// Starts the node; it is ready when this returns.
  public static TestNode start() throws IOException {
    Process holder = start(List.of(), HOLD + "cat");
    return new TestNode(holder, holder.toHandle(), false);
  }

  /// Starts a node that has a PID namespace of its own, with its `/proc`.
  public static TestNode startWithOwnProcesses() throws IOException {
    List<String> flags = List.of("--pid", "--fork", "--kill-child", "--mount-proc");
    Process parent = start(flags, HOLD + REAPING + "cat");
    return new TestNode(parent, parent.children().findFirst().orElseThrow(), true);
  }

  private static Process start(List<String> flags, String script) throws IOException {
    List<String> line =
        new ArrayList<>(List.of("unshare", "--net", "--mount", "--propagation", "private"));
    line.addAll(flags);
    line.addAll(List.of("sh", "-c", script));
    Process started = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = started.inputReader().readLine();
    if (!"ready".equals(said)) {
      end(started);
      throw new IOException("the node of the test did not start: " + said);
    }
    return started;
  }

  /// The process that holds the namespaces, by its id on the machine.
  public long pid() {
    return holder.pid();
  }

  /// The node's own network namespace, `/proc/PID/ns/net`, as a path of the machine.
  public Path networkNamespace() {
    return Path.of("/proc/" + pid() + "/ns/net");
  }

  /// The command line that runs a command inside: `nsenter` by process id, all namespaces.
  public List<String> enter(String... command) {
    List<String> line = new ArrayList<>(List.of("nsenter", "-t", Long.toString(pid()), "-n", "-m"));
    if (ownProcesses) {
      line.add("-p");
    }
    line.add("--");
    line.addAll(List.of(command));
    return line;
  }

  /// The command line that runs a command in a named network namespace (`/run/netns/NAME`) of this
  /// node, and in the node's mount namespace.
  public List<String> enterNamed(String netns, String... command) {
    List<String> line = enter("nsenter", "--net=/run/netns/" + netns, "--");
    line.addAll(List.of(command));
    return line;
  }

  /// Runs a command inside to its end.
  ///
  /// @throws AssertionError when it has not ended in three minutes
  public Result run(String... command) throws IOException {
    return Programs.run(TIMEOUT, enter(command));
  }

  /// Runs a command in a named network namespace of this node to its end.
  public Result runNamed(String netns, String... command) throws IOException {
    return Programs.run(TIMEOUT, enterNamed(netns, command));
  }

  /// The node's mounts, one a line: those that it did not inherit from the machine, and those that
  /// it inherited and lost while the machine has kept them. What the machine mounts and unmounts
  /// meanwhile does not show.
  public String mounts() throws IOException {
    return mounts.text();
  }

  /// All that the node's network and the named namespaces in `/run/netns` consist of, and the
  /// node's [#mounts], as text to compare byte for byte: links, addresses, routes, rules, qdiscs,
  /// filters, nftables, sysctls. Left out are neighbours and what changes by itself: counters,
  /// timers, lifetimes, operational states.
  public String snapshot(String... namedNetns) throws IOException {
    StringBuilder all = new StringBuilder("## node\n").append(run("sh", "-c", SNAPSHOT).orFail());
    for (String name : namedNetns) {
      all.append("## ").append(name).append('\n');
      all.append(runNamed(name, "sh", "-c", SNAPSHOT).orFail());
    }
    all.append("# mounts\n").append(mounts());
    String stable = VOLATILE_LINE.matcher(all).replaceAll("");
    stable = COUNTER.matcher(stable).replaceAll("counter");
    return NO_CARRIER.matcher(stable).replaceAll("");
  }

  /// Waits until the kernel has finished by itself what follows setting links up: carrier, and IPv6
  /// link-local addresses with their routes, which appear only after duplicate address detection.
  /// Without it two snapshots of an untouched node differ.
  public void settle(String... namedNetns) throws IOException {
    for (int quiet = 0; quiet < 2; ) {
      pause(300);
      StringBuilder tentative = new StringBuilder(run(TENTATIVE).orFail());
      for (String name : namedNetns) {
        tentative.append(runNamed(name, TENTATIVE).orFail());
      }
      quiet = tentative.isEmpty() ? quiet + 1 : 0;
    }
  }

  /// Ends the holder and with it the namespaces, unless other processes are still inside.
  @Override
  public void close() {
    end(started);
    long end = System.nanoTime() + TIMEOUT.toNanos();
    while (holder
        .isAlive()) { // where it is a child of what has ended, the kernel ends it after that
      if (System.nanoTime() > end) {
        throw new AssertionError("process " + holder.pid() + " does not end");
      }
      pause(5);
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void end(Process holder) {
    holder.destroyForcibly();
    if (!Programs.await(holder, TIMEOUT)) {
      throw new AssertionError("process " + holder.pid() + " does not end");
    }
  }
}
