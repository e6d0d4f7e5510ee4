package dev.urunj.e2e.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.urunj.e2e.stage.Target;
import dev.urunj.testkit.Needs;
import dev.urunj.testkit.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

@Needs(programs = {"tar", "sha256sum"})
class OciArchiveEndToEndTest {
  private static final String CONTRACT =
      """
      {
        "com.urunc.unikernel.unikernelType": "bGludXg=",
        "com.urunc.unikernel.hypervisor": "cWVtdQ=="
      }
      """;

  private static Path rootfs() throws IOException {
    Path rootfs = Files.createDirectories(Target.scratch().resolve("rootfs"));
    Files.writeString(rootfs.resolve("urunc.json"), CONTRACT);
    Files.createDirectories(rootfs.resolve("b"));
    Files.writeString(rootfs.resolve("a"), "text");
    return rootfs;
  }

  private static String entry(Path archive, String name) throws IOException {
    return Programs.run(
            Duration.ofSeconds(10), List.of("tar", "-xOf", archive.toString(), "./" + name))
        .orFail();
  }

  private static JsonObject json(Path archive, String name) throws IOException {
    return JsonParser.parseString(entry(archive, name)).getAsJsonObject();
  }

  private static JsonObject blob(Path archive, JsonObject descriptor) throws IOException {
    return json(archive, "blobs/" + descriptor.get("digest").getAsString().replace(':', '/'));
  }

  private static JsonObject manifest(Path archive) throws IOException {
    return blob(
        archive, json(archive, "index.json").getAsJsonArray("manifests").get(0).getAsJsonObject());
  }

  @Test
  void sameContentGivesTheSameArchive() throws Exception {
    Path rootfs = rootfs();
    Path first = OciArchive.pack(rootfs, "urunj/x:1", "--gzip");
    Files.setLastModifiedTime(rootfs.resolve("a"), FileTime.fromMillis(1));
    Path second = OciArchive.pack(rootfs, "urunj/x:1", "--gzip");
    assertThat(Files.mismatch(first, second)).isEqualTo(-1);
  }

  @Test
  void manifestCarriesTheContractInBase64() throws Exception {
    JsonObject annotations =
        manifest(OciArchive.pack(rootfs(), "urunj/x:1")).getAsJsonObject("annotations");
    assertThat(annotations.get("com.urunc.unikernel.unikernelType").getAsString())
        .isEqualTo("bGludXg=");
    assertThat(annotations.get("com.urunc.unikernel.hypervisor").getAsString())
        .isEqualTo("cWVtdQ==");
  }

  @Test
  void wordsOfTheConfigurationArriveAsTheyAre() throws Exception {
    Path archive =
        OciArchive.pack(
            rootfs(),
            "urunj/x:1",
            "--entrypoint",
            "/bin/sh",
            "--cmd",
            "say \"a  b\" \\ 'c'",
            "--env",
            "A=b=c",
            "--label",
            "k=v");
    JsonObject config =
        blob(archive, manifest(archive).getAsJsonObject("config")).getAsJsonObject("config");
    assertThat(config.getAsJsonArray("Entrypoint").get(0).getAsString()).isEqualTo("/bin/sh");
    assertThat(config.getAsJsonArray("Cmd").get(0).getAsString()).isEqualTo("say \"a  b\" \\ 'c'");
    assertThat(config.getAsJsonArray("Env").get(0).getAsString()).isEqualTo("A=b=c");
    assertThat(config.getAsJsonObject("Labels").get("k").getAsString()).isEqualTo("v");
  }

  @Test
  void indexNamesTheImageForContainerdAndByTheSpecification() throws Exception {
    JsonObject annotations =
        json(OciArchive.pack(rootfs(), "docker.io/urunj/x:1"), "index.json")
            .getAsJsonArray("manifests")
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("annotations");
    assertThat(annotations.get("io.containerd.image.name").getAsString())
        .isEqualTo("docker.io/urunj/x:1");
    assertThat(annotations.get("org.opencontainers.image.ref.name").getAsString()).isEqualTo("1");
  }
}
