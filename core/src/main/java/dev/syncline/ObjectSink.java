package dev.syncline;

/**
 * A structure sink that also makes what is no table: foreign keys, views, routines, events and
 * triggers. With any other one these are not copied, but for the foreign keys that {@link
 * StructureWriter#create} makes.
 */
public interface ObjectSink extends StructureSink {

  /**
   * Opens a writer of objects with a connection of its own. The caller closes it.
   *
   * @throws TransientException if opening it again may succeed
   */
  ObjectWriter openObjectWriter();
}
