package dev.urunj.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import org.junit.jupiter.api.Test;

/// The keys that docs/inspect.md promises.
class InspectionJsonTest {
  @Test
  void keysStayAsTheyAre() {
    JsonObject json = InspectionJson.of(SampleInspection.withBrokenHop());
    assertThat(json.keySet())
        .containsExactly(
            "id",
            "status",
            "exit",
            "monitor",
            "network",
            "namespace",
            "podInterface",
            "tap",
            "hooks",
            "loopback",
            "ports",
            "dns",
            "traffic",
            "warnings",
            "hops",
            "firstBroken",
            "healthy");
    assertThat(json.get("hooks"))
        .hasToString(
            "[{\"place\":\"tap\",\"link\":\"tap0_urunc\",\"direction\":\"ingress\","
                + "\"qdisc\":\"ingress\",\"ours\":{\"program\":\"from_guest\",\"programId\":81,"
                + "\"tag\":\"df746461f5376a29\"},\"before\":[{\"priority\":7,\"kind\":\"u32\","
                + "\"name\":\"\"}],\"tcx\":[12]},{\"place\":\"lo\",\"link\":\"lo\","
                + "\"direction\":\"egress\",\"qdisc\":\"clsact\",\"ours\":null,\"before\":"
                + "[{\"priority\":7,\"kind\":\"u32\",\"name\":\"\"}],\"tcx\":[12]}]");
    assertThat(json.get("firstBroken"))
        .hasToString(
            "{\"hop\":\"filter-lo\",\"state\":\"broken\",\"detail\":"
                + "\"our filter is gone from lo\",\"advice\":\"restart the container\"}");
    assertThat(json.get("healthy").getAsBoolean()).isFalse();
  }

  @Test
  void waysThatWereNotTakenAreThereWithZero() {
    assertThat(InspectionJson.of(SampleInspection.withBrokenHop()).get("traffic").toString())
        .contains(
            "{\"path\":\"net-to-pod\",\"seen\":\"pod-interface\",\"dropped\":false,"
                + "\"packets\":0,\"bytes\":0}");
  }

  @Test
  void exitIsStatusAndTime() {
    assertThat(InspectionJson.of(SampleInspection.ended()).get("exit"))
        .hasToString("{\"status\":137,\"time\":\"2026-11-27T12:00:00Z\"}");
  }

  @Test
  void whatIsNotThereIsNull() {
    assertThat(InspectionJson.of(SampleInspection.begun()))
        .hasToString(
            "{\"id\":\"web\",\"status\":\"creating\",\"exit\":null,\"monitor\":null,"
                + "\"network\":null,\"namespace\":null,\"podInterface\":null,\"tap\":null,\"hooks\":[],"
                + "\"loopback\":null,\"ports\":[],\"dns\":{\"nameServers\":[],\"resolvers\":[]},"
                + "\"traffic\":[],\"warnings\":[],\"hops\":[{\"hop\":\"monitor\",\"state\":"
                + "\"pending\",\"detail\":\"create is under way\"}],\"firstBroken\":null,"
                + "\"healthy\":true}");
  }
}
