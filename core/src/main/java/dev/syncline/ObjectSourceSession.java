package dev.syncline;

import java.util.List;
import java.util.Set;

/** A way into a source that also has views, routines, events or triggers. */
public interface ObjectSourceSession extends TableSourceSession {

  /**
   * What belongs to the selection as it is at this moment: views whose names are selected, triggers
   * of selected tables, and routines and events of databases of which all tables are selected. What
   * the user may not see, and what goes meanwhile, is left out. Triggers come in the order in which
   * they run.
   *
   * @param kinds which kinds to look for; foreign keys are parts of their tables
   * @throws TransientException if asking again may succeed
   */
  Found objects(Set<ObjectKind> kinds);

  /**
   * The names of the same with their databases, for which the user need not see how they are made.
   *
   * @throws TransientException if asking again may succeed
   */
  List<String> names(ObjectKind kind);

  /**
   * Says of which kinds readers that are opened from now on bring the changes, as statements
   * without effects on tables. The engine calls it before it opens one; before that it is none.
   *
   * @param kinds without foreign keys, which are parts of their tables
   */
  void follow(Set<ObjectKind> kinds);

  /**
   * What a source has.
   *
   * @param objects those that can be made elsewhere
   * @param unreadable those of which the source does not say how they are made, or that are broken
   */
  record Found(List<SchemaObject> objects, List<LeftOut> unreadable) {

    /** Nothing. */
    public static final Found NOTHING = new Found(List.of(), List.of());

    /** Copies the lists. */
    public Found {
      objects = List.copyOf(objects);
      unreadable = List.copyOf(unreadable);
    }
  }
}
