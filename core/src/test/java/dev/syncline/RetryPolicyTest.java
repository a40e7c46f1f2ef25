package dev.syncline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private final RetryPolicy.Builder builder = RetryPolicy.builder();

  @Test
  void hasDefaults() {
    assertThat(RetryPolicy.defaults())
        .hasToString("RetryPolicy[window=PT12H, firstWait=PT1S, longestWait=PT1M]");
  }

  @Test
  void takesWhatItIsGiven() {
    RetryPolicy policy =
        builder
            .window(Duration.ZERO)
            .firstWait(Duration.ofMillis(1))
            .longestWait(Duration.ofMillis(1))
            .build();

    assertThat(policy.window()).isZero();
    assertThat(policy.firstWait()).isEqualTo(Duration.ofMillis(1));
    assertThat(policy.longestWait()).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void refusesANegativeWindow() {
    assertThatThrownBy(() -> builder.window(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'window' must not be negative; got PT-1S.");
  }

  @Test
  void refusesWaitsThatAreNotPositive() {
    assertThatThrownBy(() -> builder.firstWait(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'firstWait' must be positive; got PT0S.");
    assertThatThrownBy(() -> builder.longestWait(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("'longestWait' must be positive; got PT-1S.");
  }

  @Test
  void refusesToBeSetTwice() {
    builder.window(Duration.ZERO);

    assertThatThrownBy(() -> builder.window(Duration.ZERO))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("'window' is set twice; set it once.");
  }

  @Test
  void refusesAFirstWaitLongerThanTheLongest() {
    builder.firstWait(Duration.ofMinutes(2));

    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("firstWait (PT2M) must not be longer than longestWait (PT1M).");
  }

  @Test
  void refusesNull() {
    assertThatThrownBy(() -> builder.window(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("window");
  }
}
