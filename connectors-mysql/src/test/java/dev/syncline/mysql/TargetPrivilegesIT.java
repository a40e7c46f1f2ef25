package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.testkit.server.EachRelease;
import dev.syncline.testkit.server.MySqlRelease;
import dev.syncline.testkit.server.MySqlServer;
import java.sql.Connection;
import org.junit.jupiter.params.ParameterizedTest;

class TargetPrivilegesIT {

  @ParameterizedTest
  @EachRelease
  void aTableThatIsThereAfterAllStaysAsItIs(MySqlRelease release) throws Exception {
    SourceFixture fixture = new SourceFixture(MySqlServer.shared(release));
    fixture.execute("CREATE TABLE t (a INT PRIMARY KEY) ENGINE = MyISAM");
    TableDefinition before = fixture.definition("t");
    TableId table = before.id();
    try (Connection connection = fixture.server().connect()) {
      TargetPrivileges privileges = new TargetPrivileges(connection);

      assertThat(privileges.ofNewTable(table)).isEmpty();
      assertThat(privileges.ofNewKeys(table)).isEmpty();
      assertThat(privileges.ofReferences(table, table)).isEmpty();
    }

    assertThat(fixture.definition("t")).isEqualTo(before);
    assertThat(fixture.ask("SELECT * FROM t")).isEmpty();
  }
}
