package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SyncException;
import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.ForeignKey;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.UniqueKey;
import dev.syncline.change.ValueKind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TargetStructureTest {

  private static final TableId SOURCE = new TableId("shop", "orders");
  private static final TableId TARGET = new TableId("dr", "bills");
  private static final String TEXT =
      """
      CREATE TABLE `orders` (
        `gone` int NOT NULL,
        `id` int NOT NULL,
        `amount` int DEFAULT '3' COMMENT 'gone, `amount`',
        `twice` int GENERATED ALWAYS AS ((`amount` * 2)) VIRTUAL,
        `p` int DEFAULT NULL,
        PRIMARY KEY (`id`),
        UNIQUE KEY `one` (`p`,`amount`),
        KEY `with_gone` (`gone`,`amount`),
        KEY `amount` (`amount` DESC),
        CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `parents` (`id`) ON DELETE CASCADE,
        CONSTRAINT `more` CHECK ((`amount` > 0)),
        CONSTRAINT `orders_chk_1` CHECK ((`amount` > 1)),
        CONSTRAINT `less` CHECK ((`gone` < 9))
      ) ENGINE=InnoDB COMMENT='amount'\
      """;

  private static Column number(String name) {
    return new Column(name, ColumnType.of(ValueKind.INTEGER, "int"), true, Column.Origin.WRITTEN);
  }

  private static TableStructure structure(
      String text, TableDefinition definition, Map<String, String> origins) {
    return new TableStructure(
        definition,
        new CreateStatements(
            "mysql", "CREATE DATABASE IF NOT EXISTS `shop` DEFAULT CHARACTER SET latin1", text),
        new TableSize(0, 0),
        origins);
  }

  private static TableDefinition definition(List<Column> columns, List<UniqueKey> keys) {
    ForeignKey foreign =
        new ForeignKey(
            "fk",
            List.of(columns.size() - 1),
            new TableId("dr", "people"),
            List.of("who"),
            ForeignKey.Rule.CASCADE,
            ForeignKey.Rule.RESTRICT,
            false);
    return new TableDefinition(TARGET, SOURCE, columns, keys, List.of(foreign), "");
  }

  private static UniqueKey unique(String name, Integer... columns) {
    return new UniqueKey(name, List.of(columns), UniqueKey.Coverage.COLUMNS);
  }

  private static final List<Column> COLUMNS =
      List.of(number("id"), number("sum"), number("twice"), number("p"));

  private static final Map<String, String> ORIGINS =
      Map.of("id", "id", "sum", "amount", "twice", "twice", "p", "p");

  @Test
  void changesNamesAndWhatNeedsColumnsThatAreLeftOut() {
    TargetStructure named =
        TargetStructure.of(
            structure(
                TEXT,
                definition(COLUMNS, List.of(unique("PRIMARY", 0), unique("one", 3, 1))),
                ORIGINS));

    assertThat(named.structure().statements().table())
        .isEqualTo(
            """
            CREATE TABLE `bills` (
              `id` int NOT NULL,
              `sum` int DEFAULT '3' COMMENT 'gone, `amount`',
              `twice` int GENERATED ALWAYS AS ((`sum` * 2)) VIRTUAL,
              `p` int DEFAULT NULL,
              PRIMARY KEY (`id`),
              UNIQUE KEY `one` (`p`,`sum`),
              KEY `amount` (`sum` DESC),
              CONSTRAINT `more` CHECK ((`sum` > 0)),
              CONSTRAINT `bills_chk_1` CHECK ((`sum` > 1)),
              CONSTRAINT `fk` FOREIGN KEY (`p`) REFERENCES `dr`.`people` (`who`) ON DELETE CASCADE
            ) ENGINE=InnoDB COMMENT='amount'\
            """);
    assertThat(named.leftOut()).containsExactly("KEY `with_gone`", "CONSTRAINT `less` CHECK");
    assertThat(named.structure().statements().database())
        .isEqualTo("CREATE DATABASE IF NOT EXISTS `dr` DEFAULT CHARACTER SET latin1");
  }

  @Test
  void addsColumnsAndKeysThatTheStatementHasNot() {
    Column origin =
        new Column(
            "origin",
            new ColumnType(ValueKind.TEXT, "varchar(129)", "utf8mb4", "utf8mb4_bin"),
            false,
            Column.Origin.WRITTEN);
    String text = "CREATE TABLE `orders` (\n  `id` int,\n  `old` text,\n  PRIMARY KEY (`id`)\n)";
    TableDefinition definition =
        new TableDefinition(
            TARGET,
            SOURCE,
            List.of(number("id"), number("old"), origin),
            List.of(unique("PRIMARY", 0, 2), unique("other", 1, 2)),
            List.of(),
            "");

    assertThat(
            TargetStructure.of(structure(text, definition, Map.of("id", "id")))
                .structure()
                .statements()
                .table())
        .isEqualTo(
            """
            CREATE TABLE `bills` (
              `id` int,
              PRIMARY KEY (`id`,`origin`),
              `old` int NULL,
              `origin` varchar(129) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
              UNIQUE KEY `other` (`old`,`origin`)
            )\
            """);
  }

  @Test
  void refusesWhatItCannotDoWithout() {
    Map<String, String> withoutAmount = new HashMap<>(ORIGINS);
    withoutAmount.remove("sum");
    List<Column> columns = List.of(number("id"), number("twice"), number("p"));

    assertThatThrownBy(
            () ->
                TargetStructure.of(
                    structure(
                        TEXT, definition(columns, List.of(unique("PRIMARY", 0))), withoutAmount)))
        .isInstanceOf(SyncException.class)
        .hasMessage(
            "Cannot create table 'shop.orders' as 'dr.bills':"
                + " column 'twice' is made of the columns [amount], which take no part; select"
                + " them, or leave it out too.");
    assertThatThrownBy(
            () ->
                TargetStructure.of(
                    structure(
                        TEXT + " PARTITION BY HASH (amount)",
                        definition(COLUMNS, List.of(unique("PRIMARY", 0))),
                        ORIGINS)))
        .isInstanceOf(SyncException.class)
        .hasMessageContaining("(partitions) speaks of column 'amount'");
  }

  @Test
  void leavesATableThatIsNotMappedAsItIs() {
    TableDefinition definition =
        new TableDefinition(SOURCE, List.of(number("id")), List.of(unique("PRIMARY", 0)));
    TableStructure structure =
        structure(
            "CREATE TABLE `orders` (\n  `id` int,\n  PRIMARY KEY (`id`)\n)",
            definition,
            Map.of("id", "id"));

    assertThat(TargetStructure.of(structure).structure()).isEqualTo(structure);
  }
}
