package dev.syncline.mysql.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.mysql.endtoend.StormTables.Column;
import dev.syncline.mysql.endtoend.StormTables.Table;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class StormStatementsTest {

  private static Table table(String name) {
    return new Table(name, List.of(new Column("id", "int", 0, false, true)));
  }

  /** Sessions that drop tables at one time may leave nearly none. */
  @Test
  void makeTablesWhereThereAreFew() {
    StormTables few = new StormTables(List.of(table(StormStatements.BIG), table("t1")));

    for (int seed = 0; seed < 100; seed++) {
      String sql = new StormStatements(new Random(seed)).tables(few, true);

      assertThat(sql).startsWith("CREATE TABLE ");
    }
  }
}
