package dev.syncline;

/** A sink that can make tables. */
public interface StructureSink {

  /**
   * Opens a writer of structure with a connection of its own. The caller closes it.
   *
   * @throws TransientException if opening it again may succeed
   */
  StructureWriter openStructureWriter();
}
