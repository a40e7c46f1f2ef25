package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.TableSourceSession;
import dev.syncline.TableStructure;
import dev.syncline.change.Position;
import dev.syncline.change.Row;
import dev.syncline.change.SchemaChange;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.change.TableEffect;
import dev.syncline.change.TableEffect.Altered;
import dev.syncline.change.TableEffect.Created;
import dev.syncline.change.TableEffect.Dropped;
import dev.syncline.change.TableEffect.Emptied;
import dev.syncline.change.TableEffect.Renamed;
import dev.syncline.change.TableId;
import dev.syncline.change.TransactionPart;
import dev.syncline.testkit.TableBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of sources whose tables change while they are followed, M1 to M5. */
@Timeout(300)
public abstract class SchemaSourceContract {

  private SchemaSourceFixture fixture;
  private SourceTrial trial;
  private TableDefinition users;
  private Place start;

  /** For subclasses. */
  protected SchemaSourceContract() {}

  /** The server under test; called once for each test. */
  protected abstract SchemaSourceFixture fixture();

  /** A place in the stream with what holds there. */
  private record Place(
      Position position, Map<TableId, TableDefinition> tables, Map<String, String> memory) {

    /** The place behind a part, if it ends a transaction. */
    Place behind(SourceTrial trial, TransactionPart<TableChange> part, String stream) {
      Map<TableId, TableDefinition> moved = new TreeMap<>(tables);
      Map<String, String> remembered = new TreeMap<>(memory);
      part.schemaChange()
          .ifPresent(
              change -> {
                change.effects().forEach(effect -> move(effect, moved));
                moved.keySet().removeIf(table -> !trial.isSelected(table));
                change.memory().ifPresent(text -> remembered.put(stream, text));
              });
      return new Place(part.end().orElse(position), moved, remembered);
    }

    private static void move(TableEffect effect, Map<TableId, TableDefinition> tables) {
      if (effect instanceof Created created) {
        tables.put(effect.table(), created.after());
      } else if (effect instanceof Altered altered) {
        tables.put(effect.table(), altered.after());
      } else if (effect instanceof Renamed renamed) {
        tables.remove(effect.table());
        tables.put(renamed.after().id(), renamed.after());
      } else if (effect instanceof Dropped) {
        tables.remove(effect.table());
      }
    }

    private List<TableDefinition> definitions() {
      return List.copyOf(tables.values());
    }
  }

  @BeforeEach
  final void createTables() {
    fixture = fixture();
    trial = new SourceTrial(fixture);
    trial.select("made*");
    users = table("users").build();
    trial.create(table("users"));
    fixture.commit(edit -> edit.insert(users.id(), Row.of(1L, "first")));
    try (TableSourceSession session = trial.undefined()) {
      start =
          new Place(
              SourceTrial.only(session.currentPositions()).getValue(),
              shown(session),
              session.memory());
    }
  }

  private TableBuilder table(String name) {
    return trial.table(name).integer("id").nullableText("name").primaryKey("id");
  }

  private static Map<TableId, TableDefinition> shown(TableSourceSession session) {
    Map<TableId, TableDefinition> tables = new TreeMap<>();
    session.tables().stream()
        .map(TableStructure::definition)
        .forEach(table -> tables.put(table.id(), table));
    return tables;
  }

  /** The tables and the memory as the source shows them now. */
  private Place shown() {
    try (TableSourceSession session = trial.undefined()) {
      return new Place(start.position(), shown(session), session.memory());
    }
  }

  /** Changes tables with rows in between; gives what the source shows behind each statement. */
  private List<Place> changeTables() {
    List<Place> shown = new ArrayList<>();
    String database = users.id().database();
    TableDefinition wide = table("users").nullableText("note").build();
    TableDefinition made = table("made").build();
    TableDefinition renamed = table("made_again").build();
    TableDefinition other = table("made_later").build();
    shown.add(behind(new Altered(users, wide, List.of(0, 1, -1))));
    fixture.commit(edit -> edit.insert(users.id(), Row.of(2L, "second", "with a note")));
    shown.add(behind(new Created(made)));
    fixture.commit(edit -> edit.insert(made.id(), Row.of(1L, "of the old surroundings")));
    fixture.changeSurroundings(database);
    shown.add(behind(new Created(other)));
    fixture.commit(edit -> edit.insert(other.id(), Row.of(1L, "of the new ones")));
    shown.add(behind(new Renamed(made, renamed)));
    fixture.commit(edit -> edit.update(renamed.id(), Row.of(1L), Row.of(1L, null)));
    shown.add(behind(new Altered(wide, users, List.of(0, 1))));
    fixture.commit(edit -> edit.update(users.id(), Row.of(2L), Row.of(3L, "third")));
    shown.add(behind(new Emptied(other)));
    fixture.commit(edit -> edit.insert(other.id(), Row.of(1L, "once more")));
    shown.add(behind(new Dropped(other)));
    fixture.commit(edit -> edit.delete(users.id(), Row.of(1L)));
    return shown;
  }

  private Place behind(TableEffect effect) {
    fixture.change(effect);
    return shown();
  }

  private StreamTap follow(Place from) throws InterruptedException {
    return trial.tap(from.position(), from.definitions(), from.memory());
  }

  private List<TransactionPart<TableChange>> followed(Place from, long marker)
      throws InterruptedException {
    try (StreamTap tap = follow(from)) {
      return List.copyOf(tap.untilMarker(marker).parts());
    }
  }

