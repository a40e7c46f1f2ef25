package dev.syncline.mysql;

import dev.syncline.change.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The tables that tools for online changes have made beside selected ones, where a reader stands.
 * Names are in small letters where the server does not tell them apart. Not thread-safe.
 */
final class ShadowTables {

  /**
   * A table that is to take the place of another one.
   *
   * @param base that one, which had the same definition when the shadow was made
   * @param alters the statements that have altered the shadow
   * @param broken why they are not all that has happened to it; empty if they are
   */
  record Shadow(TableId base, List<QueryEvent> alters, String broken) {

    Shadow {
      alters = List.copyOf(alters);
    }

    Shadow with(QueryEvent alter) {
      List<QueryEvent> all = new ArrayList<>(alters);
      all.add(alter);
      return new Shadow(base, all, broken);
    }

    Shadow broken(String why) {
      return broken.isEmpty() ? new Shadow(base, alters, why) : this;
    }
  }

  /** All of them, to be remembered. */
  record State(Map<TableId, Shadow> shadows, Set<TableId> others, Map<TableId, TableId> away) {

    static final State NONE = new State(Map.of(), Set.of(), Map.of());

    State {
      shadows = Map.copyOf(shadows);
      others = Set.copyOf(others);
      away = Map.copyOf(away);
    }
  }

  private final boolean ignoresCase;
  private final Map<TableId, Shadow> shadows = new TreeMap<>();
  private final Set<TableId> others = new TreeSet<>();
  private final Map<TableId, TableId> away = new TreeMap<>();

  ShadowTables(boolean ignoresCase, State state) {
    this.ignoresCase = ignoresCase;
    shadows.putAll(state.shadows());
    others.addAll(state.others());
    away.putAll(state.away());
  }

  State state() {
    return new State(shadows, others, away);
  }

  /** The name under which a table is kept here. */
  TableId key(TableId id) {
    return ignoresCase
        ? new TableId(id.database().toLowerCase(Locale.ROOT), id.name().toLowerCase(Locale.ROOT))
        : id;
  }

  /** Tables of tools, which are none of the selection's. */
  boolean hides(TableId id) {
    return !(shadows.isEmpty() && others.isEmpty())
        && (shadows.containsKey(key(id)) || others.contains(key(id)));
  }

  /** By their names. */
  Map<TableId, Shadow> shadows() {
    return shadows;
  }

  /** What is neither a shadow nor of the selection. */
  Set<TableId> others() {
    return others;
  }

  /** Tables that wait for their shadow under another name, by the one that is free meanwhile. */
  Map<TableId, TableId> away() {
    return away;
  }

  boolean hasShadow(TableId base) {
    return shadows.values().stream().anyMatch(shadow -> shadow.base().equals(key(base)));
  }

  /** Says that the shadows of a table are not what their statements say. */
  void breakOf(TableId base, String why) {
    shadows.replaceAll(
        (id, shadow) -> shadow.base().equals(key(base)) ? shadow.broken(why) : shadow);
  }

  void forget(TableId id) {
    shadows.remove(key(id));
    others.remove(key(id));
  }

  void forgetDatabase(String database) {
    String name = key(new TableId(database, "x")).database();
    shadows.keySet().removeIf(id -> id.database().equals(name));
    others.removeIf(id -> id.database().equals(name));
    away.keySet().removeIf(id -> id.database().equals(name));
  }
}
