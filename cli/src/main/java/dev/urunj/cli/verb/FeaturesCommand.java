package dev.urunj.cli.verb;

import com.google.gson.JsonObject;
import dev.urunj.cli.text.Features;
import dev.urunj.cli.words.Invocation;
import dev.urunj.runtime.config.Config;
import dev.urunj.runtime.config.ConfigReader;
import dev.urunj.runtime.host.Caller;
import dev.urunj.runtime.lowlevel.LowLevelFeatures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// `features`: those of the runtime that runs plain containers, and what differs for a unikernel.
final class FeaturesCommand implements Command {
  @Override
  public Outcome run(Invocation invocation, Caller caller) throws IOException {
    return Outcome.printed(caller, Features.json(lowLevelFeatures(caller)));
  }

  private static @Nullable JsonObject lowLevelFeatures(Caller caller) throws IOException {
    Map<String, String> environment = caller.environment().variables();
    Config config = new ConfigReader(environment).read();
    Path program;
    try {
      program = caller.node().lowLevelForOthers(config, caller.environment());
    } catch (IOException _) {
      return null; // there is none, and every container gets that one
    }
    return LowLevelFeatures.of(program, caller.environment());
  }
}
