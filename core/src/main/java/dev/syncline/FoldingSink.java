package dev.syncline;

/** A sink whose target may keep the names of all databases and tables in lower case. */
public interface FoldingSink {

  /**
   * Whether the target keeps the names of databases and tables in lower case, whatever is written.
   *
   * @throws TransientException if asking again may succeed
   */
  boolean foldsNames();
}
