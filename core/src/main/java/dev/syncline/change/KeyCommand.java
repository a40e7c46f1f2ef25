package dev.syncline.change;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command that changes keys, or something else that the whole server has, such as functions. It
 * does not depend on the moment at which it is carried out: what a source sends otherwise, as an
 * expiry that is so many seconds away, it rewrites.
 *
 * <p>Immutable; the arrays must not be changed.
 */
public final class KeyCommand implements KeyChange {

  private static final int[] NONE = {};

  private final int database;
  private final byte[][] arguments;
  private final int[] keys;
  private final int[] databases;
  private final @Nullable Runnable onFailure;

  private KeyCommand(
      int database, byte[][] arguments, int[] keys, int[] databases, @Nullable Runnable onFailure) {
    if (database < 0 || arguments.length == 0) {
      throw new IllegalArgumentException(
          "A command needs a name, and a database from 0; got %d.".formatted(database));
    }
    this.database = database;
    this.arguments = arguments;
    this.keys = keys;
    this.databases = databases;
    this.onFailure = onFailure;
  }

  /**
   * A command.
   *
   * @param database the number of the database in which it is carried out
   * @param arguments the name of the command and what follows it
   * @param keys which of the arguments are names of keys, counted from the name as 0
   */
  public static KeyCommand of(int database, byte[][] arguments, int... keys) {
    return new KeyCommand(database, arguments, keys, NONE, null);
  }

  /**
   * This command, some arguments of which are numbers of databases.
   *
   * @param places which arguments, counted from the name as 0
   */
  public KeyCommand withDatabases(int... places) {
    return new KeyCommand(database, arguments, keys, places, onFailure);
  }

  /**
   * This command, which the target may refuse because of what its keys are there: one of them may
   * have expired, which the source has renewed. The sink goes on then; the stream brings all keys
   * that the command writes as a whole later.
   *
   * @param told called if it is refused so, before what follows it is committed, from any thread
   */
  public KeyCommand allowedToFail(Runnable told) {
    return new KeyCommand(database, arguments, keys, databases, told);
  }

  /** What is to be called if the target refuses it; empty if the target must not. */
  public Optional<Runnable> onFailure() {
    return Optional.ofNullable(onFailure);
  }

  /** The number of the database in which it is carried out. */
  public int database() {
    return database;
  }

  /** The name of the command in upper case. */
  public String name() {
    return new String(arguments[0], StandardCharsets.US_ASCII).toUpperCase(Locale.ROOT);
  }

  /** How many arguments there are, the name of the command among them. */
  public int size() {
    return arguments.length;
  }

  /** An argument, counted from the name as 0. Must not be changed. */
  public byte[] argument(int index) {
    return arguments[index];
  }

  /** All arguments, the name first. Must not be changed. */
  public byte[][] arguments() {
    return arguments;
  }

  /** Which arguments are names of keys. Must not be changed. */
  public int[] keyPlaces() {
    return keys;
  }

  /** Which arguments are numbers of databases. Must not be changed. */
  public int[] databasePlaces() {
    return databases;
  }

  /** The names of the keys, in the order of the arguments. */
  public List<byte[]> keys() {
    List<byte[]> names = new ArrayList<>(keys.length);
    for (int place : keys) {
      names.add(arguments[place]);
    }
    return names;
  }

  /** Names the command and not what it writes. */
  @Override
  public String toString() {
    return "KeyCommand[%s in database %d, %d arguments]"
        .formatted(name(), database, arguments.length - 1);
  }
}
