package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DatabaseCollationTest {

  @Test
  void isNamedByTheStatementThatMakesTheDatabase() {
    String create = "CREATE DATABASE IF NOT EXISTS `a COLLATE b` DEFAULT CHARACTER SET latin1";

    assertThat(DatabaseCollation.named(create + " DEFAULT COLLATE latin1_bin"))
        .isEqualTo("latin1_bin");
    assertThat(DatabaseCollation.named(create)).isEmpty();
  }

  @Test
  void collationsOfUtf8HaveTwoNames() {
    assertThat(DatabaseCollation.areSame("utf8_bin", "utf8mb3_bin")).isTrue();
    assertThat(DatabaseCollation.areSame("utf8_bin", "utf8mb4_bin")).isFalse();
    assertThat(DatabaseCollation.areSame("utf8_bin", "utf8mb3_general_ci")).isFalse();
  }
}
