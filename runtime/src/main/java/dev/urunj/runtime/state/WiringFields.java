package dev.urunj.runtime.state;

import com.google.gson.JsonObject;
import dev.urunj.runtime.oci.BadInputException;
import dev.urunj.runtime.oci.JsonFields;

/// The part of a record's file that is a [WiringRecord].
final class WiringFields {
  private WiringFields() {}

  static JsonObject toJson(WiringRecord wiring) {
    JsonObject json = new JsonObject();
    json.addProperty("wanted", wiring.wanted());
    json.addProperty("localhost", wiring.localhost());
    json.addProperty("ports", wiring.ports());
    json.addProperty("aliasNets", wiring.aliasNets());
    json.addProperty("used", wiring.used());
    json.addProperty("ipv4Alias", wiring.ipv4Alias());
    json.addProperty("ipv6Alias", wiring.ipv6Alias());
    json.addProperty("guest", wiring.guest());
    return json;
  }

  /// Of the network's fields. Older versions knew only the redirect, so their records have none.
  static WiringRecord of(JsonFields network) throws BadInputException {
    if (!network.has("wiring")) {
      return WiringRecord.wanted(WiringRecord.REDIRECT, false);
    }
    JsonFields fields = network.object("wiring");
    return new WiringRecord(
        fields.string("wanted"),
        fields.flag("localhost"),
        fields.optionalString("ports").orElse(null),
        fields.optionalString("aliasNets").orElse(null),
        fields.optionalString("used").orElse(null),
        fields.optionalString("ipv4Alias").orElse(null),
        fields.optionalString("ipv6Alias").orElse(null),
        fields.optionalString("guest").orElse(null));
  }
}
