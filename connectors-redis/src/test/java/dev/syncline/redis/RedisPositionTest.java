package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.redis.RedisPosition.Copying;
import dev.syncline.redis.RedisPosition.Doubt;
import dev.syncline.redis.RedisPosition.Following;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisPositionTest {

  private static final String ID = "8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233";

  @Provide
  Arbitrary<RedisPosition> positions() {
    Arbitrary<Long> attempts = Arbitraries.longs().between(1, 4);
    Arbitrary<RedisPosition> copying =
        Combinators.combine(attempts, Arbitraries.longs().between(0, 1_000_000_000_000L))
            .as((attempt, changes) -> new RedisPosition(attempt, new Copying(changes)));
    Arbitrary<RedisPosition> following =
        Combinators.combine(
                attempts,
                Arbitraries.longs().between(0, 1_000_000_000_000L),
                Arbitraries.integers().between(0, 99),
                Arbitraries.of(true, false),
                Arbitraries.of(Optional.<Doubt>empty(), Optional.of(new Doubt(17, 3))))
            .as(
                (attempt, offset, database, settled, doubt) ->
                    new RedisPosition(
                        attempt, new Following(ID, offset, database, settled, doubt)));
    return Arbitraries.oneOf(Arbitraries.just(RedisPosition.BEGIN), copying, following);
  }

  @Property(tries = 300)
  void isParsedFromWhatIsPrinted(@ForAll("positions") RedisPosition position) {
    assertThat(RedisPosition.parse(position.toString())).isEqualTo(position);
  }

  @Property(tries = 300)
  void isOrdered(
      @ForAll("positions") RedisPosition a,
      @ForAll("positions") RedisPosition b,
      @ForAll("positions") RedisPosition c) {
    assertThat(Integer.signum(a.compareTo(b))).isEqualTo(-Integer.signum(b.compareTo(a)));
    if (a.compareTo(b) <= 0 && b.compareTo(c) <= 0) {
      assertThat(a.compareTo(c)).isNotPositive();
    }
    assertThat(a.covers(b)).isEqualTo(a.compareTo(b) >= 0);
    assertThat(b.includes(new RedisPosition.Transaction(a))).isEqualTo(b.compareTo(a) > 0);
  }

  @Test
  void aCopyIsInFrontOfWhatFollows() {
    List<RedisPosition> order =
        List.of(
                "begin",
                "copy:1:1",
                "copy:1:2000",
                "1:" + ID + ":5:0:unsettled:doubt=2/0",
                "1:" + ID + ":5:0:unsettled",
                "1:" + ID + ":5:0:doubt=2/0",
                "1:" + ID + ":5:0",
                "1:" + ID + ":6:0:unsettled",
                "copy:2:0",
                "2:" + ID + ":1:9:unsettled",
                "2:" + ID + ":1:9")
            .stream()
            .map(RedisPosition::parse)
            .toList();
    assertThat(order).isSorted().doesNotHaveDuplicates();
    assertThat(order.stream().map(RedisPosition::isCopied))
        .containsExactly(false, false, false, false, false, true, true, false, false, false, true);
  }

  @Test
  void isReadFromWhereKeysWerePutInDoubt() {
    Following place = (Following) RedisPosition.parse("1:" + ID + ":50:2:doubt=20/7").place();

    assertThat(place.doubt()).contains(new Doubt(20, 7));
    assertThat(place.readFrom()).isEqualTo(20);
    assertThat(new Following(ID, 50, 2, true).readFrom()).isEqualTo(50);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Begin",
        "copy:1",
        "copy:-1:2",
        "1:abc:5:0",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:5",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:5:0:settled",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:5:0:unsettled ",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:5:0:doubt=3",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:5:0:doubt=3/0:unsettled",
        "1:8371445c6f2f2a1f0e6a5b1b9d3c8e7f00112233:1234567890123456789:0"
      })
  void refusesOtherTexts(String text) {
    assertThatThrownBy(() -> RedisPosition.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + text + "'");
  }
}
