package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.change.ImpossibleDate;
import dev.syncline.change.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class KeyHashTest {

  private static long hash(Object value) {
    return KeyHash.of(7, Row.of(value), List.of(0));
  }

  @Test
  void isEqualForWhatATargetMayHoldForEqual() {
    assertThat(hash("Anna  ")).isEqualTo(hash("aNNA"));
    assertThat(hash(0.0f)).isEqualTo(hash(-0.0f));
    assertThat(hash(0.0d)).isEqualTo(hash(-0.0d));
    assertThat(hash(new BigDecimal("1.50"))).isEqualTo(hash(new BigDecimal("1.5")));
    assertThat(hash(new BigDecimal("0.00"))).isEqualTo(hash(BigDecimal.ZERO));
    assertThat(hash(new byte[] {1, 2})).isEqualTo(hash(new byte[] {1, 2}));
  }

  @Test
  void differsForWhatIsDifferent() {
    assertThat(hash("ab")).isNotEqualTo(hash("ba"));
    assertThat(hash(" a")).isNotEqualTo(hash("a"));
    assertThat(hash(1L)).isNotEqualTo(hash(2L));
    assertThat(KeyHash.of(7, Row.of(1L, 2L), List.of(0, 1)))
        .isNotEqualTo(KeyHash.of(7, Row.of(2L, 1L), List.of(0, 1)));
    assertThat(KeyHash.of(8, Row.of(1L), List.of(0))).isNotEqualTo(hash(1L));
  }

  /** What a lane has written before a restart is found by these numbers. */
  @Test
  void neverChanges() {
    assertThat(KeyHash.VERSION).isEqualTo(1);
    assertThat(
            List.of(
                hash(42L),
                hash("Ümläut and ASCII "),
                hash(new byte[] {-1, 0, 1}),
                hash(new BigDecimal("-12.340")),
                hash(BigInteger.ONE.shiftLeft(63)),
                hash(1.5f),
                hash(-2.5d),
                hash(LocalDate.of(2024, 2, 29)),
                hash(LocalDateTime.of(2024, 2, 29, 1, 2, 3, 4_000)),
                hash(Instant.ofEpochSecond(1_700_000_000L, 5_000)),
                hash(Duration.ofSeconds(-5, 6_000)),
                hash(new ImpossibleDate("0000-00-00"))))
        .containsExactly(
            7048454824520648605L,
            2540600194149855473L,
            5693417881501279826L,
            5300210783414859127L,
            -6815928166529651787L,
            7152997005291445521L,
            -4161118490227905580L,
            -5815037571732914244L,
            7202258224854203472L,
            -5738764059457011701L,
            4205085397741794909L,
            2733695253939494741L);
  }

  @Test
  void spreadsNeighboursOverAllLanes() {
    int[] keys = new int[4];
    for (long key = 0; key < 1_000; key++) {
      keys[TableRoute.lane(hash(key), keys.length)]++;
    }

    assertThat(Arrays.stream(keys).min().orElseThrow()).isGreaterThan(200);
  }

  @Test
  void refusesValuesOfNoKind() {
    assertThatThrownBy(() -> hash('c')).isInstanceOf(IllegalArgumentException.class);
  }
}
