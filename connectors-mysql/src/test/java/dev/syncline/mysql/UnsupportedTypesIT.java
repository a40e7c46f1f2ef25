package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.UnsupportedChangeException;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Types that real servers have and Syncline does not know: they are refused by name. */
class UnsupportedTypesIT {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "uuid",
        "inet6",
        "inet4",
        "varchar(10) compressed",
        "text compressed",
        "blob compressed",
        "varchar(10) character set geostd8",
        "enum('a') character set binary"
      })
  void refusesTypesOfMariaDb(String type) throws Exception {
    MySqlServer server = MySqlServer.shared(MySqlRelease.MARIADB_10_11);
    String database = server.createDatabase("unknown");
    try (Connection connection = TestTables.strict(server, database)) {
      TestTables.execute(connection, "CREATE TABLE t (id INT PRIMARY KEY, odd " + type + ")");

      assertThatThrownBy(() -> TestTables.describe(connection, database, "t"))
          .isInstanceOf(UnsupportedChangeException.class)
          .hasMessageContaining("column 'odd'")
          .hasMessageContaining("'" + database + ".t'");
    }
  }
}
