package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SourceMemoryTest {

  @Test
  void readsBackWhatItPrints() {
    SourceMemory memory =
        new SourceMemory(
            Map.of("shop", "utf8mb4_bin", "a\tb\\n\n", "latin1_swedish_ci", "\\", "x\\"));

    assertThat(SourceMemory.parse(memory.print())).isEqualTo(memory);
    assertThat(SourceMemory.parse(SourceMemory.nothing().print()))
        .isEqualTo(SourceMemory.nothing());
  }

  @Test
  void refusesWhatAnotherVersionHasPrinted() {
    assertThatThrownBy(() -> SourceMemory.parse("2\ncollation\ta\tb"))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("'2' instead of '1'");
    assertThatThrownBy(() -> SourceMemory.parse("1\nunheard\ta\tb"))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("'unheard'");
  }
}
