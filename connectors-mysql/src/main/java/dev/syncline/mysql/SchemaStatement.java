package dev.syncline.mysql;

import java.util.List;

/**
 * A statement that changes objects of the target, and what it does to them.
 *
 * @param verb its first words, for messages
 * @param whole the statement as one step
 * @param parts the same as several steps with one object each, or one renaming each; empty if it
 *     cannot be cut
 */
record SchemaStatement(String verb, Step whole, List<Step> parts) {

  /** Copies the list. */
  SchemaStatement {
    parts = List.copyOf(parts);
  }

  /** A statement that cannot be cut. */
  static SchemaStatement of(String verb, Step whole) {
    return new SchemaStatement(verb, whole, List.of());
  }

  /** A statement that is run as several steps, all of which may run again. */
  static SchemaStatement inSteps(String verb, List<Step> steps) {
    Step last = steps.get(steps.size() - 1);
    return new SchemaStatement(verb, new Step("", last.targets(), Again.ALWAYS), steps);
  }

  /** Whether it can be run as steps only. */
  boolean isInSteps() {
    return whole.sql().isEmpty();
  }

  /** Whether it may be run again from its beginning, however far it has come. */
  boolean isRepeatable() {
    return whole.again() == Again.ALWAYS
        && parts.stream().allMatch(step -> step.again() == Again.ALWAYS);
  }

  /** How an object is behind a statement. */
  enum End {
    /** It is there, and was not before. */
    THERE,
    /** It is not there. */
    GONE,
    /** It is there as before, but differs. */
    CHANGED,
    /** It is there as before, or may be. */
    SAME
  }

  /** When a statement may run again of which nobody knows whether it has run. */
  enum Again {
    /** Always: a second time it does nothing, or the same to what nobody has touched since. */
    ALWAYS,
    /** If its objects are as they were before it. */
    IF_UNCHANGED,
    /** Never: what it does cannot be seen in the definitions of its objects. */
    NEVER
  }

  /** An object and how it is behind the statement. */
  record Target(SqlObject object, End end) {}

  /**
   * A statement that runs as one.
   *
   * @param targets what it changes, in the order in which it names it
   */
  record Step(String sql, List<Target> targets, Again again) {

    /** Copies the list. */
    Step {
      targets = List.copyOf(targets);
    }

    List<SqlObject> objects() {
      return targets.stream().map(Target::object).toList();
    }

    /** Whether an object takes the place of another one that was there. */
    boolean exchanges() {
      return targets.size() > 1 && targets.stream().anyMatch(t -> t.end() == End.CHANGED);
    }
  }
}
