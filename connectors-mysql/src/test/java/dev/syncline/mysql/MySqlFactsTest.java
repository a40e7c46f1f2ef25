package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What follows from versions of servers, some of which cannot be had. */
class MySqlFactsTest {

  @ParameterizedTest
  @CsvSource({
    "5.7.22-log, '', false",
    "8.0.31, '', false",
    "9.5.0, '', false",
    "9.6.0, OFF, true",
    "9.6.0, ON, false",
    "9.7.1-commercial, '', true",
    "10.11.5-MariaDB-log, '', false",
    "12.1.2-MariaDB, '', false"
  })
  void cascadesAreLoggedFromMySql96OnUnlessTheEngineLooksAfterForeignKeys(
      String version, String nativeKeys, boolean logged) {
    Map<String, String> variables =
        nativeKeys.isEmpty() ? Map.of() : Map.of("innodb_native_foreign_keys", nativeKeys);

    assertThat(MySqlFacts.of(version, variables).logsCascades()).isEqualTo(logged);
  }
}
