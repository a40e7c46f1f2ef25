package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Row;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class LargestRowTest {
  private static final long MEBIBYTE = 1 << 20;
  private static final int QUERY = 2;
  private static final int WRITE = 30;
  private static final int UPDATE = 31;
  private static final int PAYLOAD = 40;

  @Test
  void leavesRoomForTenCopiesBesideTheBase() {
    assertThat(LargestRow.bytesOfRow(256 * MEBIBYTE)).isBetween(19 * MEBIBYTE, 20 * MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(768 * MEBIBYTE)).isBetween(70 * MEBIBYTE, 71 * MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(32 * MEBIBYTE)).isEqualTo(MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(Long.MAX_VALUE)).isLessThanOrEqualTo(Integer.MAX_VALUE / 2);
  }

  @ParameterizedTest
  @EnumSource
  void theHeapThatIsAdvisedAllowsTheRow(Collector collector) {
    for (long row : List.of(5L, 16L, 64L, 200L)) {
      long heap = collector.heap(LargestRow.adviceForRow(row * MEBIBYTE));

      assertThat(LargestRow.bytesOfRow(heap)).isGreaterThan(row * MEBIBYTE);
      assertThat(heap).isLessThan(2 * (10 * row + 64) * MEBIBYTE);
    }
  }

  @ParameterizedTest
  @EnumSource
  void theHeapThatIsAdvisedAllowsTheEventAndItsRows(Collector collector) {
    for (int megabytes : List.of(5, 40, 130)) {
      long length = megabytes * MEBIBYTE;

      long insert = collector.heap(LargestRow.adviceForEvent(cut(WRITE, length)));
      assertThat(LargestRow.bytesOfRow(insert)).isGreaterThan(length);
      long update = collector.heap(LargestRow.adviceForEvent(cut(UPDATE, length)));
      assertThat(LargestRow.bytesOfEvent(update)).isGreaterThan(length);
      assertThat(update).isLessThan(insert);
      long statement = collector.heap(LargestRow.adviceForEvent(cut(QUERY, length)));
      assertThat(LargestRow.bytesOfEvent(statement)).isGreaterThan(length);
      long packed = collector.heap(LargestRow.adviceForEvent(cut(PAYLOAD, length)));
      assertThat(LargestRow.bytesOfPacked(packed)).isGreaterThan(length);
    }
  }

  @Test
  void advisesMoreThanThereIsForARowOfUnknownSize() {
    long heap = Collector.G1.heap(LargestRow.adviceForAnyRow());

    assertThat(LargestRow.adviceForAnyRow()).contains("m or more");
    assertThat(heap).isGreaterThan(Runtime.getRuntime().maxMemory());
  }

  @Test
  void advisesAgainstCompressionIfATransactionIsPackedTooLarge() {
    assertThat(LargestRow.adviceForEvent(cut(PAYLOAD, MEBIBYTE)))
        .contains("binlog_transaction_compression=OFF");
  }

  @Test
  void advisesAgainstEventsOfManyRows() {
    assertThat(LargestRow.adviceForEvent(cut(WRITE, MEBIBYTE)))
        .contains("binlog_row_event_max_size", "the table");
    assertThat(LargestRow.adviceForEvent(cut(QUERY, MEBIBYTE)))
        .contains("such statements")
        .doesNotContain("binlog_row_event_max_size");
  }

  @Test
  void allowsPackedTransactionsOfSomeSizeInSmallHeaps() {
    assertThat(LargestRow.bytesOfPacked(96 * MEBIBYTE)).isEqualTo(12 * MEBIBYTE);
    assertThat(LargestRow.bytesOfPacked(256 * MEBIBYTE))
        .isEqualTo(LargestRow.bytesOfEvent(256 * MEBIBYTE));
    assertThat(LargestRow.bytesOfPacked(Long.MAX_VALUE)).isLessThan(Integer.MAX_VALUE);
  }

  /** The head of an event of a length. */
  private static RawEvent cut(int type, long length) {
    byte[] head = EventBytes.bytes(type, 0, 100, new byte[8]);
    ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN).putInt(9, (int) length);
    return new RawEvent(head, head.length);
  }

  /** How much of a heap a garbage collector leaves to others, as measured. */
  private enum Collector {
    G1(1),
    SERIAL(0.966),
    PARALLEL(0.889);

    private static final Pattern ADVICE = Pattern.compile("-Xmx(\\d+)m");

    private final double share;

    Collector(double share) {
      this.share = share;
    }

    /** What {@link Runtime#maxMemory} will say if the advice is followed. */
    long heap(String advice) {
      Matcher matcher = ADVICE.matcher(advice);
      assertThat(matcher.find()).isTrue();
      return (long) (Long.parseLong(matcher.group(1)) * MEBIBYTE * share);
    }
  }

  @Test
  void measuresRowsAsTheLogHoldsThem() {
    assertThat(LargestRow.bytesOf(Row.of(1L, new byte[100], "abc", null))).isEqualTo(119);
    assertThat(LargestRow.bytesOf(Row.of("\u00E4\u00F6"))).isEqualTo(4);
    assertThat(LargestRow.bytesOf(Row.of("\u6C34".repeat(10)))).isEqualTo(30);
  }

  @Test
  void measuresTextAsTheHeapHoldsItIfThatIsMore() {
    String plain = "x".repeat(1_000);

    assertThat(LargestRow.bytesOf(Row.of(plain))).isEqualTo(1_000);
    assertThat(LargestRow.bytesOf(Row.of(plain + "\uD83D\uDE00"))).isEqualTo(2_004);
  }
}