  private String stream() {
    try (TableSourceSession session = trial.undefined()) {
      return SourceTrial.only(session.currentPositions()).getKey();
    }
  }

  /** Columns and keys; what a source notes for itself need not come in the same words. */
  private static List<TableDefinition> plain(Place place) {
    return place.tables().values().stream()
        .map(t -> new TableDefinition(t.id(), t.columns(), t.uniqueKeys(), t.foreignKeys()))
        .toList();
  }

  private static boolean changesTables(TransactionPart<TableChange> part) {
    return part.schemaChange().filter(change -> !change.effects().isEmpty()).isPresent();
  }

  @Test
  final void m1_bringsEachChangeOfATableInItsPlaceAsTheSourceShowsIt() throws InterruptedException {
    List<Place> shown = changeTables();

    Place place = start;
    List<List<TableDefinition>> found = new ArrayList<>();
    for (TransactionPart<TableChange> part : followed(start, trial.mark())) {
      for (TableEffect effect : part.schemaChange().map(SchemaChange::effects).orElse(List.of())) {
        before(effect).ifPresent(expectedAt(place, effect));
      }
      assertThat(part.end().orElseThrow()).isGreaterThan(place.position());
      place = place.behind(trial, part, stream());
      if (changesTables(part)) {
        found.add(plain(place));
      }
    }

    assertThat(found).isEqualTo(shown.stream().map(SchemaSourceContract::plain).toList());
  }

  private static Consumer<TableDefinition> expectedAt(Place place, TableEffect effect) {
    return before -> assertThat(before).isEqualTo(place.tables().get(effect.table()));
  }

  private static Optional<TableDefinition> before(TableEffect effect) {
    if (effect instanceof Altered altered) {
      return Optional.of(altered.before());
    }
    if (effect instanceof Renamed renamed) {
      return Optional.of(renamed.before());
    }
    if (effect instanceof Emptied emptied) {
      return Optional.of(emptied.before());
    }
    return effect instanceof Dropped dropped ? Optional.of(dropped.before()) : Optional.empty();
  }

  @Test
  final void m2_givesRowsTheDefinitionOfTheirPlace() throws InterruptedException {
    List<Place> shown = changeTables();

    Place place = start;
    int rows = 0;
    for (TransactionPart<TableChange> part : followed(start, trial.mark())) {
      for (TableChange change : part.changes()) {
        assertThat(change.table()).isEqualTo(place.tables().get(change.table().id()));
        rows++;
      }
      place = place.behind(trial, part, stream());
    }

    assertThat(rows).isEqualTo(shown.size());
  }

  @Test
  final void m3_goesOnAnywhereWithTheDefinitionsAndTheMemoryOfThatPlace()
      throws InterruptedException {
    changeTables();
    fixture.changeSurroundings(users.id().database());
    long marker = trial.mark();
    List<TransactionPart<TableChange>> parts = followed(start, marker);
    assertThat(parts).hasSizeGreaterThan(10);

    Place place = start;
    for (int done = 0; done < parts.size(); done++) {
      place = place.behind(trial, parts.get(done), stream());
      Position printed = fixture.source().parsePosition(place.position().toString());
      Place resumed = new Place(printed, place.tables(), place.memory());
      assertThat(said(followed(resumed, marker)))
          .as("behind part %d, '%s'", done, printed)
          .isEqualTo(said(parts.subList(done + 1, parts.size())));
    }
  }

  /** What parts say, however large they are. */
  private static List<Object> said(List<TransactionPart<TableChange>> parts) {
    List<Object> said = new ArrayList<>();
    for (TransactionPart<TableChange> part : parts) {
      said.addAll(part.changes());
      part.schemaChange().ifPresent(said::add);
      said.add(part.end().orElseThrow());
    }
    return said;
  }

  @Test
  final void m4_movesTheMemoryOnAsTheSourceShowsIt() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      fixture.changeSurroundings(users.id().database());
      Place shown = shown();
      Place place = start;
      for (TransactionPart<TableChange> part : followed(start, trial.mark())) {
        place = place.behind(trial, part, stream());
      }

      assertThat(place.memory()).isEqualTo(shown.memory());
    }
  }

  @Test
  final void m5_bringsNothingOfTablesThatAreNotSelectedOrHaveLeft() throws InterruptedException {
    TableDefinition made = table("made").build();
    TableDefinition left = table("left_behind").build();
    TableDefinition other = table("other").build();
    fixture.change(new Created(other));
    fixture.change(
        new Altered(other, table("other").nullableText("note").build(), List.of(0, 1, -1)));
    fixture.change(new Created(made));
    fixture.change(new Renamed(made, left));
    fixture.commit(edit -> edit.insert(left.id(), Row.of(1L, "not here")));
    fixture.change(new Dropped(left));
    List<TableEffect> effects = new ArrayList<>();

    for (TransactionPart<TableChange> part : followed(start, trial.mark())) {
      assertThat(part.changes()).isEmpty();
      part.schemaChange().ifPresent(change -> effects.addAll(change.effects()));
    }

    assertThat(effects).extracting(TableEffect::table).containsExactly(made.id(), made.id());
    assertThat(effects.get(0)).isInstanceOf(Created.class);
    assertThat(((Renamed) effects.get(1)).after().id()).isEqualTo(left.id());
  }
}
