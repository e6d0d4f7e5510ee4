package dev.urunj.cli.verb;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.urunj.cli.text.Table;
import dev.urunj.cli.words.Arguments;
import dev.urunj.cli.words.Invocation;
import dev.urunj.cli.words.UsageException;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.recovery.Finding;
import dev.urunj.runtime.recovery.Sweep;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `gc`: what a [Sweep] finds, as a table or as JSON. Without `--apply` it only looks.
final class GcCommand implements Command {
  private static final String[] TITLES = {"KIND", "SUBJECT", "OUTCOME", "REASON"};

  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException, UsageException {
    Arguments own = invocation.own();
    own.operands("gc", 0, 0);
    boolean json = own.wantsJson("table");
    boolean apply = own.has("apply");
    Caller here = invocation.under(caller);
    List<Finding> findings = Sweep.run(here, apply);
    if (json) {
      caller.streams().out().println(json(here.root(), findings, apply));
    } else {
      printTable(caller.streams().out(), findings);
    }
    boolean failed = sayFailures(caller.streams().err(), findings);
    return Outcome.written(caller, failed ? 1 : 0);
  }

  private static boolean sayFailures(PrintStream err, List<Finding> findings) {
    boolean failed = false;
    for (Finding finding : findings) {
      if (finding.outcome() == Finding.Outcome.FAILED) {
        err.println(
            "urunj: gc: "
                + BadInputException.oneLine(finding.subject() + ": " + finding.failure()));
        failed = true;
      }
    }
    return failed;
  }

  /// The table leaves out what another command is working on.
  private static void printTable(PrintStream out, List<Finding> findings) {
    List<String[]> rows = new ArrayList<>();
    for (Finding finding : findings) {
      if (!finding.kind().word().equals(Finding.Kind.BUSY.word())) {
        rows.add(
            new String[] {
              finding.kind().word(),
              BadInputException.oneLine(finding.subject()),
              finding.outcome().word(),
              BadInputException.oneLine(finding.reason())
            });
      }
    }
    Table.print(out, TITLES, rows);
  }

  private static JsonObject json(Path root, List<Finding> findings, boolean apply) {
    JsonArray array = new JsonArray();
    for (Finding finding : findings) {
      JsonObject json = new JsonObject();
      json.addProperty("kind", finding.kind().word());
      json.addProperty("subject", finding.subject());
      json.addProperty("outcome", finding.outcome().word());
      json.addProperty("reason", finding.reason());
      if (finding.outcome() != Finding.Outcome.LEFT) {
        json.addProperty("proof", finding.proof());
        json.addProperty("action", finding.action());
      }
      if (finding.failure() != null) {
        json.addProperty("failure", finding.failure());
      }
      array.add(json);
    }
    JsonObject json = new JsonObject();
    json.addProperty("root", root.toString());
    json.addProperty("applied", apply);
    json.add("findings", array);
    return json;
  }
}
