package dev.syncline.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.syncline.CascadingSink;
import dev.syncline.ChangeRejectedException;
import dev.syncline.JobRun;
import dev.syncline.LaneWriter;
import dev.syncline.change.CascadeGroup;
import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.change.Row;
import dev.syncline.change.RowDelete;
import dev.syncline.change.RowInsert;
import dev.syncline.change.RowUpdate;
import dev.syncline.change.TableChange;
import dev.syncline.change.TableDefinition;
import dev.syncline.testkit.TableBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The rules of a sink whose target cascades as the source did, K1 to K6. */
@Timeout(300)
public abstract class CascadingSinkContract {

  private static final Map<String, String> FIRST = Map.of("stream", "position:0");

  private SinkFixture fixture;
  private CascadingSink<TableChange> sink;
  private JobRun run;
  private String database;
  private TableDefinition people;
  private TableDefinition pets;
  private TableDefinition toys;
  private TableDefinition badges;

  /** For subclasses. */
  protected CascadingSinkContract() {}

  /** The server under test; called once for each test. */
  protected abstract SinkFixture fixture();

  /** People with bosses, who have pets, which have toys; and badges, which hold people fast. */
  @BeforeEach
  final void createTables() throws InterruptedException {
    fixture = fixture();
    sink = (CascadingSink<TableChange>) fixture.sink();
    database = fixture.createDatabase();
    people = people(database);
    pets =
        TableBuilder.table(database, "pets")
            .integer("id")
            .nullableInteger("person")
            .primaryKey("id")
            .foreignKey("person", people, "id", Rule.CASCADE, Rule.CASCADE)
            .build();
    toys =
        TableBuilder.table(database, "toys")
            .integer("id")
            .nullableInteger("pet")
            .primaryKey("id")
            .foreignKey("pet", pets, "id", Rule.SET_NULL, Rule.CASCADE)
            .build();
    badges = badges(database);
    List.of(people, pets, toys, badges).forEach(fixture::createTable);
    run = new JobRun("job of " + database, "id of " + database, 1);
    run = run.withEpoch(sink.takeOver(run, FIRST).epoch());
    write(
        person(1, null, "Ada"),
        person(2, 1L, "Ben"),
        person(3, null, "Eve"),
        new RowInsert(pets, Row.of(10L, 1L)),
        new RowInsert(pets, Row.of(20L, 2L)),
        new RowInsert(pets, Row.of(30L, 3L)),
        new RowInsert(toys, Row.of(100L, 20L)),
        new RowInsert(toys, Row.of(200L, 30L)));
  }

  private static TableDefinition people(String database) {
    TableDefinition plain =
        TableBuilder.table(database, "people")
            .integer("id")
            .nullableInteger("boss")
            .text("name")
            .primaryKey("id")
            .build();
    return TableBuilder.table(database, "people")
        .integer("id")
        .nullableInteger("boss")
        .text("name")
        .primaryKey("id")
        .foreignKey("boss", plain, "id", Rule.CASCADE, Rule.RESTRICT)
        .build();
  }

  private TableDefinition badges(String database) {
    TableDefinition plain =
        TableBuilder.table(database, "badges").integer("id").primaryKey("id").build();
    return TableBuilder.table(database, "badges")
        .integer("id")
        .nullableInteger("holder")
        .nullableInteger("copied_from")
        .primaryKey("id")
        .foreignKey("holder", people, "id", Rule.RESTRICT, Rule.RESTRICT)
        .foreignKey("copied_from", plain, "id", Rule.RESTRICT, Rule.RESTRICT)
        .build();
  }

  private static Row badge(long id, @Nullable Long holder) {
    return Row.of(id, holder, null);
  }

  private TableChange person(long id, @Nullable Long boss, String name) {
    return new RowInsert(people, Row.of(id, boss, name));
  }

  private void write(TableChange... changes) throws InterruptedException {
    write(List.of(people, pets, toys, badges), changes);
  }

  private void write(List<TableDefinition> tables, TableChange... changes)
      throws InterruptedException {
    List<CascadeGroup> groups = CascadeGroup.of(tables);
    assertThat(groups).hasSize(1);
    try (LaneWriter<TableChange> lane = sink.openLane(run, 0, groups)) {
      lane.write(List.of(changes));
      lane.commit(FIRST);
    }
  }

  private List<Row> rows(TableDefinition table) {
    return fixture.rows(table);
  }

