package dev.syncline.redis;

import dev.syncline.change.KeyScope;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes what copies that were cut off have left half built in databases that were selected then
 * and are not now. No other job builds under these names, since a job that takes over ends the
 * connections of all others of its name. Each name is asked for, as these databases may have many
 * keys that are none of ours.
 *
 * @param delete the command that deletes
 */
record HalfBuilt(ScopeScan scan, BuildNames names, String delete) {

  private static final Logger LOG = LoggerFactory.getLogger(HalfBuilt.class);

  private static final int AT_ONCE = 1_024;

  /** Deletes, in all databases that are not of a scope. */
  void remove(KeyScope scope) {
    Set<Integer> databases = scan.databasesBesides(scope);
    List<byte[]> all = databases.isEmpty() ? List.of() : names.all();
    for (int database : databases) {
      long deleted = remove(database, all);
      if (deleted > 0) {
        LOG.info(
            "{} values that job '{}' has left half built in database {} of '{}' were deleted.",
            deleted,
            names.job(),
            database,
            scan.connection().address());
      }
    }
  }

  private long remove(int database, List<byte[]> all) {
    RespConnection connection = scan.connection();
    connection.call("SELECT", database);
    long deleted = 0;
    for (int from = 0; from < all.size(); from += AT_ONCE) {
      List<byte[]> some = all.subList(from, Math.min(all.size(), from + AT_ONCE));
      Object[] command = new Object[1 + some.size()];
      command[0] = delete;
      for (int i = 0; i < some.size(); i++) {
        command[1 + i] = some.get(i);
      }
      deleted += connection.call(command) instanceof Long number ? number : 0;
    }
    return deleted;
  }
}
