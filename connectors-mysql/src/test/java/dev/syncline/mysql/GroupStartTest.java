package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableSelection;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The first events of groups that no server at hand writes, made by hand. */
class GroupStartTest {
  private static final int TAGGED = 42;
  private static final String UUID = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
  private static final long MICROS = 1_700_000_000_123_456L;

  /** As MySQL writes it from 8.3 on: numbered fields, each number as short as may be. */
  private static byte[] tagged(String tag, long number) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    write(body, 1, 90, 0);
    write(body, 0, 0);
    write(body, 1);
    for (byte b : HexFormat.of().parseHex(UUID.replace("-", ""))) {
      write(body, b & 0xFF);
    }
    write(body, 2, number << 1);
    byte[] name = tag.getBytes(StandardCharsets.US_ASCII);
    write(body, 3, name.length);
    body.writeBytes(name);
    write(body, 4, 0);
    write(body, 5, 1 << 1);
    write(body, 6, MICROS);
    write(body, 8, 300);
    write(body, 9, 80_400);
    return body.toByteArray();
  }

  /** The number of further bytes is that of the ones at the low end of the first byte. */
  private static void write(ByteArrayOutputStream body, long... numbers) {
    for (long number : numbers) {
      int bytes = 1;
      while (number >>> (7 * bytes) != 0) {
        bytes++;
      }
      long encoded = (number << bytes) | ((1L << (bytes - 1)) - 1);
      for (int i = 0; i < bytes; i++) {
        body.write((int) (encoded >>> (i * Byte.SIZE)));
      }
    }
  }

  private static GroupStart start(byte[] body) {
    return GroupStart.parse(EventBytes.raw(TAGGED, 0, 0, body));
  }

  @Test
  void readsTaggedGtids() {
    GroupStart start = start(tagged("tenant_1", 70_000));

    assertThat(start.gtid()).hasToString("Optional[" + UUID + ":tenant_1:70000]");
    assertThat(start.committedAt()).contains(Instant.EPOCH.plus(MICROS, ChronoUnit.MICROS));
    assertThat(start(tagged("", 5)).gtid()).hasToString("Optional[" + UUID + ":5]");
  }

  @Test
  void aStreamTakesNoteOfThem() {
    TransactionAssembler assembler =
        new TransactionAssembler(
            BinlogScope.of(
                TableSelection.builder().database("shop").build(), List.of(), new CutGroups()),
            MySqlPosition.parse("bin.000001:4 gtids=" + UUID + ":1-5," + UUID + ":tenant:1"),
            new BinlogRows(JsonNumbers.SHORTEST),
            false);
    EventBytes log = new EventBytes(4);
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    for (String tag : List.of("tenant", "other")) {
      assembler.accept(log.event(TAGGED, tagged(tag, 2)));
      assembler.accept(log.query("", "BEGIN"));
      assembler.accept(log.xid());
    }

    assertThat(assembler.position().map(p -> p.progress().toString()))
        .contains("gtids=" + UUID + ":1-5," + UUID + ":other:2," + UUID + ":tenant:1-2");
  }

  @Test
  void damagedOnesStop() {
    byte[] whole = tagged("tenant", 2);
    TransactionAssembler assembler =
        new TransactionAssembler(
            BinlogScope.of(
                TableSelection.builder().database("shop").build(), List.of(), new CutGroups()),
            MySqlPosition.parse("bin.000001:4 gtids="),
            new BinlogRows(JsonNumbers.SHORTEST),
            false);
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    for (int length : List.of(0, 5, 20, 30)) {
      byte[] cut = Arrays.copyOf(whole, length);

      assertThatThrownBy(() -> assembler.accept(EventBytes.raw(TAGGED, 0, 0, cut)))
          .isExactlyInstanceOf(SyncException.class)
          .hasMessageContaining("GTID_TAGGED");
    }
  }
}