  @Test
  final void k1_deletesAndEmptiesWhatReferredToADeletedRow() throws InterruptedException {
    write(new RowDelete(people, Row.of(1L, null, "Ada")));

    assertThat(rows(people)).containsExactly(Row.of(3L, null, "Eve"));
    assertThat(rows(pets)).containsExactly(Row.of(30L, 3L));
    assertThat(rows(toys)).containsExactlyInAnyOrder(Row.of(100L, null), Row.of(200L, 30L));
  }

  @Test
  final void k2_handsAChangedKeyOn() throws InterruptedException {
    write(
        new RowUpdate(people, Row.of(3L, null, "Eve"), Row.of(4L, null, "Eva")),
        new RowUpdate(pets, Row.of(20L, 2L), Row.of(21L, 2L)));

    assertThat(rows(pets))
        .containsExactlyInAnyOrder(Row.of(10L, 1L), Row.of(21L, 2L), Row.of(30L, 4L));
    assertThat(rows(toys)).containsExactlyInAnyOrder(Row.of(100L, 21L), Row.of(200L, 30L));
  }

  @Test
  final void k3_appliesChangesOfAllTablesInTheirOrder() throws InterruptedException {
    write(
        new RowInsert(badges, badge(5, 3L)),
        new RowDelete(badges, badge(5, 3L)),
        new RowDelete(people, Row.of(3L, null, "Eve")),
        person(3, null, "Eve again"),
        new RowInsert(pets, Row.of(30L, 3L)),
        new RowInsert(badges, badge(5, 3L)),
        new RowUpdate(toys, Row.of(200L, null), Row.of(200L, 30L)));

    assertThat(rows(people)).hasSize(3).contains(Row.of(3L, null, "Eve again"));
    assertThat(rows(pets)).hasSize(3).contains(Row.of(30L, 3L));
    assertThat(rows(toys)).containsExactlyInAnyOrder(Row.of(100L, 20L), Row.of(200L, 30L));
    assertThat(rows(badges)).containsExactly(badge(5, 3L));
  }

  @Test
  final void k3_deletesRowsOfATableThatReferToEachOtherInTheirOrder() throws InterruptedException {
    write(
        new RowInsert(badges, badge(5, 2L)),
        new RowInsert(badges, Row.of(6L, 1L, 5L)),
        new RowInsert(badges, Row.of(7L, 1L, 6L)));

    write(
        new RowDelete(badges, Row.of(7L, 1L, 6L)),
        new RowDelete(badges, Row.of(6L, 1L, 5L)),
        new RowDelete(badges, badge(5, 2L)));

    assertThat(rows(badges)).isEmpty();
  }

  @Test
  final void k3_deletesRowsThatOneRowRefersToInTheirOrder() throws InterruptedException {
    TableDefinition teams = create(TableBuilder.table(database, "teams").integer("id"));
    TableDefinition games =
        create(
            TableBuilder.table(database, "games")
                .integer("id")
                .nullableInteger("home")
                .nullableInteger("guest")
                .foreignKey("home", teams, "id", Rule.CASCADE, Rule.RESTRICT)
                .foreignKey("guest", teams, "id", Rule.RESTRICT, Rule.RESTRICT));
    List<TableDefinition> tables = List.of(teams, games);
    write(
        tables,
        new RowInsert(teams, Row.of(1L)),
        new RowInsert(teams, Row.of(2L)),
        new RowInsert(games, Row.of(10L, 2L, 1L)));

    write(tables, new RowDelete(teams, Row.of(2L)), new RowDelete(teams, Row.of(1L)));

    assertThat(rows(teams)).isEmpty();
    assertThat(rows(games)).isEmpty();
  }

  @Test
  final void k3_deletesRowsThatMeetFurtherDownInTheirOrder() throws InterruptedException {
    TableDefinition teams = create(TableBuilder.table(database, "teams").integer("id"));
    TableDefinition crews = create(ofParent("crews", "team", teams));
    TableDefinition sites = create(ofParent("sites", "team", teams));
    TableDefinition shifts =
        create(
            ofParent("shifts", "crew", crews)
                .nullableInteger("site")
                .foreignKey("site", sites, "id", Rule.RESTRICT, Rule.RESTRICT));
    List<TableDefinition> tables = List.of(teams, crews, sites, shifts);
    write(
        tables,
        new RowInsert(teams, Row.of(1L)),
        new RowInsert(teams, Row.of(2L)),
        new RowInsert(crews, Row.of(20L, 2L)),
        new RowInsert(sites, Row.of(10L, 1L)),
        new RowInsert(shifts, Row.of(100L, 20L, 10L)));

    write(tables, new RowDelete(teams, Row.of(2L)), new RowDelete(teams, Row.of(1L)));

    assertThat(tables).allSatisfy(table -> assertThat(rows(table)).isEmpty());
  }

