package dev.syncline.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointStatementsTest {

  @ParameterizedTest
  @ValueSource(strings = {"syncline_checkpoint", "ops.checkpoints", "_a1"})
  void takesSimpleNames(String table) {
    assertThat(CheckpointStatements.checkTable(table)).isEqualTo(table);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".", "a.", ".a", "a.b.c", "a b", "a`b", "a\"b", "a;drop", "1a", "a-b"})
  void refusesEverythingElse(String table) {
    assertThatThrownBy(() -> CheckpointStatements.checkTable(table))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'" + table + "'");
  }
}
