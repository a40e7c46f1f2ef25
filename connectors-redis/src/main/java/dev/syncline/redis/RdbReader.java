package dev.syncline.redis;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.syncline.SyncException;
import dev.syncline.TransientException;
import dev.syncline.UnsupportedChangeException;
import dev.syncline.change.KeyChange;
import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyScope;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue;
import java.io.InputStream;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads an RDB file, in which Redis and Valkey write all they have: of versions 1 to 13 of Redis
 * (all releases up to 8.6) and 80 of Valkey (9.0 and 9.1).
 *
 * <p>A key comes as one {@link KeyValue}: a string as it is, any other value as a payload for
 * RESTORE. A key whose value is larger than {@link RdbLimits#wholeBytes} comes as {@link
 * KeyCommand}s that build a temporary key and rename it. So the heap used depends on the largest
 * element of a value, and on what {@link RdbStream} says about streams. A list that is packed into
 * one string counts as one element.
 *
 * <p>Scripts that the source has come as SCRIPT LOAD, its functions as FUNCTION LOAD.
 */
final class RdbReader {

  private static final Logger LOG = LoggerFactory.getLogger(RdbReader.class);

  private static final int MAGIC_LENGTH = 9;
  private static final int FIRST_WITH_CHECKSUM = 5;

  private final RdbInput in;
  private final RdbLimits limits;
  private final @Nullable KeyScope scope;
  private final BuildNames names;
  private final Map<String, String> auxiliary = new LinkedHashMap<>();
  private int version;
  private boolean valkey;
  private int database;
  private long expiresAt = KeyValue.NEVER;
  private long keys;
  private @Nullable RdbCommands pieces;
  private boolean ended;

  /**
   * Reads keys of a file.
   *
   * @param in holds the file and nothing behind it
   * @param scope which keys are brought, by their names at the target; null if all are
   * @param names under which large values are built
   */
  RdbReader(InputStream in, RdbLimits limits, @Nullable KeyScope scope, BuildNames names) {
    this.in = new RdbInput(in);
    this.limits = limits;
    this.scope = scope;
    this.names = names;
  }

  /** The version of the format; 0 before the first call of {@link #next}. */
  int version() {
    return version;
  }

  /**
   * What the source says about itself and the file, as far as it has been read: "redis-ver",
   * "repl-id", "repl-offset", "repl-stream-db", "ctime" and others.
   */
  Map<String, String> auxiliary() {
    return Collections.unmodifiableMap(auxiliary);
  }

  /** How many keys have been brought as a whole or begun in pieces. */
  long keys() {
    return keys;
  }

  /** How many bytes of the file have been taken. */
  long position() {
    return in.position();
  }

  /**
   * The next key, or the next command of a key that comes in pieces, of a script or of a function;
   * null once the end has been reached and the checksum is right.
   *
   * @throws TransientException if the stream ends or fails before the end of the file, or the
   *     checksum is wrong
   * @throws UnsupportedChangeException if the file holds something that is not known
   */
  @Nullable KeyChange next() {
    if (pieces != null) {
      KeyCommand command = pieces.next();
      if (command != null) {
        return command;
      }
      pieces = null;
    }
    if (version == 0) {
      readMagic();
    }
    while (!ended) {
      int type = in.unsignedByte();
      KeyChange change = type >= RdbType.SLOT_IMPORT ? other(type) : key(type);
      if (change != null) {
        return change;
      }
    }
    return null;
  }

  private void readMagic() {
    String magic = new String(in.bytes(MAGIC_LENGTH), ISO_8859_1);
    if (magic.matches("REDIS[0-9]{4}")) {
      version = Integer.parseInt(magic.substring(5));
    } else if (magic.matches("VALKEY[0-9]{3}")) {
      version = Integer.parseInt(magic.substring(6));
      valkey = true;
    } else {
      version = -1;
      throw new SyncException(
          "The source's data does not begin as an RDB file does, with 'REDIS' or 'VALKEY'.");
    }
    if (valkey ? version != RdbFormat.VALKEY : version < 1 || version > RdbFormat.NEWEST_REDIS) {
      throw new UnsupportedChangeException(
          "The source's data is an RDB file of version %d of %s; versions 1 to %d of Redis (up to"
                  .formatted(version, valkey ? "Valkey" : "Redis", RdbFormat.NEWEST_REDIS)
              + " 8.6) and %d of Valkey (9.0 and 9.1) are known. Use a newer release of Syncline."
                  .formatted(RdbFormat.VALKEY));
    }
  }

  /** Reads what is no key. */
  private @Nullable KeyCommand other(int type) {
    switch (type) {
      case RdbType.SELECT_DB -> database = in.small();
      case RdbType.EXPIRE_MILLIS -> expire(in.littleLong());
      case RdbType.EXPIRE_SECONDS -> expire(in.littleInt() * 1000L);
      case RdbType.RESIZE_DB -> {
        in.length();
        in.length();
      }
      case RdbType.IDLE -> in.length();
      case RdbType.FREQ -> in.unsignedByte();
      case RdbType.SLOT_INFO -> {
        in.length();
        in.length();
        in.length();
      }
      case RdbType.AUX -> {
        return auxiliaryField();
      }
      case RdbType.FUNCTION_2 -> {
        return command("FUNCTION", "LOAD", "REPLACE", in.string());
      }
      case RdbType.MODULE_AUX -> skipModuleAux();
      case RdbType.END -> end();
      default -> throw unknown(type);
    }
    return null;
  }

