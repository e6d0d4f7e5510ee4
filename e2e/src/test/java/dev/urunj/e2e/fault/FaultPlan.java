package dev.urunj.e2e.fault;

import dev.urunj.e2e.fault.Fault.AtCall;
import dev.urunj.e2e.fault.Fault.AtTime;
import dev.urunj.e2e.fault.Fault.Blow;
import dev.urunj.e2e.fault.Fault.ClockJump;
import dev.urunj.e2e.fault.Fault.Errno;
import dev.urunj.e2e.fault.Fault.FullDisk;
import dev.urunj.e2e.fault.Fault.Hung;
import dev.urunj.e2e.fault.Fault.Intrusion;
import dev.urunj.e2e.fault.Fault.Kill;
import dev.urunj.e2e.fault.Fault.Meanwhile;
import dev.urunj.e2e.fault.Fault.Moment;
import dev.urunj.e2e.fault.Fault.Next;
import dev.urunj.e2e.fault.Fault.NoInodes;
import dev.urunj.e2e.fault.Fault.Nothing;
import dev.urunj.e2e.fault.Fault.Refusal;
import dev.urunj.e2e.fault.Fault.Throughout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// The faults of a run, in an order that the seed decides: every call that changes something is
/// killed before and after, alone and with all others, and refused; and the special ones in
/// between. When it is through it begins anew with other random parts.
final class FaultPlan {
  private static final Errno[] ERRNOS = Errno.values();
  private static final long[] JUMPS = {
    -3600, 3600, -86_400, 86_400, -40L * 365 * 86_400, 30L * 365 * 86_400
  };
  private static final int[] TIMES = {
    5, 20, 40, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160, 180, 200, 230, 260, 300, 350
  };
  private static final int PAGES = 20;
  private static final int INODES = 45;
  private static final int PAGES_LATER = 6;
  private static final int GIVEN_UP = 2;
  private static final int SWAPS = 10;
  private static final String[] STAGES = {"hello", "lookup", "open", "read"};

  private final Map<Scene, CallCounts> counts;
  private final Random random;
  private final List<Fault> left = new ArrayList<>();

  FaultPlan(Map<Scene, CallCounts> counts, long seed) {
    this.counts = counts;
    this.random = new Random(seed);
    fill();
  }

  /// The next fault; any thread.
  synchronized Fault next() {
    if (left.isEmpty()) {
      fill();
    }
    return left.removeLast();
  }

  /// How many are left of this round.
  synchronized int left() {
    return left.size();
  }

  private void fill() {
    for (Scene scene : Scene.values()) {
      CallCounts calls = counts.getOrDefault(scene, CallCounts.NONE);
      if (scene == Scene.HANGING) {
        addHanging();
        continue;
      }
      if (scene == Scene.SWAPPED) {
        addSwapped(calls);
        continue;
      }
      addCalls(scene, "urunj", calls.urunj());
      addCalls(scene, "runtime", calls.runtime());
      addCalls(scene, "monitor", calls.monitor());
      for (int request : calls.netlink()) {
        for (Errno errno : ERRNOS) {
          add(scene, new AtCall("urunj", request, false), new Refusal(errno));
        }
      }
      addMonitorKills(scene, calls.urunj());
      addMeanwhile(scene, calls.urunj());
      addTimes(scene);
      addSpace(scene);
      for (long jump : JUMPS) {
        add(scene, new Throughout(), new ClockJump(jump));
        add(scene, new AtTime(60 + random.nextInt(120)), new ClockJump(jump));
      }
    }
    Collections.shuffle(left, random);
  }

  /// At each kind of waiting whatever can end it, and whatever may happen beside it.
  private void addHanging() {
    for (String stage : STAGES) {
      for (boolean taken : new boolean[] {false, true}) {
        if (taken && stage.equals("hello")) {
          continue; // as good as one that waits
        }
        for (String victim : new String[] {"urunj", "monitor", "all"}) {
          add(Scene.HANGING, new Hung(stage, taken), new Kill(victim));
        }
        for (Intrusion intrusion : Intrusion.values()) {
          add(Scene.HANGING, new Hung(stage, taken), new Meanwhile(intrusion));
        }
      }
    }
    for (int i = 0; i < GIVEN_UP; i++) { // each takes half a minute
      String stage = STAGES[random.nextInt(STAGES.length)];
      add(Scene.HANGING, new Hung(stage, false), new Nothing());
    }
  }

  private void addSwapped(CallCounts calls) {
    addCalls(Scene.SWAPPED, "urunj", calls.urunj());
    addMeanwhile(Scene.SWAPPED, 0);
    addTimes(Scene.SWAPPED);
    for (int i = 0; i < SWAPS; i++) {
      add(Scene.SWAPPED, new Throughout(), new Nothing());
    }
  }

  private void add(Scene scene, Moment moment, Blow blow) {
    Next[] all = Next.values();
    left.add(new Fault(scene, moment, blow, all[random.nextInt(all.length)]));
  }

  /// A restart makes the same calls as a create, and a start has been through them already when
  /// files are swapped, so a part of them is enough.
  private void addCalls(Scene scene, String role, int count) {
    int step = scene == Scene.RESTART || scene == Scene.SWAPPED ? 4 : 1;
    for (int call = 1 + random.nextInt(step); call <= count; call += step) {
      add(scene, new AtCall(role, call, false), new Kill("caller"));
      add(scene, new AtCall(role, call, true), new Kill("caller"));
      add(scene, new AtCall(role, call, random.nextBoolean()), new Kill("all"));
      Errno errno = ERRNOS[random.nextInt(ERRNOS.length)];
      add(scene, new AtCall(role, call, false), new Refusal(errno));
    }
  }

  private void addMonitorKills(Scene scene, int count) {
    for (int call = 1; call <= count && scene.hasMonitor(); call += 2) {
      add(scene, new AtCall("urunj", call, random.nextBoolean()), new Kill("monitor"));
    }
  }

  private void addMeanwhile(Scene scene, int count) {
    for (int call = 1 + random.nextInt(4); call <= count; call += 4) {
      for (Intrusion intrusion : Intrusion.values()) {
        boolean sparse = intrusion != Intrusion.NETNS && call % 3 != 0;
        if (!sparse) {
          add(scene, new AtCall("urunj", call, random.nextBoolean()), new Meanwhile(intrusion));
        }
      }
    }
    for (Intrusion intrusion : Intrusion.values()) {
      add(scene, new AtTime(random.nextInt(200)), new Meanwhile(intrusion));
    }
  }

  private void addTimes(Scene scene) {
    for (int time : TIMES) {
      int millis = time + random.nextInt(10);
      add(scene, new AtTime(millis), new Kill(random.nextBoolean() ? "all" : "urunj"));
    }
  }

  private void addSpace(Scene scene) {
    int pages = scene.isCreate() ? PAGES : PAGES_LATER;
    for (int page = 0; page < pages; page++) {
      add(scene, new Throughout(), new FullDisk(page));
    }
    int inodes = scene.isCreate() ? INODES : PAGES_LATER;
    for (int inode = 0; inode < inodes; inode++) {
      add(scene, new Throughout(), new NoInodes(inode));
    }
  }
}
