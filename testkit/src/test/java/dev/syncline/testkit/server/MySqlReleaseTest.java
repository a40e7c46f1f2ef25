package dev.syncline.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.testkit.server.MySqlRelease.Family;
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
  void knowsWhatIsOlder() {
    assertThat(MySqlRelease.MYSQL_5_6.isFrom(Family.MYSQL, 5, 6)).isTrue();
    assertThat(MySqlRelease.MYSQL_5_6.isFrom(Family.MYSQL, 5, 7)).isFalse();
    assertThat(MySqlRelease.MYSQL_8_0.isFrom(Family.MYSQL, 5, 7)).isTrue();
    assertThat(MySqlRelease.MARIADB_10_2.isFrom(Family.MARIADB, 10, 11)).isFalse();
    assertThat(MySqlRelease.MARIADB_11_4.isFrom(Family.MARIADB, 10, 11)).isTrue();
    assertThat(MySqlRelease.MARIADB_11_4.isFrom(Family.MYSQL, 5, 5)).isFalse();
  }

  @Test
  void namesAnImageForEach() {
    assertThat(MySqlRelease.MYSQL_8_0_12.image()).isEqualTo("mysql:8.0.12");
    System.setProperty("syncline.image.mariadb-11.4", "mine:11.4");
    try {
      assertThat(MySqlRelease.MARIADB_11_4.image()).isEqualTo("mine:11.4");
    } finally {
      System.clearProperty("syncline.image.mariadb-11.4");
    }
  }

  @Test
  void refusesAReleaseTwice() {
    assertThatThrownBy(() -> MySqlRelease.selected("MYSQL_8_0,MYSQL_8_0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("names 'MYSQL_8_0' twice");
  }
}
