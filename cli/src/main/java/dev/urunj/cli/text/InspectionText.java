package dev.urunj.cli.text;

import dev.urunj.linux.process.ProcessIdentity;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.inspect.Inspection;
import dev.urunj.runtime.inspect.LinkSight;
import dev.urunj.runtime.inspect.LinkTraffic;
import dev.urunj.runtime.inspect.NameServer;
import dev.urunj.runtime.inspect.NamespaceSight;
import dev.urunj.runtime.inspect.PodSight;
import dev.urunj.runtime.network.Hook;
import dev.urunj.runtime.network.Hop;
import dev.urunj.runtime.network.PodShare;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.registry.Wirings;
import dev.urunj.runtime.state.ExitRecord;
import dev.urunj.runtime.state.MonitorRecord;
import dev.urunj.runtime.state.NetworkRecord;
import dev.urunj.runtime.state.Status;
import dev.urunj.runtime.state.WiringRecord;
import org.jspecify.annotations.Nullable;

/// An [Inspection] for people: what there is, then the hops, and at the end the first broken one.
/// Every line is safe to print.
public final class InspectionText {
  private static final int LABEL = 11;
  private static final int[] FILTER_COLUMNS = {20, 9, 12, 6};
  private static final int STATE = 9;
  private static final int HOP = 15;

  private final Inspection inspection;
  private final StringBuilder text = new StringBuilder();

  private InspectionText(Inspection inspection) {
    this.inspection = inspection;
  }

  /// Lines, without a line break at the end.
  public static String of(Inspection inspection) {
    return new InspectionText(inspection).write();
  }

  private String write() {
    container();
    NetworkRecord network = inspection.record().network();
    if (network != null) {
      wiring(network);
    }
    NamespaceSight namespace = inspection.namespace();
    if (namespace != null) {
      line(
          "namespace",
          "net:["
              + namespace.inode()
              + "], cookie "
              + namespace.cookie()
              + ", kept at "
              + namespace.pin());
    }
    PodSight pod = inspection.pod();
    if (pod != null) {
      pod(pod);
    }
    dns(pod);
    if (pod != null && !pod.wiring().hooks().isEmpty()) {
      hooks(pod);
    }
    if (pod != null) {
      new TrafficText(text).write(pod.wiring().share().traffic());
    }
    hops();
    text.setLength(text.length() - 1);
    return text.toString();
  }

  private void container() {
    MonitorRecord monitor = inspection.record().monitor();
    ProcessIdentity process = inspection.record().process();
    String who = inspection.status().word();
    if (monitor != null && process != null && isOn()) {
      who += ", " + monitor.kind() + ", pid " + process.pid();
    }
    ExitRecord exit = inspection.record().exit();
    if (exit != null && !isOn()) {
      who += " with status " + exit.status() + " at " + exit.time();
    }
    line("container", inspection.record().id() + ", " + who);
  }

  private void wiring(NetworkRecord network) {
    WiringRecord wiring = network.wiring();
    NetworkMode used = wiring.used();
    line(
        "wiring",
        used == null
            ? "none yet (network mode " + wiring.wanted().word() + ")"
            : used.word() + " (network mode " + wiring.wanted().word() + ")");
    if (network.note() != null) {
      line("", "because " + network.note());
    }
    if (used == null || !Wirings.of(used).sharesLocalhost()) {
      return;
    }
    if (wiring.ipv4Alias() == null && wiring.ipv6Alias() == null) {
      line("localhost", "not shared");
    } else {
      line(
          "localhost",
          "shared: the guest finds the pod's at " + joined(wiring.ipv4Alias(), wiring.ipv6Alias()));
    }
  }

  /// The remains of a stopped container need no advice.
  private boolean isOn() {
    return inspection.status() != Status.STOPPED;
  }

  private static String joined(@Nullable String first, @Nullable String second) {
    if (first == null || second == null) {
      return String.valueOf(first == null ? second : first);
    }
    return first + " and " + second;
  }

  private void pod(PodSight pod) {
    LinkSight eth = pod.podInterface();
    if (eth != null) {
      line("interface", link(eth, eth.carrier() ? "carrier" : "no carrier"));
      for (String address : eth.addresses()) {
        line("", address);
      }
      traffic(eth.traffic(), "received", "sent");
    }
    LinkSight tap = pod.tap();
    if (tap != null) {
      line("tap", link(tap, tap.carrier() ? "held" : "not held"));
      traffic(tap.traffic(), "from the guest", "to the guest");
    }
    if (!pod.wiring().share().settings().isEmpty()) {
      loopback(pod);
    }
    for (PodShare.OwnedPort owned : pod.wiring().share().ports()) {
      line("", owned.port() + " is guest " + owned.guest() + "'s");
    }
  }

