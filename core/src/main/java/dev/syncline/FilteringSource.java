package dev.syncline;

/** A source of tables that can leave rows out by conditions, {@link SelectedTable#filter}. */
public interface FilteringSource extends TableSource {

  /**
   * Checks that a text is a condition in the source's language. Whether it fits a table is for the
   * pre-check to say. Called while a job is built; connects to nothing.
   *
   * @throws IllegalArgumentException if it is none, or holds what the source does not evaluate; the
   *     message says where, and what may stand there
   */
  void checkCondition(String condition);
}
