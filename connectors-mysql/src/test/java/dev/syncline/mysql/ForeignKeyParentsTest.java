package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.change.Column;
import dev.syncline.change.ColumnType;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableId;
import dev.syncline.change.ValueKind;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForeignKeyParentsTest {

  private static TableStructure table(String dialect, String statement) {
    Column id =
        new Column("id", ColumnType.of(ValueKind.INTEGER, "int"), false, Column.Origin.WRITTEN);
    return new TableStructure(
        new TableDefinition(new TableId("shop", "child"), List.of(id), List.of()),
        new CreateStatements(dialect, "CREATE DATABASE `shop`", statement),
        new TableSize(0, 0));
  }

  @Test
  void areInTheDatabaseOfTheTableUnlessSaidOtherwise() {
    TableStructure table =
        table(
            "mysql",
            """
            CREATE TABLE `child` (
              `id` int NOT NULL COMMENT 'it''s \\' FOREIGN KEY (a) REFERENCES `b`',
              `REFERENCES` int,
              CONSTRAINT `k` FOREIGN KEY (`id`) REFERENCES `odd ``name` (`id`) ON DELETE CASCADE,
              CONSTRAINT `l` FOREIGN KEY (`id`) REFERENCES `else``where`.`parent` (`id`)
            ) ENGINE=InnoDB COMMENT='REFERENCES x'\
            """);

    assertThat(ForeignKeyParents.of(table))
        .containsExactlyInAnyOrder(
            new TableId("shop", "odd `name"), new TableId("else`where", "parent"));
  }

  @Test
  void areNotLookedForInAnotherLanguage() {
    assertThat(ForeignKeyParents.of(table("other", "a quote ' that does not end"))).isEmpty();
  }
}