  private static String link(LinkSight link, String carrier) {
    return link.name()
        + ", index "
        + link.index()
        + (link.mac() == null ? "" : ", " + link.mac())
        + ", MTU "
        + link.mtu()
        + (link.isUp() ? ", up, " : ", down, ")
        + carrier
        + (link.rootQdisc() == null ? "" : ", root qdisc " + link.rootQdisc());
  }

  private void traffic(@Nullable LinkTraffic traffic, String received, String sent) {
    if (traffic != null) {
      line(
          "",
          received
              + counted(
                  traffic.receivedPackets(), traffic.receivedBytes(), traffic.receivedDropped())
              + "; "
              + sent
              + counted(traffic.sentPackets(), traffic.sentBytes(), traffic.sentDropped()));
    }
  }

  private static String counted(long packets, long bytes, long dropped) {
    return " " + packets + " packets, " + bytes + " bytes, " + dropped + " dropped";
  }

  private void loopback(PodSight pod) {
    LinkSight lo = pod.lo();
    StringBuilder settings = new StringBuilder(lo != null && lo.isUp() ? "up" : "down");
    for (PodShare.Setting setting : pod.wiring().share().settings()) {
      settings.append(", ").append(setting.name()).append(' ').append(setting.value());
      if (!setting.holds() && isOn()) {
        settings.append(" (needs ").append(setting.needed()).append(')');
      }
    }
    line("lo", settings.toString());
    for (PodShare.LocalRoute route : pod.wiring().share().routes()) {
      line("", "local route to " + route.net() + (route.stands() || !isOn() ? "" : " is missing"));
    }
  }

  private void dns(@Nullable PodSight pod) {
    String label = "dns";
    for (NameServer server : inspection.nameServers()) {
      String seen = server.guestSees();
      line(
          label,
          server.address()
              + (seen == null
                  ? ", out of the guest's reach"
                  : seen.equals(server.address()) ? "" : ", for the guest at " + seen));
      label = "";
    }
    if (pod == null) {
      return;
    }
    for (PodShare.BoundResolver resolver : pod.wiring().share().resolvers()) {
      line(
          label,
          "questions go to "
              + resolver.address()
              + ": UDP port "
              + resolver.udpPort()
              + bound(resolver.takesUdp())
              + ", TCP port "
              + resolver.tcpPort()
              + bound(resolver.takesTcp()));
      label = "";
    }
  }

  private static String bound(boolean isBound) {
    return isBound ? " (bound)" : " (not bound)";
  }

  private void hooks(PodSight pod) {
    row("filters", "AT", "QDISC", "PROGRAM", "ID", "TAG");
    for (Hook hook : pod.wiring().hooks()) {
      Hook.Standing ours = hook.ours();
      String at = hook.link() + (hook.egress() ? ", out" : ", in");
      String qdisc = hook.qdisc() == null ? "none" : hook.qdisc();
      if (ours == null) {
        row("", at, qdisc, isOn() ? "missing" : "none of ours", "", "");
      } else if (ours.target() != null) {
        row("", at, qdisc, "redirect to link " + ours.target(), "", "");
      } else {
        row("", at, qdisc, ours.program(), Integer.toString(ours.programId()), ours.tag());
      }
    }
  }

  private void row(String label, String... cells) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < cells.length; i++) {
      row.append(cells[i]);
      if (i < FILTER_COLUMNS.length) {
        row.append(" ".repeat(Math.max(1, FILTER_COLUMNS[i] - cells[i].length())));
      }
    }
    line(label, row.toString().stripTrailing());
  }

  private void hops() {
    text.append('\n');
    for (Hop hop : inspection.hops()) {
      boolean broken = hop.state() == Hop.State.BROKEN;
      add(pad(broken ? "BROKEN" : hop.state().word(), STATE) + pad(hop.name(), HOP) + hop.detail());
    }
    for (String warning : inspection.warnings()) {
      add(pad("warning", STATE) + warning);
    }
    Hop broken = inspection.firstBroken();
    text.append('\n');
    add(
        broken == null
            ? "nothing is broken"
            : "first broken: " + broken.name() + ": " + broken.detail());
    if (broken != null) {
      add("what to do: " + broken.advice());
    }
  }

  private void line(String label, String value) {
    add(pad(label, LABEL) + value);
  }

  private void add(String line) {
    text.append(BadInputException.oneLine(line)).append('\n');
  }

  private static String pad(String word, int width) {
    return word + " ".repeat(Math.max(1, width - word.length()));
  }
}
