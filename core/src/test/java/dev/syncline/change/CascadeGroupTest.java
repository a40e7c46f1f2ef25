package dev.syncline.change;

import static org.assertj.core.api.Assertions.assertThat;

import dev.syncline.change.ForeignKey.Rule;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CascadeGroupTest {

  private static TableId id(String name) {
    String[] parts = name.split("\\.", -1);
    return new TableId(parts[0], parts[1]);
  }

  private static ForeignKey key(String parent, Rule onDelete, Rule onUpdate, boolean logged) {
    return new ForeignKey(
        "to " + parent, List.of(0), id(parent), List.of("id"), onDelete, onUpdate, logged);
  }

  private static ForeignKey cascades(String parent) {
    return key(parent, Rule.CASCADE, Rule.RESTRICT, false);
  }

  private static ForeignKey restricts(String parent) {
    return key(parent, Rule.RESTRICT, Rule.RESTRICT, false);
  }

  private static TableDefinition table(String name, ForeignKey... keys) {
    Column id =
        new Column("id", ColumnType.of(ValueKind.INTEGER, "int"), false, Column.Origin.WRITTEN);
    return new TableDefinition(id(name), List.of(id), List.of(), List.of(keys));
  }

  private static List<List<String>> groups(TableDefinition... tables) {
    List<List<String>> names = new ArrayList<>();
    for (CascadeGroup group : CascadeGroup.of(List.of(tables))) {
      names.add(group.tables().stream().map(table -> table.id().toString()).toList());
    }
    return names;
  }

  @Test
  void joinsWhatIsConnectedInAnyDirectionAndOverAnyDistance() {
    assertThat(
            groups(
                table("b.z", cascades("a.m")),
                table("a.m", restricts("a.top")),
                table("a.top"),
                table("a.other", restricts("a.top")),
                table("a.alone")))
        .containsExactly(List.of("a.m", "a.other", "a.top", "b.z"));
  }

  @Test
  void keepsGroupsApart() {
    assertThat(
            groups(
                table("a.p"), table("a.c", cascades("a.p")),
                table("b.p"), table("b.c", cascades("b.p"))))
        .containsExactly(List.of("a.c", "a.p"), List.of("b.c", "b.p"));
  }

  @Test
  void takesTablesThatReferToThemselvesAndCircles() {
    assertThat(groups(table("a.self", cascades("a.self")))).containsExactly(List.of("a.self"));
    assertThat(groups(table("a.x", restricts("a.y")), table("a.y", cascades("a.x"))))
        .containsExactly(List.of("a.x", "a.y"));
  }

  @Test
  void knowsAllRulesThatChangeTheChild() {
    for (Rule rule : List.of(Rule.CASCADE, Rule.SET_NULL, Rule.SET_DEFAULT)) {
      assertThat(groups(table("a.p"), table("a.c", key("a.p", rule, Rule.RESTRICT, false))))
          .hasSize(1);
      assertThat(groups(table("a.p"), table("a.c", key("a.p", Rule.RESTRICT, rule, false))))
          .hasSize(1);
    }
  }

  @Test
  void leavesOutWhatNeedsNoCare() {
    assertThat(groups(table("a.p"), table("a.c", restricts("a.p")))).isEmpty();
    assertThat(groups(table("a.c", cascades("a.not_selected")))).isEmpty();
    ForeignKey logged = key("a.p", Rule.CASCADE, Rule.CASCADE, true);
    assertThat(groups(table("a.p"), table("a.c", logged))).isEmpty();
  }
}
