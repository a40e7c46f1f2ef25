package dev.syncline.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.TableSelection;
import dev.syncline.UnsupportedChangeException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Tables that are made and filled in one transaction. */
class FilledTablesTest {

  private final EventBytes log = new EventBytes(4);

  private static TransactionAssembler assembler() {
    TableSelection selection = TableSelection.builder().database("shop").build();
    MySqlFacts facts =
        MySqlFacts.of(
            "8.0.31", Map.of("lower_case_table_names", "0", "default_storage_engine", "InnoDB"));
    ServerCollations collations =
        new ServerCollations(
            Map.of("utf8mb4_general_ci", "utf8mb4"),
            Map.of("utf8mb4", "utf8mb4_general_ci"),
            Map.of(45, "utf8mb4_general_ci"),
            "utf8mb3");
    MovingTables tables =
        new MovingTables(
            new FollowedObjects(selection, Set.of()),
            new ModelServer(facts, collations),
            List.of(),
            new SourceMemory(Map.of("shop", "utf8mb4_general_ci")),
            OnlineTools.DEFAULTS);
    return new TransactionAssembler(
        BinlogScope.of(selection, List.of(), new CutGroups()).with(tables),
        MySqlPosition.parse("bin.000001:4 server=s"),
        new BinlogRows(JsonNumbers.SHORTEST),
        false);
  }

  /** The server has no such table then, but whoever reads the log may have made it. */
  @Test
  void stopWhereACrashHasCutOffTheirRows() {
    TransactionAssembler assembler = assembler();
    assembler.accept(EventBytes.rotate("bin.000001", 4));
    assembler.accept(log.query("shop", "BEGIN"));
    assembler.accept(log.query("shop", "CREATE TABLE made (id INT)"));
    assertThat(assembler.take()).singleElement().matches(part -> part.schemaChange().isPresent());

    assembler.accept(EventBytes.rotate("bin.000001", 4));
    RawEvent next = new EventBytes(log.offset()).event(15, new byte[60]);
    assertThatThrownBy(() -> assembler.accept(next))
        .isInstanceOf(UnsupportedChangeException.class)
        .hasMessageContaining("makes a table and fills it")
        .hasMessageContaining("Start the job anew");
  }
}
