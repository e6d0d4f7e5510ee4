package dev.urunj.cli;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.runtime.host.Host;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.recovery.Finding;
import dev.urunj.runtime.recovery.Finding.Outcome;
import dev.urunj.runtime.recovery.Sweep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// `gc`: what a [Sweep] finds, as a table or as JSON. Without `--apply` it only looks.
final class GcCommand {
  private static final String[] TITLES = {"KIND", "SUBJECT", "OUTCOME", "REASON"};

  private final Arguments own;
  private final Host host;

  GcCommand(Invocation invocation, Host host) {
    this.own = invocation.own();
    this.host = host;
  }

  int run() throws IOException, UsageException {
    own.operands("gc", 0, 0);
    boolean json = own.wantsJson("table");
    boolean apply = own.has("apply");
    List<Finding> findings = Sweep.run(host, apply);
    if (json) {
      System.out.println(json(findings, apply));
    } else {
      printTable(findings);
    }
    boolean failed = sayFailures(findings);
    return failed || System.out.checkError() ? 1 : 0;
  }

  private static boolean sayFailures(List<Finding> findings) {
    boolean failed = false;
    for (Finding finding : findings) {
      if (finding.outcome() == Outcome.FAILED) {
        System.err.println(
            "urunj: gc: "
                + BadInputException.oneLine(finding.subject() + ": " + finding.failure()));
        failed = true;
      }
    }
    return failed;
  }

  /// The table leaves out what another command is working on.
  private static void printTable(List<Finding> findings) {
    List<String[]> rows = new ArrayList<>();
    for (Finding finding : findings) {
      if (finding.kind() != Finding.Kind.BUSY) {
        rows.add(
            new String[] {
              finding.kind().word(),
              BadInputException.oneLine(finding.subject()),
              finding.outcome().word(),
              BadInputException.oneLine(finding.reason())
            });
      }
    }
    Table.print(TITLES, rows);
  }

  private JsonObject json(List<Finding> findings, boolean apply) {
    JsonArray array = new JsonArray();
    for (Finding finding : findings) {
      JsonObject json = new JsonObject();
      json.addProperty("kind", finding.kind().word());
      json.addProperty("subject", finding.subject());
      json.addProperty("outcome", finding.outcome().word());
      json.addProperty("reason", finding.reason());
      if (finding.outcome() != Outcome.LEFT) {
        json.addProperty("proof", finding.proof());
        json.addProperty("action", finding.action());
      }
      if (finding.failure() != null) {
        json.addProperty("failure", finding.failure());
      }
      array.add(json);
    }
    JsonObject json = new JsonObject();
    json.addProperty("root", host.root().toString());
    json.addProperty("applied", apply);
    json.add("findings", array);
    return json;
  }
}
