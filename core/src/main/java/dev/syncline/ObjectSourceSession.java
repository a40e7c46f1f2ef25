package dev.syncline;

import java.util.List;
import java.util.Set;

/** A way into a source that also has views, routines, events or triggers. */
public interface ObjectSourceSession extends TableSourceSession {

  /**
   * What belongs to the selection as it is at this moment: views whose names are selected, triggers
   * of selected tables, and routines and events of databases of which all tables are selected. What
   * the user may not see is left out. Triggers come in the order in which they run.
   *
   * @param kinds which kinds to look for; foreign keys are parts of their tables
   * @throws TransientException if asking again may succeed
   * @throws SyncException if the user may see an object but not how it is made
   */
  List<SchemaObject> objects(Set<ObjectKind> kinds);
}
