package dev.syncline.redis;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The commands by which a sink writes, by the version of Redis that they came with, each in a form
 * that changes nothing while it waits behind a MULTI. {@code k} is a key. Without those of vector
 * sets, which a server may be built without, and without what is newer than 8.0.
 */
final class WrittenCommands {

  /** What every job may need: values, large ones too, what deletes them, and where they are. */
  private static final String NEEDED =
      """
      2.8 | SELECT 0; SCAN 0; SET k x; MSET k x; DEL k; RESTORE k 0 x; PEXPIREAT k 1; RENAME k k
      2.8 | APPEND k x; RPUSH k x; SADD k x; ZADD k 1 x; HSET k x x; HMSET k x x; FLUSHDB
      4.0 | UNLINK k
      """;

  /** How the job keeps its records. */
  private static final String RECORDS =
      """
      2.8 | EXISTS k; HGETALL k; HGET k x; HVALS k; HINCRBY k x 1
      """;

  /** What only a source needs whose clients use it; streams as well, which few have. */
  private static final String STREAMED =
      """
      2.8 | INCR k; INCRBY k 1; INCRBYFLOAT k 1; DECR k; DECRBY k 1; SETNX k x; GETSET k x
      2.8 | SETRANGE k 0 x; SETBIT k 0 0; SETEX k 1 x; PSETEX k 1 x; BITOP NOT k k
      2.8 | PFADD k x; PFCOUNT k; PFMERGE k k; LPUSH k x; LPUSHX k x; RPUSHX k x; LPOP k; RPOP k
      2.8 | LINSERT k BEFORE x x; LREM k 0 x; LSET k 0 x; LTRIM k 0 0; RPOPLPUSH k k
      2.8 | SREM k x; SPOP k; SMOVE k k x; SUNIONSTORE k k; SINTERSTORE k k; SDIFFSTORE k k
      2.8 | ZINCRBY k 1 x; ZREM k x; ZREMRANGEBYSCORE k 0 0; ZREMRANGEBYRANK k 0 0
      2.8 | ZREMRANGEBYLEX k - +; ZUNIONSTORE k 1 k; ZINTERSTORE k 1 k; SORT k STORE k
      2.8 | HSETNX k x x; HINCRBY k x 1; HINCRBYFLOAT k x 1; HDEL k x
      2.8 | PERSIST k; EXPIRE k 1; PEXPIRE k 1; EXPIREAT k 1; RENAMENX k k; MSETNX k x
      2.8 | EVAL x 0; EVALSHA x 0; SCRIPT EXISTS x; SCRIPT LOAD x; SCRIPT FLUSH; PUBLISH x x
      3.2 | TOUCH k; BITFIELD k; GEOADD k 0 0 x; GEORADIUS k 0 0 1 m STORE k
      3.2 | GEORADIUSBYMEMBER k x 1 m STORE k
      5.0 | XADD k * x x; XGROUP CREATE k x 0; ZPOPMIN k; ZPOPMAX k
      5.0 | XDEL k 1-1; XTRIM k MAXLEN 0; XACK k x 1-1; XSETID k 1-1
      5.0 | XCLAIM k x x 0 1-1; XGROUP SETID k x 0; XGROUP DESTROY k x; XGROUP DELCONSUMER k x x
      6.2 | GETEX k; COPY k k; LMOVE k k LEFT LEFT; ZDIFFSTORE k 1 k; ZRANGESTORE k k 0 0
      6.2 | GEOSEARCHSTORE k k FROMMEMBER x BYRADIUS 1 m; XAUTOCLAIM k x x 0 0
      6.2 | XGROUP CREATECONSUMER k x x
      7.0 | SPUBLISH x x; FCALL x 0
      7.0 | FUNCTION LOAD REPLACE x; FUNCTION DELETE x; FUNCTION RESTORE x; FUNCTION FLUSH
      7.4 | HPEXPIREAT k 1 FIELDS 1 x; HPERSIST k FIELDS 1 x; HEXPIREAT k 1 FIELDS 1 x
      7.4 | HEXPIRE k 1 FIELDS 1 x; HPEXPIRE k 1 FIELDS 1 x
      8.0 | HSETEX k FIELDS 1 x x; HGETEX k FIELDS 1 x; HGETDEL k FIELDS 1 x
      """;

  /** The same of what clusters do not know. */
  private static final String STREAMED_TO_SERVERS =
      """
      2.8 | MOVE k 1
      4.0 | SWAPDB 0 0
      """;

  private WrittenCommands() {}

  /** What a job cannot do without. */
  static List<List<String>> needed(RedisVersion version, boolean records) {
    return of(version, records ? NEEDED + RECORDS : NEEDED);
  }

  /** What a source may send that is of this version at most. */
  static List<List<String>> streamed(RedisVersion version, boolean databases) {
    return of(version, databases ? STREAMED + STREAMED_TO_SERVERS : STREAMED);
  }

  private static List<List<String>> of(RedisVersion version, String table) {
    List<List<String>> commands = new ArrayList<>();
    for (String line : table.lines().toList()) {
      String[] columns = line.split(" \\| ", -1);
      String[] since = columns[0].split("\\.", -1);
      if (version.isAtLeast(Integer.parseInt(since[0]), Integer.parseInt(since[1]))) {
        for (String command : columns[1].split("; ", -1)) {
          commands.add(Arrays.asList(command.split(" ", -1)));
        }
      }
    }
    return commands;
  }
}