  @Test
  final void k3_doesNotEmptyWhatWasDeletedBefore() throws InterruptedException {
    TableDefinition cells =
        TableBuilder.table(database, "cells")
            .integer("x")
            .integer("y")
            .primaryKey("x", "y")
            .build();
    fixture.createTable(cells);
    TableDefinition links =
        create(
            TableBuilder.table(database, "links")
                .integer("id")
                .nullableInteger("x")
                .nullableInteger("first")
                .nullableInteger("second")
                .foreignKey(
                    List.of("x", "first"), cells, List.of("x", "y"), Rule.SET_NULL, Rule.RESTRICT)
                .foreignKey(
                    List.of("x", "second"), cells, List.of("x", "y"), Rule.CASCADE, Rule.RESTRICT));
    List<TableDefinition> tables = List.of(cells, links);
    write(
        tables,
        new RowInsert(cells, Row.of(1L, 1L)),
        new RowInsert(cells, Row.of(1L, 2L)),
        new RowInsert(links, Row.of(10L, 1L, 1L, 2L)));

    write(tables, new RowDelete(cells, Row.of(1L, 2L)), new RowDelete(cells, Row.of(1L, 1L)));

    assertThat(rows(cells)).isEmpty();
    assertThat(rows(links)).isEmpty();
  }

  private TableBuilder ofParent(String name, String column, TableDefinition parent) {
    return TableBuilder.table(database, name)
        .integer("id")
        .nullableInteger(column)
        .foreignKey(column, parent, "id", Rule.CASCADE, Rule.RESTRICT);
  }

  private TableDefinition create(TableBuilder table) {
    TableDefinition definition = table.primaryKey("id").build();
    fixture.createTable(definition);
    return definition;
  }

  @Test
  final void k4_doesNotCascadeWhereTheSourceDidNot() throws InterruptedException {
    write(
        new RowDelete(people, Row.of(3L, null, "Eve")).asUnchecked(),
        new RowInsert(pets, Row.of(40L, 99L)).asUnchecked(),
        new RowUpdate(pets, Row.of(20L, 2L), Row.of(22L, 2L)).asUnchecked(),
        new RowDelete(people, Row.of(2L, 1L, "Ben")));

    assertThat(rows(people)).containsExactly(Row.of(1L, null, "Ada"));
    assertThat(rows(pets))
        .containsExactlyInAnyOrder(Row.of(10L, 1L), Row.of(30L, 3L), Row.of(40L, 99L));
    assertThat(rows(toys)).containsExactlyInAnyOrder(Row.of(100L, 20L), Row.of(200L, 30L));
  }

  @Test
  final void k5_touchesNoOtherRowWhenARowIsWrittenOverItself() throws InterruptedException {
    write(
        person(1, null, "Ada again"),
        new RowUpdate(people, Row.of(3L, null, "Eve"), Row.of(3L, null, "Eva")));

    assertThat(rows(people))
        .containsExactlyInAnyOrder(
            Row.of(1L, null, "Ada again"), Row.of(2L, 1L, "Ben"), Row.of(3L, null, "Eva"));
    assertThat(rows(pets)).hasSize(3);
    assertThat(rows(toys)).containsExactlyInAnyOrder(Row.of(100L, 20L), Row.of(200L, 30L));
  }

  @Test
  final void k6_rejectsByNameWhatForeignKeysForbid() throws InterruptedException {
    write(new RowInsert(badges, badge(5, 3L)));

    assertThatThrownBy(() -> write(new RowDelete(people, Row.of(3L, null, "secret 77"))))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'" + people.id() + "'")
        .hasMessageNotContaining("secret 77");
    assertThatThrownBy(() -> write(new RowInsert(pets, Row.of(777_666L, 88L))))
        .isInstanceOf(ChangeRejectedException.class)
        .hasMessageContaining("'" + pets.id() + "'")
        .hasMessageNotContaining("777666");

    assertThat(rows(people)).hasSize(3);
    assertThat(rows(pets)).hasSize(3);
  }
}
