package dev.syncline.redis;

import dev.syncline.SyncException;
import dev.syncline.change.KeyScope;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks for the keys that a server has in a scope. No heartbeat of a job is in one.
 *
 * @param connection is left in any of the databases
 * @param recordsDatabase the database that is in no scope; -1 if there is none
 */
record ScopeScan(RespConnection connection, int recordsDatabase) {

  private static final int COUNT = 2000;
  private static final Pattern DATABASE = Pattern.compile("^db(\\d+):keys=", Pattern.MULTILINE);

  /** Takes a key and says whether to go on. */
  interface Visitor {
    boolean visit(int database, byte[] key);
  }

  /** Whether there is any key that no job is just building. */
  boolean findsAny(KeyScope scope) {
    boolean[] found = {false};
    forEach(
        scope,
        (database, key) -> {
          found[0] = !BuildNames.isOne(key);
          return !found[0];
        });
    return found[0];
  }

  /** Shows all keys that are there from the beginning to the end, some perhaps more than once. */
  void forEach(KeyScope scope, Visitor visitor) {
    for (int database : databases(scope)) {
      connection.call("SELECT", database);
      if (!scan(scope, database, visitor)) {
        return;
      }
    }
  }

  /** The databases of a scope that have keys. */
  private Set<Integer> databases(KeyScope scope) {
    Set<Integer> databases = databases();
    databases.removeIf(number -> !isOf(scope, number));
    return databases;
  }

  /** The databases that have keys and are not of a scope. */
  Set<Integer> databasesBesides(KeyScope scope) {
    Set<Integer> databases = databases();
    databases.removeIf(number -> isOf(scope, number));
    return databases;
  }

  private static boolean isOf(KeyScope scope, int database) {
    return scope.databases().isEmpty() || scope.databases().contains(database);
  }

  private Set<Integer> databases() {
    Set<Integer> databases = new TreeSet<>();
    Matcher line = DATABASE.matcher(connection.text("INFO", "keyspace"));
    while (line.find()) {
      databases.add(Integer.parseInt(line.group(1)));
    }
    databases.remove(recordsDatabase);
    return databases;
  }

  private boolean scan(KeyScope scope, int database, Visitor visitor) {
    String cursor = "0";
    do {
      List<?> reply = connection.list("SCAN", cursor, "COUNT", COUNT);
      cursor = RespConnection.textOf(reply.get(0));
      if (!(reply.get(1) instanceof List<?> keys)) {
        throw new SyncException(
            "Server '" + connection.address() + "' answers SCAN with something else than keys.");
      }
      for (Object key : keys) {
        boolean isMeant =
            key instanceof byte[] name && !Heartbeat.isName(name) && scope.includes(database, name);
        if (isMeant && !visitor.visit(database, (byte[]) key)) {
          return false;
        }
      }
    } while (!cursor.equals("0"));
    return true;
  }
}
