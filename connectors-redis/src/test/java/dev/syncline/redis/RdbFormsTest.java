package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random values, written in every form, come out as they are: as a whole and in pieces. */
final class RdbFormsTest {

  private static final RdbLimits WHOLE = new RdbLimits(1 << 20, 50, 3);
  private static final RdbLimits PIECES = new RdbLimits(1, 50, 3);

  /** A value in a form. */
  private record Case(RdbContent content, int type, boolean valkey) {

    int version() {
      return valkey ? RdbFormat.VALKEY : type == RdbType.STREAM_LISTPACKS ? 9 : 13;
    }

    byte[] file(Random random) {
      RdbWriter out = valkey ? RdbWriter.valkey(version()) : RdbWriter.redis(version());
      out.oneByte(RdbType.EXPIRE_MILLIS).little(1_800_000_000_000L, 8);
      return out.key(type, "key").raw(new RdbForms(random).body(content, type, valkey)).end();
    }

    RdbContent expected() {
      return normal(content);
    }

    RdbContent normal(RdbContent found) {
      return type == RdbType.STREAM_LISTPACKS && found instanceof RdbContent.Stream stream
          ? stream.uncounted()
          : found;
    }
  }

  private static List<Case> cases(Random random) {
    List<Case> cases = new ArrayList<>();
    for (RdbContent content : new RdbFiles(random, 40_000).oneOfEach()) {
      for (int type : RdbForms.types(content)) {
        cases.add(new Case(content, type, false));
        if (type == RdbType.HASH_METADATA_PRE_GA) {
          cases.add(new Case(content, type, true));
        }
      }
    }
    return cases;
  }

  private static List<KeyChange> read(byte[] file, RdbLimits limits) {
    RdbReader reader =
        new RdbReader(new ByteArrayInputStream(file), limits, null, new BuildNames("job"));
    List<KeyChange> changes = new ArrayList<>();
    for (KeyChange change = reader.next(); change != null; change = reader.next()) {
      changes.add(change);
    }
    return changes;
  }

  @Property(tries = 100)
  void asAWhole(@ForAll long seed) {
    Random random = new Random(seed);
    for (Case each : cases(random)) {
      List<KeyChange> changes = read(each.file(random), WHOLE);

      assertThat(changes).hasSize(1);
      KeyValue value = (KeyValue) changes.get(0);
      RdbServer server = new RdbServer();
      server.execute(
          RdbValues.rebuild(
              value, RdbWriter.bytes("name"), RdbFormat.writing(each.version()), WHOLE));
      assertThat(each.normal(server.content("name"))).as("%s", each).isEqualTo(each.expected());
      assertThat(server.expiry("name")).isEqualTo(1_800_000_000_000L);
      assertThat(server.size()).isEqualTo(1);
      if (value.value() instanceof StoredValue.Text text) {
        assertThat(new RdbContent.Text(new String(text.bytes(), ISO_8859_1)))
            .isEqualTo(each.content());
      }
    }
  }

  @Property(tries = 100)
  void inPieces(@ForAll long seed) {
    Random random = new Random(seed);
    for (Case each : cases(random)) {
      if (each.content() instanceof RdbContent.Stream stream && hasMissing(stream)) {
        continue;
      }
      RdbServer server = new RdbServer();
      for (KeyChange change : read(each.file(random), PIECES)) {
        if (change instanceof KeyCommand command) {
          server.execute(command);
        } else {
          KeyValue small = (KeyValue) change;
          assertThat(small.value()).isInstanceOf(StoredValue.Text.class);
          server.execute(RdbValues.rebuild(small, small.key(), RedisVersion.redis(7, 0), PIECES));
        }
      }

      assertThat(each.normal(server.content("key"))).as("%s", each).isEqualTo(each.expected());
      assertThat(server.expiry("key")).isEqualTo(1_800_000_000_000L);
      assertThat(server.size()).isEqualTo(1);
    }
  }

  private static boolean hasMissing(RdbContent.Stream stream) {
    return stream.groups().values().stream()
        .anyMatch(group -> !stream.entries().keySet().containsAll(group.pending().keySet()));
  }
}
