package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.Row;
import org.junit.jupiter.api.Test;

final class LargestRowTest {
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void leavesRoomForTenCopiesBesideTheBase() {
    assertThat(LargestRow.bytesOfRow(256 * MEBIBYTE)).isBetween(19 * MEBIBYTE, 20 * MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(768 * MEBIBYTE)).isBetween(70 * MEBIBYTE, 71 * MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(32 * MEBIBYTE)).isEqualTo(MEBIBYTE);
    assertThat(LargestRow.bytesOfRow(Long.MAX_VALUE)).isLessThanOrEqualTo(Integer.MAX_VALUE / 2);
  }

  @Test
  void asksForAHeapThatIsLargeEnough() {
    String advice = LargestRow.adviceForRow(64 * MEBIBYTE, "it");

    assertThat(advice).contains("-Xmx705m");
    assertThat(LargestRow.bytesOfRow(705 * MEBIBYTE)).isGreaterThan(64 * MEBIBYTE);
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
