package dev.syncline.mysql;

import java.util.List;

/**
 * A clause of an {@code ALTER TABLE}, or what stands between two commas in the parentheses of a
 * definition.
 *
 * @param start where it begins in the text
 * @param end where it ends, without the comma behind it
 * @param clauses what it says; empty in a definition
 * @param elements what it defines; empty for a clause
 */
record TextPart(int start, int end, List<AlterClause> clauses, List<TableElement> elements) {

  /** Copies the lists. */
  TextPart {
    clauses = List.copyOf(clauses);
    elements = List.copyOf(elements);
  }

  /** Whether something stands in it. */
  boolean holds(int place) {
    return start <= place && place < end;
  }
}
