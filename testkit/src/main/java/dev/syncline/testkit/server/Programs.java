package dev.syncline.testkit.server;

import java.io.IOException;
import java.nio.file.Path;

/** Where the programs of a server come from; what it prints tells one such place from another. */
interface Programs {
  /**
   * Fetches them into an empty folder.
   *
   * @param server what they are the programs of, for messages
   */
  void fetch(Path folder, String server) throws IOException;
}
