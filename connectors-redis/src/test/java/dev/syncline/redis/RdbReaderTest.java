package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.KeySelection;
import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RdbReaderTest {

  private static final RdbLimits LIMITS = new RdbLimits(1000, 100, 10);
  private static final BuildNames NAMES = new BuildNames("job");

  static List<KeyChange> read(byte[] file) {
    return read(new RdbReader(new ByteArrayInputStream(file), LIMITS, null, NAMES));
  }

  private static List<KeyChange> read(RdbReader reader) {
    List<KeyChange> changes = new ArrayList<>();
    for (KeyChange change = reader.next(); change != null; change = reader.next()) {
      changes.add(change);
    }
    return changes;
  }

  private static String text(byte[] bytes) {
    return new String(bytes, ISO_8859_1);
  }

  private static String value(KeyChange change) {
    KeyValue value = (KeyValue) change;
    return text(((StoredValue.Text) value.value()).bytes());
  }

  private static String line(KeyChange change) {
    StringBuilder line = new StringBuilder();
    for (byte[] argument : ((KeyCommand) change).arguments()) {
      line.append(line.length() == 0 ? "" : " ").append(text(argument));
    }
    return line.toString();
  }

  @Test
  void readsKeysOfSeveralDatabasesWithExpiry() {
    byte[] file =
        RdbWriter.redis(9)
            .oneByte(RdbType.AUX)
            .string("redis-ver")
            .string("5.0.3")
            .oneByte(RdbType.SELECT_DB)
            .length(0)
            .oneByte(RdbType.RESIZE_DB)
            .length(2)
            .length(1)
            .text("a", "1")
            .oneByte(RdbType.EXPIRE_MILLIS)
            .little(1_700_000_000_123L, 8)
            .oneByte(RdbType.IDLE)
            .length(100)
            .text("b", "2")
            .oneByte(RdbType.SELECT_DB)
            .length(700)
            .oneByte(RdbType.SLOT_INFO)
            .length(5)
            .length(1)
            .length(0)
            .oneByte(RdbType.FREQ)
            .oneByte(7)
            .oneByte(RdbType.EXPIRE_SECONDS)
            .little(1_700_000_000L, 4)
            .text("c", "")
            .end();
    RdbReader reader = new RdbReader(new ByteArrayInputStream(file), LIMITS, null, NAMES);

    List<KeyChange> changes = read(reader);

    assertThat(changes)
        .extracting(c -> ((KeyValue) c).database() + " " + text(((KeyValue) c).key()))
        .containsExactly("0 a", "0 b", "700 c");
    assertThat(changes).extracting(RdbReaderTest::value).containsExactly("1", "2", "");
    assertThat(changes)
        .extracting(c -> ((KeyValue) c).expiresAt())
        .containsExactly(KeyValue.NEVER, 1_700_000_000_123L, 1_700_000_000_000L);
    assertThat(reader.auxiliary()).containsEntry("redis-ver", "5.0.3");
    assertThat(reader.version()).isEqualTo(9);
    assertThat(reader.keys()).isEqualTo(3);
    assertThat(reader.next()).isNull();
  }

  @Test
  void unpacksStrings() {
    String repeated = "abc".repeat(100) + "x".repeat(300);
    byte[] file =
        RdbWriter.redis(6)
            .key(0, "byte")
            .string("-128", RdbWriter.Form.INTEGER)
            .key(0, "short")
            .string("-32768", RdbWriter.Form.INTEGER)
            .key(0, "int")
            .string("2147483647", RdbWriter.Form.INTEGER)
            .key(0, "lzf")
            .string(repeated, RdbWriter.Form.LZF)
            .oneByte(0)
            .string("12345", RdbWriter.Form.INTEGER)
            .string("key that is a number")
            .end();

    List<KeyChange> changes = read(file);

    assertThat(changes)
        .extracting(RdbReaderTest::value)
        .containsExactly("-128", "-32768", "2147483647", repeated, "key that is a number");
    assertThat(((KeyValue) changes.get(4)).key()).isEqualTo(RdbWriter.bytes("12345"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void versionsBefore5HaveNoChecksum(int version) {
    byte[] file = RdbWriter.redis(version).text("a", "b").endWithout();

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void aSourceMayMakeNoChecksum() {
    byte[] file = RdbWriter.redis(5).text("a", "b").oneByte(RdbType.END).little(0, 8).toBytes();

    assertThat(read(file)).hasSize(1);
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    assertThatThrownBy(() -> read(RdbWriter.redis(14).end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("version 14 of Redis");
    assertThatThrownBy(() -> read(RdbWriter.valkey(81).end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("version 81 of Valkey");
    assertThatThrownBy(() -> read(RdbWriter.redis(0).end()))
        .isInstanceOf(UnsupportedChangeException.class);
    assertThatThrownBy(() -> read(RdbWriter.bytes("HELLO1234")))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("does not begin");
    assertThatThrownBy(() -> read(RdbWriter.redis(12).key(99, "odd").string("x").end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("Key 'odd' in database 0")
        .hasMessageContaining("type 99");
    assertThatThrownBy(() -> read(RdbWriter.redis(8).key(6, "old").length(5).end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("release candidate of Redis 4.0");
    assertThatThrownBy(() -> read(RdbWriter.redis(13).oneByte(243).length(1).end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("key metadata");
    assertThatThrownBy(() -> read(RdbWriter.redis(10).oneByte(246).string("f").end()))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("release candidate of Redis 7.0");
    assertThatThrownBy(() -> read(RdbWriter.valkey(80).oneByte(243).string("job").end()))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("taking over slots");
  }

  @Test
  void takesScriptsAndFunctionsAsCommands() {
    byte[] file =
        RdbWriter.redis(10)
            .oneByte(RdbType.AUX)
            .string("lua")
            .string("return 1")
            .oneByte(RdbType.FUNCTION_2)
            .string("#!lua name=a\n")
            .end();

    assertThat(read(file))
        .extracting(RdbReaderTest::line)
        .containsExactly("SCRIPT LOAD return 1", "FUNCTION LOAD REPLACE #!lua name=a\n");
  }

  @Test
  void passesOverWhatModulesKeepBesideKeys() {
    byte[] file =
        RdbWriter.redis(9)
            .oneByte(RdbType.MODULE_AUX)
            .length(0x1234_5678_9abc_def0L)
            .length(2)
            .length(1)
            .raw(moduleValue())
            .text("a", "b")
            .end();

    assertThat(read(file)).extracting(RdbReaderTest::value).containsExactly("b");
  }

  @Test
  void leavesOutValuesWithoutElements() {
    RdbWriter out = RdbWriter.redis(9);
    for (int type : List.of(1, 2, 3, 4, 5, 14)) {
      out.key(type, "empty").length(0);
    }
    out.key(10, "empty").string(RdbWriter.ziplist(List.of()));
    out.key(11, "empty").string(RdbWriter.intset(List.of()));
    out.key(9, "empty").string(RdbWriter.zipmap(List.of(), 0));

    assertThat(read(out.text("a", "b").end()))
        .extracting(RdbReaderTest::value)
        .containsExactly("b");
  }

  private static byte[] moduleValue() {
    return new RdbWriter()
        .length(1)
        .length(5)
        .length(2)
        .length(-1)
        .length(3)
        .little(7, 4)
        .length(4)
        .little(7, 8)
        .length(5)
        .string("text")
        .length(0)
        .toBytes();
  }

  @Test
  void takesAModulesValueAsItIs() {
    RdbWriter body = new RdbWriter().length(77).raw(moduleValue());
    byte[] file = RdbWriter.redis(9).key(7, "module").raw(body.toBytes()).text("a", "b").end();

    List<KeyChange> changes = read(file);

    byte[] payload = ((StoredValue.Dump) ((KeyValue) changes.get(0)).value()).payload();
    assertThat(payload).startsWith(7).hasSize(1 + body.toBytes().length + RdbPayload.FOOTER);
    assertThat(RdbPayload.version(payload)).isEqualTo(9);
    assertThat(Arrays.copyOfRange(payload, 1, payload.length - RdbPayload.FOOTER))
        .isEqualTo(body.toBytes());
    assertThat(value(changes.get(1))).isEqualTo("b");
  }

  @Test
  void nothingMayBeBehindTheFile() {
    byte[] file = RdbWriter.redis(6).text("a", "b").end();
    byte[] old = RdbWriter.redis(4).text("a", "b").endWithout();
    for (byte[] each : List.of(file, old)) {
      assertThat(read(each)).hasSize(1);
      assertThatThrownBy(() -> read(Arrays.copyOf(each, each.length + 1)))
          .isInstanceOf(TransientException.class)
          .hasMessageContaining("not where it ends");
    }
  }

  @Test
  void aLongStringComesInPieces() {
    String long1 = "0123456789".repeat(250);
    byte[] file =
        RdbWriter.redis(6)
            .oneByte(RdbType.EXPIRE_MILLIS)
            .little(5000, 8)
            .text("big", long1)
            .key(0, "packed")
            .string(long1, RdbWriter.Form.LZF)
            .text("a", "b")
            .end();

    List<KeyChange> changes = read(file);

    StringBuilder appended = new StringBuilder();
    String name = text(NAMES.of(RdbWriter.bytes("big")));
    assertThat(line(changes.get(0))).isEqualTo("DEL " + name);
    for (int i = 1; i <= 25; i++) {
      assertThat(line(changes.get(i))).startsWith("APPEND " + name + " ");
      appended.append(text(((KeyCommand) changes.get(i)).argument(2)));
    }
    assertThat(appended.toString()).isEqualTo(long1);
    assertThat(line(changes.get(26))).isEqualTo("RENAME " + name + " big");
    assertThat(line(changes.get(27))).isEqualTo("PEXPIREAT big 5000");
    appended.setLength(0);
    for (int i = 29; i <= 53; i++) {
      appended.append(text(((KeyCommand) changes.get(i)).argument(2)));
    }
    assertThat(appended.toString()).isEqualTo(long1);
    assertThat(line(changes.get(54))).endsWith(" packed");
    assertThat(value(changes.get(55))).isEqualTo("b");
    assertThat(changes).hasSize(56);
  }

  @Test
  void takesWhatOtherJobsBuildAtTheSourceAlongUnderNamesOfItsOwn() {
    String other = "syncline:copy:other:12";
    byte[] file =
        RdbWriter.redis(6)
            .text(other, "half")
            .text("syncline:copy:job:12", "0123456789".repeat(250))
            .text("syncline:heartbeat:other", "1")
            .text("not selected", "x")
            .end();
    StreamKeys keys = new StreamKeys(KeySelection.builder().keys("user:*").build(), NAMES, "");

    List<KeyChange> changes =
        read(new RdbReader(new ByteArrayInputStream(file), LIMITS, keys, NAMES));

    KeyValue half = (KeyValue) changes.get(0);
    assertThat(text(half.key())).isEqualTo("syncline:copy:job:{" + other + "}");
    assertThat(line(changes.get(changes.size() - 1)))
        .matches("RENAME syncline:copy:job:\\d+ syncline:copy:job:\\{syncline:copy:job:12}");
    assertThat(changes).hasSize(28);
  }

  @Test
  void readsFilesThatAreLargerThanAnyBuffer() {
    Random random = new Random(5);
    RdbWriter out = RdbWriter.redis(9);
    List<RdbContent> expected = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      List<String> elements = new ArrayList<>();
      for (int j = 1 + random.nextInt(1 << random.nextInt(8)); j > 0; j--) {
        elements.add("x".repeat(random.nextInt(1 << random.nextInt(12))) + j);
      }
      expected.add(new RdbContent.Elements(elements));
      out.key(RdbType.LIST, "list" + i).length(elements.size());
      elements.forEach(out::string);
    }
    byte[] file = out.end();

    InputStream in = new Dripping(file, random);
    RdbLimits limits = new RdbLimits(50_000, 1000, 100);
    RdbServer server = new RdbServer();
    for (KeyChange change : read(new RdbReader(in, limits, null, NAMES))) {
      if (change instanceof KeyValue value) {
        server.execute(RdbValues.rebuild(value, value.key(), RedisVersion.redis(5, 0), limits));
      } else {
        server.execute((KeyCommand) change);
      }
    }

    for (int i = 0; i < expected.size(); i++) {
      assertThat(server.content("list" + i)).isEqualTo(expected.get(i));
    }
    assertThat(file.length).isGreaterThan(1 << 20);
  }

  @Test
  void aLongElementIsCountedWhereverItIsTakenFrom() {
    byte[] file = RdbWriter.redis(6).text("a", "b".repeat(300_000)).text("c", "d").end();
    RdbReader reader =
        new RdbReader(new ByteArrayInputStream(file), RdbLimits.DEFAULTS, null, NAMES);

    assertThat(read(reader))
        .extracting(change -> value(change).length())
        .containsExactly(300_000, 1);
    assertThat(reader.position()).isEqualTo(file.length);
  }

  /** Gives only some of the bytes that it is asked for. */
  private static final class Dripping extends ByteArrayInputStream {
    private final Random random;

    Dripping(byte[] bytes, Random random) {
      super(bytes);
      this.random = random;
    }

    @Override
    public synchronized int read(byte[] into, int from, int length) {
      return super.read(into, from, Math.min(length, 1 + random.nextInt(20_000)));
    }
  }

  @Test
  void everyCutEndsInAnException() {
    byte[] file = RdbFiles.withEverything();
    for (int length = 0; length < file.length; length++) {
      byte[] cut = Arrays.copyOf(file, length);
      assertThatThrownBy(() -> read(cut)).isInstanceOf(TransientException.class);
    }
    assertThat(read(file)).isNotEmpty();
  }

  @Test
  void everyFlippedBitEndsInAnException() {
    byte[] file = RdbFiles.withEverything();
    for (int at = 0; at < file.length; at++) {
      byte[] damaged = file.clone();
      damaged[at] ^= (byte) (1 << at % 8);
      assertThatThrownBy(() -> read(damaged), "byte %d", at).isInstanceOf(SyncException.class);
    }
  }

  @Test
  void leavesOutKeysThatAreNotSelected() {
    byte[] file = RdbFiles.withEverything();
    RdbReader reader =
        new RdbReader(
            new ByteArrayInputStream(file),
            LIMITS,
            KeySelection.builder().keys("nothing*").build(),
            NAMES);

    assertThat(read(reader)).isEmpty();
    assertThat(reader.position()).isEqualTo(file.length);
  }
}
