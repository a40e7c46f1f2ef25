package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MySqlReleaseTest {
  @Test
  void threeAreSelectedIfNothingIsSaid() {
    assertThat(MySqlRelease.selected(null))
        .containsExactly(
            MySqlRelease.MYSQL_8_0, MySqlRelease.MYSQL_5_7, MySqlRelease.MARIADB_10_11);
  }

  @Test
  void selectsByNameInTheOrderGiven() {
    assertThat(MySqlRelease.selected("MARIADB_10_11, MYSQL_5_7"))
        .containsExactly(MySqlRelease.MARIADB_10_11, MySqlRelease.MYSQL_5_7);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "MYSQL_3_23", "MYSQL_8_0,", "mysql_8_0", "8.0"})
  void refusesWhatIsNoRelease(String names) {
    String wrong = names.substring(names.indexOf(',') + 1).strip();

    assertThatThrownBy(() -> MySqlRelease.selected(names))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'syncline.releases' names '" + wrong + "'")
        .hasMessageContaining("MYSQL_8_0, MYSQL_5_7");
  }

  @Test
  void refusesAReleaseTwice() {
    assertThatThrownBy(() -> MySqlRelease.selected("MYSQL_8_0,MYSQL_8_0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names 'MYSQL_8_0' twice");
  }
}
