package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RdbValuesTest {

  private static final RdbLimits LIMITS = new RdbLimits(1 << 20, 1000, 3);

  private static byte[] payload(int type, RdbWriter body, int version) {
    byte[] bytes = body.toBytes();
    byte[] payload = new byte[1 + bytes.length + RdbPayload.FOOTER];
    System.arraycopy(bytes, 0, payload, 1, bytes.length);
    return RdbPayload.close(payload, type, version);
  }

  private static KeyValue value(byte[] payload) {
    return new KeyValue(2, RdbWriter.bytes("key"), new StoredValue.Dump(payload), KeyValue.NEVER);
  }

  private static List<String> rebuild(KeyValue value, RedisVersion target) {
    List<String> lines = new ArrayList<>();
    for (KeyCommand command : RdbValues.rebuild(value, RdbWriter.bytes("name"), target, LIMITS)) {
      assertThat(command.database()).isEqualTo(value.database());
      lines.add(line(command));
    }
    return lines;
  }

  private static String line(KeyCommand command) {
    StringBuilder line = new StringBuilder();
    for (byte[] argument : command.arguments()) {
      line.append(line.length() == 0 ? "" : " ").append(new String(argument, ISO_8859_1));
    }
    return line.toString();
  }

  @Test
  void aCollectionComesInCommandsOfLimitedSize() {
    RdbWriter list = new RdbWriter().length(7);
    for (int i = 0; i < 7; i++) {
      list.string("e" + i);
    }
    KeyValue value =
        new KeyValue(1, RdbWriter.bytes("key"), new StoredValue.Dump(payload(1, list, 6)), 1234);

    assertThat(rebuild(value, RedisVersion.redis(2, 8)))
        .containsExactly(
            "DEL name",
            "RPUSH name e0 e1 e2",
            "RPUSH name e3 e4 e5",
            "RPUSH name e6",
            "PEXPIREAT name 1234");
  }

  @Test
  void anElementMayBeLargerThanACommand() {
    String large = "x".repeat(5000);
    RdbWriter list = new RdbWriter().length(3).string("a").string(large).string("b");

    assertThat(rebuild(value(payload(1, list, 6)), RedisVersion.redis(2, 8)))
        .containsExactly("DEL name", "RPUSH name a " + large, "RPUSH name b");
  }

  @ParameterizedTest
  @CsvSource({
    "1.0,1",
    "-0.0,-0.0",
    "0.1,0.1",
    "1e300,1.0E300",
    "4.9e-324,4.9E-324",
    "9007199254740993,9.007199254740992E15",
    "Infinity,inf",
    "-Infinity,-inf",
    "3.0000000000000004,3.0000000000000004",
    "123456,123456"
  })
  void scoresAreExact(double score, String text) {
    RdbWriter set = new RdbWriter().length(1).string("m").binaryScore(score);

    assertThat(rebuild(value(payload(5, set, 8)), RedisVersion.redis(4, 0)))
        .containsExactly("DEL name", "ZADD name " + text + " m");
  }

  @Test
  void aScoreThatIsNoNumberIsRefused() {
    RdbWriter binary = new RdbWriter().length(1).string("m").binaryScore(Double.NaN);
    RdbWriter text = new RdbWriter().length(1).string("m").oneByte(253);
    RdbWriter packed = new RdbWriter().string(RdbWriter.ziplist(List.of("m", "nan")));

    assertThatThrownBy(() -> rebuild(value(payload(5, binary, 8)), RedisVersion.redis(4, 0)))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("not a number");
    assertThatThrownBy(() -> rebuild(value(payload(3, text, 6)), RedisVersion.redis(4, 0)))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("not a number");
    assertThatThrownBy(() -> rebuild(value(payload(12, packed, 6)), RedisVersion.redis(4, 0)))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("not a number");
  }

  @Test
  void aDamagedPayloadIsRefused() {
    byte[] payload = payload(1, new RdbWriter().length(1).string("a"), 6);
    for (int at = 0; at < payload.length; at++) {
      byte[] damaged = payload.clone();
      damaged[at] ^= 4;
      assertThatThrownBy(() -> rebuild(value(damaged), RedisVersion.redis(7, 0)))
          .isInstanceOf(SyncException.class)
          .hasMessageContaining("damaged");
    }
    assertThatThrownBy(() -> RdbPayload.version(new byte[10]))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("only 10 bytes");
    byte[] longer = payload(1, new RdbWriter().length(1).string("a").oneByte(0), 6);
    assertThatThrownBy(() -> rebuild(value(longer), RedisVersion.redis(7, 0)))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("behind the end");
  }

  @Test
  void fieldsThatExpireNeedATargetThatKnowsThem() {
    RdbWriter packed =
        new RdbWriter()
            .little(5000, 8)
            .string(RdbWriter.listpack(List.of("a", "1", "5000", "b", "2", "0", "c", "3", "5000")));
    KeyValue value = value(payload(RdbType.HASH_LISTPACK_EX, packed, 12));

    assertThat(rebuild(value, RedisVersion.redis(7, 4)))
        .containsExactly("DEL name", "HMSET name a 1 b 2 c 3", "HPEXPIREAT name 5000 FIELDS 2 a c");
    assertThat(rebuild(value, RedisVersion.valkey(9, 0))).hasSize(3);
    for (RedisVersion older : List.of(RedisVersion.redis(7, 2), RedisVersion.valkey(8, 1))) {
      assertThatThrownBy(() -> rebuild(value, older))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("Key 'key' in database 2")
          .hasMessageContaining("fields that expire")
          .hasMessageContaining(older.toString());
    }
  }

  @Test
  void aHashWhoseFieldsExpireNoMoreNeedsNothing() {
    RdbWriter packed =
        new RdbWriter().little(0, 8).string(RdbWriter.listpack(List.of("a", "1", "0")));

    assertThat(
            rebuild(value(payload(RdbType.HASH_LISTPACK_EX, packed, 12)), RedisVersion.redis(2, 8)))
        .containsExactly("DEL name", "HMSET name a 1");
  }

  @Test
  void aModulesValueIsRefused() {
    RdbWriter module = new RdbWriter().length(0).length(0);

    assertThatThrownBy(() -> rebuild(value(payload(7, module, 9)), RedisVersion.redis(4, 0)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("module type 'AAAAAAAAA'");
  }

  @Test
  void idsOfProducersAreRefused() {
    RdbWriter stream = new RdbWriter();
    for (int i = 0; i < 10; i++) {
      stream.length(0);
    }
    stream.length(100).length(100).length(1).string("p").length(0).length(0).length(0);

    assertThatThrownBy(() -> rebuild(value(payload(26, stream, 13)), RedisVersion.redis(8, 6)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("IDMP");
  }

  @Test
  void pendingEntriesThatAreDeletedNeedTwoPasses() {
    RdbContent.Stream stream = streamWithDeletedPending();
    RdbForms forms = new RdbForms(new Random(1));
    byte[] body = forms.body(stream, 21, false);
    byte[] file = RdbWriter.redis(11).key(21, "key").raw(body).end();

    assertThat(rebuild(value(payload(21, new RdbWriter().raw(body), 11)), RedisVersion.redis(7, 2)))
        .containsExactly(
            "DEL name",
            "XADD name 1-1 placeholder ",
            "XADD name 2-0 a b",
            "XADD name 3-0 placeholder ",
            "XGROUP CREATE name group 3-0 ENTRIESREAD 3",
            "XCLAIM name group ann 0 1-1 2-0 3-0 TIME 77 RETRYCOUNT 2 FORCE JUSTID",
            "XDEL name 3-0",
            "XTRIM name MAXLEN 1",
            "XSETID name 3-0 ENTRIESADDED 3 MAXDELETEDID 3-0");
    assertThatThrownBy(() -> readAll(file, new RdbLimits(10, 100, 10)))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("Key 'key' in database 0")
        .hasMessageContaining("entry 1-1 is pending though it has been deleted");
  }

  private static RdbContent.Stream streamWithDeletedPending() {
    TreeMap<RdbStreamId, List<String>> entries = new TreeMap<>();
    entries.put(new RdbStreamId(2, 0), List.of("a", "b"));
    TreeMap<RdbStreamId, RdbContent.Pending> pending = new TreeMap<>();
    for (RdbStreamId id :
        List.of(new RdbStreamId(1, 1), new RdbStreamId(2, 0), new RdbStreamId(3, 0))) {
      pending.put(id, new RdbContent.Pending("ann", 77, 2));
    }
    RdbStreamId last = new RdbStreamId(3, 0);
    TreeMap<String, RdbContent.Group> groups = new TreeMap<>();
    groups.put("group", new RdbContent.Group(last, 3, pending, new TreeSet<>(List.of("ann"))));
    return new RdbContent.Stream(entries, last, last, 3, groups);
  }

  private static List<KeyChange> readAll(byte[] file, RdbLimits limits) {
    RdbReader reader =
        new RdbReader(new ByteArrayInputStream(file), limits, null, new BuildNames("job"));
    List<KeyChange> changes = new ArrayList<>();
    for (KeyChange change = reader.next(); change != null; change = reader.next()) {
      changes.add(change);
    }
    return changes;
  }
}
