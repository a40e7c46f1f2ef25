package dev.syncline.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.SnapshotReader;
import dev.syncline.SourceReader;
import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.TableStructure.CreateStatements;
import dev.syncline.TableStructure.TableSize;
import dev.syncline.TransientException;
import dev.syncline.change.Position;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LooksTest {

  /** A source whose table changes just before some of the looks at it. */
  private static final class Changing implements TableSourceSession {
    private final int changes;
    private int looks;

    Changing(int changes) {
      this.changes = changes;
    }

    @Override
    public List<TableStructure> tables() {
      looks++;
      TableDefinition table = Tables.keyed("version_" + Math.min(looks - 1, changes));
      return List.of(
          new TableStructure(table, new CreateStatements("none", "", ""), new TableSize(0, 0)));
    }

    @Override
    public Map<String, String> memory() {
      return Map.of();
    }

    @Override
    public Map<String, Position> currentPositions() {
      return Map.of("stream", new At(looks));
    }

    @Override
    public void define(List<TableDefinition> tables, Map<String, String> memory) {
      throw new AssertionError();
    }

    @Override
    public SnapshotReader openSnapshotReader() {
      throw new AssertionError();
    }

    @Override
    public SourceReader<TableChange> openReader(String stream, Position from) {
      throw new AssertionError();
    }

    @Override
    public void close() {}
  }

  private static Looks.Look look(Changing source) {
    return Looks.later("job", source, table -> true);
  }

  @Test
  void showTablesAndPositionsOfOneMoment() {
    Looks.Look look = look(new Changing(1));

    assertThat(look.tables())
        .extracting(TableStructure::definition)
        .containsExactly(Tables.keyed("version_1"));
    assertThat(look.positions()).containsExactly(Map.entry("stream", "2"));
  }

  @Test
  void endWhereTablesChangeAllTheTime() {
    assertThatThrownBy(() -> look(new Changing(100)))
        .isInstanceOf(TransientException.class)
        .hasMessageContaining("its tables were changed each of the 6 times");
  }
}
