package dev.urunj.runtime.state;

import com.google.gson.JsonObject;
import dev.urunj.runtime.image.NetworkMode;
import dev.urunj.runtime.network.AliasNets;
import dev.urunj.runtime.network.DeclaredPorts;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;
import org.jspecify.annotations.Nullable;

/// The part of a record's file that is a [WiringRecord].
final class WiringFields {
  private WiringFields() {}

  static JsonObject toJson(WiringRecord wiring) {
    JsonObject json = new JsonObject();
    json.addProperty("wanted", wiring.wanted().word());
    json.addProperty("localhost", wiring.localhost());
    DeclaredPorts ports = wiring.ports();
    json.addProperty("ports", ports == null ? null : ports.text());
    AliasNets aliasNets = wiring.aliasNets();
    json.addProperty("aliasNets", aliasNets == null ? null : aliasNets.text());
    NetworkMode used = wiring.used();
    json.addProperty("used", used == null ? null : used.word());
    json.addProperty("ipv4Alias", wiring.ipv4Alias());
    json.addProperty("ipv6Alias", wiring.ipv6Alias());
    json.addProperty("guest", wiring.guest());
    return json;
  }

  /// Of the network's fields. Older versions knew only the redirect, so their records have none.
  static WiringRecord of(JsonFields network) throws BadInputException {
    if (!network.has("wiring")) {
      return WiringRecord.wanted(NetworkMode.REDIRECT, false);
    }
    JsonFields fields = network.object("wiring");
    return new WiringRecord(
        wanted(fields),
        fields.flag("localhost"),
        fields.has("ports") ? ports(fields) : null,
        fields.has("aliasNets") ? aliasNets(fields) : null,
        used(fields),
        fields.optionalString("ipv4Alias").orElse(null),
        fields.optionalString("ipv6Alias").orElse(null),
        fields.optionalString("guest").orElse(null));
  }

  private static DeclaredPorts ports(JsonFields fields) throws BadInputException {
    return DeclaredPorts.parse(fields.where(), fields.way("ports"), fields.string("ports"));
  }

  private static AliasNets aliasNets(JsonFields fields) throws BadInputException {
    String key = "aliasNets";
    return AliasNets.parse(fields.where(), fields.way(key), fields.string(key));
  }

  private static NetworkMode wanted(JsonFields fields) throws BadInputException {
    String word = fields.string("wanted");
    NetworkMode mode = NetworkMode.recorded(word);
    if (mode == null) {
      throw fields.bad("wanted", "is " + BadInputException.quote(word), NetworkMode.WORDS);
    }
    return mode;
  }

  private static @Nullable NetworkMode used(JsonFields fields) throws BadInputException {
    String word = fields.optionalString("used").orElse(null);
    if (word == null) {
      return null;
    }
    NetworkMode mode = NetworkMode.of(word);
    if (mode == null || !mode.isOneWiring()) {
      throw fields.bad("used", "is " + BadInputException.quote(word), "redirect, fabric or static");
    }
    return mode;
  }
}