  private void expire(long millis) {
    if (millis < 0 && millis != KeyValue.NEVER) {
      throw in.malformed("a key expires at the time " + millis);
    }
    expiresAt = millis;
  }

  private @Nullable KeyCommand auxiliaryField() {
    String name = new String(in.string(), UTF_8);
    byte[] value = in.string();
    if (name.equals("lua")) {
      return command("SCRIPT", "LOAD", value);
    }
    auxiliary.put(name, new String(value, UTF_8));
    return null;
  }

  private KeyCommand command(Object... arguments) {
    return new RdbBatch(arguments).command(database);
  }

  /** What a module keeps beside its keys. Nothing but the module itself can take it up. */
  private void skipModuleAux() {
    String module = RdbType.moduleName(in.length());
    in.length();
    in.length();
    RdbBody.skipModule(in);
    LOG.warn(
        "Module type '{}' keeps data beside its keys; they are not copied. Set the module up at the"
            + " target as it is at the source.",
        module);
  }

  private SyncException unknown(int type) {
    String what = "an entry of kind " + type + ", which is not known here";
    String remedy = "Use a newer release of Syncline.";
    if (type == RdbType.SLOT_IMPORT && valkey) {
      return new TransientException(
          "The source is just taking over slots of its cluster; it is copied again when it has.");
    }
    if (type == RdbType.KEY_META) {
      what = "what a module keeps about single keys (key metadata)";
      remedy = "Remove it at the source, or leave the module out there.";
    } else if (type == RdbType.FUNCTION_PRE_GA) {
      what = "a function in the form of a release candidate of Redis 7.0";
      remedy = "Load it again under a released version, or delete it.";
    }
    return new UnsupportedChangeException(
        "The source's data (RDB version %d) holds %s, at byte %d in database %d. %s"
            .formatted(version, what, in.position() - 1, database, remedy));
  }

  private void end() {
    long expected = in.checksum();
    if (version >= FIRST_WITH_CHECKSUM) {
      long found = in.littleLong();
      // A source that makes no checksums writes 0.
      if (found != 0 && found != expected) {
        throw new TransientException(
            "The source's data has arrived damaged: its checksum is %016x and not %016x. It is"
                    .formatted(expected, found)
                + " copied again.");
      }
    }
    if (!in.isEmpty()) {
      throw new TransientException(
          "The source's data (RDB) has its end mark at byte %d, and that is not where it ends. It"
                  .formatted(in.position())
              + " is copied again.");
    }
    ended = true;
  }

  private @Nullable KeyChange key(int type) {
    byte[] key = names.atTarget(in.string());
    long expires = expiresAt;
    expiresAt = KeyValue.NEVER;
    try {
      if (scope != null && !scope.includes(database, key)) {
        RdbBody.skip(in, type, valkey);
        return null;
      }
      return type == RdbType.STRING ? text(key, expires) : value(type, key, expires);
    } catch (UnsupportedChangeException e) {
      throw naming(database, key, e);
    }
  }

  /** A refusal that says which key it is about. */
  static UnsupportedChangeException naming(
      int database, byte[] key, UnsupportedChangeException refusal) {
    return new UnsupportedChangeException(
        "Key '%s' in database %d cannot be copied: %s"
            .formatted(new String(key, UTF_8), database, refusal.getMessage()),
        refusal);
  }

  private KeyChange text(byte[] key, long expires) {
    keys++;
    Object value = in.stringOrPieces(limits.wholeBytes());
    if (value instanceof byte[] bytes) {
      return new KeyValue(database, key, new StoredValue.Text(bytes), expires);
    }
    RdbBuild build = build(key);
    return begin(build, key, expires, build.append((RdbLongString) value));
  }

  private @Nullable KeyChange value(int type, byte[] key, long expires) {
    boolean module = type == RdbType.MODULE_2;
    in.mark(module ? limits.moduleBytes() : limits.wholeBytes());
    byte[] payload;
    try {
      RdbBody.skip(in, type, valkey);
      payload = RdbPayload.close(in.sinceMark(1, RdbPayload.FOOTER), type, version);
    } catch (RdbInput.TooLargeException e) {
      in.rewind();
      return large(type, key, expires);
    }
    if (RdbBody.isEmpty(type, payload)) {
      // Some releases have left such keys behind; what RESTORE takes has at least one element.
      LOG.warn(
          "Key '{}' in database {} has a value without elements; it is left out.",
          new String(key, UTF_8),
          database);
      return null;
    }
    keys++;
    return new KeyValue(database, key, new StoredValue.Dump(payload), expires);
  }

  private KeyChange large(int type, byte[] key, long expires) {
    if (type == RdbType.MODULE_2) {
      throw new UnsupportedChangeException(
          "its value is one of module type '%s' of more than %d bytes, which only the module itself"
                  .formatted(RdbType.moduleName(in.length()), limits.moduleBytes())
              + " could take apart. Make it smaller or delete it.");
    }
    keys++;
    RdbBuild build = build(key);
    return begin(build, key, expires, build.commands(in, type));
  }

  private RdbBuild build(byte[] key) {
    return new RdbBuild(database, names.of(key), limits, RdbFormat.writing(version), version);
  }

  private KeyChange begin(RdbBuild build, byte[] key, long expires, RdbCommands commands) {
    pieces = new RdbLargeKey(build, key, expires, commands);
    return Objects.requireNonNull(pieces.next());
  }
}
