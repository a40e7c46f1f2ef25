package dev.syncline;

import static dev.syncline.change.Column.Origin.WRITTEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.DeadLetter.Place;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.SnapshotRow;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDeadLetterSinkTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);
  private static final TableDefinition TABLE =
      new TableDefinition(
          new TableId("shop", "t"),
          List.of(
              new Column("id", ColumnType.of(ValueKind.INTEGER, "bigint"), false, WRITTEN),
              new Column("v", ColumnType.of(ValueKind.TEXT, "text"), true, WRITTEN)),
          List.of(new UniqueKey(UniqueKey.PRIMARY, List.of(0), UniqueKey.Coverage.COLUMNS)));

  @TempDir Path folder;

  private static DeadLetter letter(TableChange change) {
    return new DeadLetter(
        "copy",
        change,
        Optional.of(new Place("log", "f:1", "f:2")),
        new IllegalArgumentException("no \"number\""));
  }

  private Path file() {
    return folder.resolve("letters.jsonl");
  }

  @Test
  void writesALineForEachLetter() throws Exception {
    FileDeadLetterSink sink = FileDeadLetterSink.at(file(), NOON);

    sink.keep(letter(new RowInsert(TABLE, Row.of(1L, "a\"b\\\n\u00e9\uD83D\uDE00"))));
    sink.keep(letter(new RowUpdate(TABLE, Row.of(1L, Row.ABSENT), Row.of(2L, Row.ABSENT))));
    sink.keep(letter(new RowDelete(TABLE, Row.of(1L, null))));
    sink.keep(
        new DeadLetter(
            "copy",
            new SnapshotRow(TABLE, Row.of(1L, "x")),
            Optional.empty(),
            new SyncException("bad")));

    String begin = "{\"at\":\"2026-03-01T12:00:00Z\",\"job\":\"copy\",";
    String place = "\"stream\":\"log\",\"after\":\"f:1\",\"transaction\":\"f:2\",";
    String cause = ",\"cause\":\"java.lang.IllegalArgumentException: no \\\"number\\\"\"}";
    assertThat(Files.readAllLines(file()))
        .containsExactly(
            begin
                + place
                + "\"table\":\"shop.t\",\"change\":\"insert\",\"after\":"
                + "{\"id\":1,\"v\":\"a\\\"b\\\\\\u000a\u00e9\\ud83d\\ude00\"}"
                + cause,
            begin
                + place
                + "\"table\":\"shop.t\",\"change\":\"update\",\"before\":{\"id\":1},"
                + "\"after\":{\"id\":2}"
                + cause,
            begin
                + place
                + "\"table\":\"shop.t\",\"change\":\"delete\",\"before\":{\"id\":1,\"v\":null}"
                + cause,
            begin
                + "\"table\":\"shop.t\",\"change\":\"snapshot\",\"after\":{\"id\":1,\"v\":\"x\"},"
                + "\"cause\":\"dev.syncline.SyncException: bad\"}");
  }

  @Test
  void writesValuesOfEveryForm() throws Exception {
    FileDeadLetterSink sink = FileDeadLetterSink.at(file(), NOON);
    for (Object value :
        List.of(
            BigInteger.ONE.shiftLeft(63),
            new BigDecimal("1.20"),
            1.5f,
            new byte[] {1, 2},
            new ImpossibleDate("0000-00-00"),
            Duration.ofSeconds(1))) {
      sink.keep(letter(new RowInsert(TABLE, Row.of(1L, value))));
    }

    assertThat(Files.readAllLines(file()).stream().map(FileDeadLetterSinkTest::value))
        .containsExactly(
            "9223372036854775808", "\"1.20\"", "1.5", "\"AQI=\"", "\"0000-00-00\"", "\"PT1S\"");
  }

  private static String value(String line) {
    int begin = line.indexOf("\"v\":") + 4;
    return line.substring(begin, line.indexOf('}', begin));
  }

  /** A line that was cut short by a crash must not spoil the next one. */
  @Test
  void beginsANewLineBehindOneThatWasCutShort() throws Exception {
    Files.writeString(file(), "{\"at\":\"20");

    FileDeadLetterSink.at(file(), NOON).keep(letter(new RowDelete(TABLE, Row.of(1L, null))));

    assertThat(Files.readAllLines(file())).hasSize(2).first().isEqualTo("{\"at\":\"20");
    assertThat(Files.readAllLines(file()).get(1)).startsWith("{\"at\":\"2026").endsWith("}");
  }

  @Test
  void letsNobodyElseReadTheFile() throws Exception {
    FileDeadLetterSink.at(file(), NOON).keep(letter(new RowDelete(TABLE, Row.of(1L, null))));

    assertThat(Files.getPosixFilePermissions(file()))
        .containsOnly(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
  }

  @Test
  void failsIfTheFolderIsMissing() {
    FileDeadLetterSink sink = FileDeadLetterSink.at(folder.resolve("none").resolve("letters"));

    assertThatThrownBy(() -> sink.keep(letter(new RowDelete(TABLE, Row.of(1L, null)))))
        .isExactlyInstanceOf(SyncException.class)
        .hasMessageContainingAll("'copy'", "letters");
  }

  @Test
  void showsNoValuesInMessages() {
    assertThat(letter(new RowInsert(TABLE, Row.of(4711L, "x"))).toString())
        .contains("copy", "RowInsert", "f:1")
        .doesNotContain("4711");
  }
}
