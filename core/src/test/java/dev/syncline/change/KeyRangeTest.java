package dev.syncline.change;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyRangeTest {

  @Test
  void saysNothingOfTheValuesOfItsBounds() {
    KeyRange range = new KeyRange(KeyRange.OPEN, "ada@example.org");

    assertThat(range).hasToString("KeyRange[after=open, upTo=a key]");
  }
}
