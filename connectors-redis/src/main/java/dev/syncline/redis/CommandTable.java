package dev.syncline.redis;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The commands that a master of Redis 2.8 to 8 or of Valkey may send to a replica, where their keys
 * are and what is to be done with them. Found by name, in whatever case.
 *
 * <p>Masters rewrite many commands before they send them, each version others: LMPOP comes as LPOP,
 * GETDEL as DEL, XREADGROUP as XCLAIM. What is never sent as it is has the meaning NEVER, so that
 * it is not taken for something unknown.
 */
final class CommandTable {

  /** What a command is, as far as its reader must know. */
  enum Meaning {
    /** Writes the keys that are written; what it does depends on all of its keys. */
    KEYS,
    /** The same with one key, without which it fails, or does nothing for good. */
    NEEDS,
    /** Does the same to each of its keys, independently of the others. */
    EACH,
    /** Takes an element of a list for another one. */
    LIST_MOVE,
    /** Takes a member of a set for another one. */
    SET_MOVE,
    RENAME,
    MOVE,
    COPY,
    /** May read keys that its patterns name. */
    SORT,
    /** Runs a script that names its keys. */
    SCRIPT,
    /** Sets a string, perhaps with an expiry. */
    SET,
    /** Sets several strings with the same expiry. */
    SET_MANY,
    /** Gives a key an expiry. */
    EXPIRE,
    RESTORE,
    /** Gives fields of a hash an expiry. */
    FIELDS,
    FLUSH,
    SWAP,
    /** Is about the whole server and no key: functions, scripts, messages. */
    SERVER,
    /** Is about slots of a cluster that move. */
    SLOTS,
    /** Belongs to the stream, not to what the source holds. */
    CONTROL,
    /** Is not sent as it is: what it does comes as another command. */
    NEVER
  }

  /** A command: where its keys are and what it is. */
  record Command(String name, KeyPlaces keys, Meaning meaning) {}

  private static final String TABLE =
      """
      KEYS      | w1             | APPEND INCR INCRBY INCRBYFLOAT DECR DECRBY SETNX GETSET SETRANGE
      KEYS      | w1             | SETBIT BITFIELD PFADD GEOADD
      KEYS      | w1             | LPUSH LPUSHX RPUSH RPUSHX LPOP RPOP LINSERT LREM LTRIM
      KEYS      | w1             | SADD SREM SPOP
      KEYS      | w1             | ZADD ZINCRBY ZREM ZPOPMIN ZPOPMAX
      KEYS      | w1             | ZREMRANGEBYSCORE ZREMRANGEBYRANK ZREMRANGEBYLEX
      KEYS      | w1             | HSET HSETNX HMSET HINCRBY HINCRBYFLOAT HDEL
      KEYS      | w1             | XADD XDEL XTRIM XACK XDELEX XACKDEL VADD VREM VSETATTR
      NEEDS     | w1             | PERSIST HPERSIST LSET XSETID XCLAIM XAUTOCLAIM XCFGSET
      NEEDS     | w2             | XGROUP PFDEBUG
      EACH      | w1..-1         | DEL UNLINK TOUCH PFCOUNT
      EACH      | w1..-1/2       | MSET MSETNX
      KEYS      | w1 r2..-1      | SUNIONSTORE SINTERSTORE SDIFFSTORE PFMERGE
      KEYS      | w1 r#2         | ZUNIONSTORE ZINTERSTORE ZDIFFSTORE
      KEYS      | w1 r2          | ZRANGESTORE GEOSEARCHSTORE
      KEYS      | w2 r3..-1      | BITOP
      KEYS      | r1 wSTORE,STOREDIST@6 | GEORADIUS
      KEYS      | r1 wSTORE,STOREDIST@5 | GEORADIUSBYMEMBER
      SORT      | r1 wSTORE@2    | SORT
      LIST_MOVE | w1 w2          | RPOPLPUSH LMOVE BRPOPLPUSH BLMOVE
      SET_MOVE  | w1 w2          | SMOVE
      RENAME    | w1 w2          | RENAME RENAMENX
      MOVE      | w1             | MOVE
      COPY      | r1 w2          | COPY
      SCRIPT    | w#2            | EVAL EVALSHA FCALL
      SET       | w1             | SET SETEX PSETEX
      SET_MANY  | w#1/2          | MSETEX
      EXPIRE    | w1             | EXPIRE PEXPIRE EXPIREAT PEXPIREAT GETEX
      RESTORE   | w1             | RESTORE RESTORE-ASKING
      FIELDS    | w1             | HEXPIRE HPEXPIRE HEXPIREAT HPEXPIREAT HSETEX HGETEX HGETDEL
      FLUSH     |                | FLUSHDB FLUSHALL
      SWAP      |                | SWAPDB
      SERVER    |                | PUBLISH SPUBLISH SCRIPT FUNCTION
      SLOTS     |                | CLUSTER SFLUSH TRIMSLOTS
      CONTROL   |                | PING REPLCONF SELECT MULTI EXEC
      NEVER     | w1             | GETDEL DELIFEQ DELEX
      NEVER     | w1..-2         | BLPOP BRPOP BZPOPMIN BZPOPMAX
      NEVER     | w#1            | LMPOP ZMPOP
      NEVER     | w#2            | BLMPOP BZMPOP
      NEVER     |                | XREADGROUP MIGRATE
      """;

  private static final CommandTable ALL = new CommandTable();

  private final List<List<Command>> byHash = new ArrayList<>();
  private final List<Command> commands = new ArrayList<>();

  private CommandTable() {
    for (int i = 0; i < 1024; i++) {
      byHash.add(List.of());
    }
    TABLE.lines().forEach(this::addLine);
  }

  private void addLine(String line) {
    String[] columns = line.split("\\|", -1);
    Meaning meaning = Meaning.valueOf(columns[0].trim());
    KeyPlaces keys = new KeyPlaces(columns[1].trim());
    for (String name : columns[2].trim().split(" ", -1)) {
      Command command = new Command(name, keys, meaning);
      commands.add(command);
      int hash = hash(Words.bytes(name));
      List<Command> same = new ArrayList<>(byHash.get(hash));
      same.add(command);
      byHash.set(hash, List.copyOf(same));
    }
  }

  /** All commands. */
  static List<Command> all() {
    return List.copyOf(ALL.commands);
  }

  /** The command of a name; null if it is not in the table. */
  static @Nullable Command find(byte[] name) {
    List<Command> same = ALL.byHash.get(hash(name));
    for (int i = 0; i < same.size(); i++) {
      if (Words.is(name, same.get(i).name())) {
        return same.get(i);
      }
    }
    return null;
  }

  private static int hash(byte[] name) {
    int hash = 0;
    for (byte letter : name) {
      hash = hash * 31 + Words.upper(letter);
    }
    return (hash ^ hash >>> 10) & 1023;
  }
}
