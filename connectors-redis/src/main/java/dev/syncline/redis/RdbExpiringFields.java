package dev.syncline.redis;

import dev.syncline.change.KeyValue;
import java.nio.charset.StandardCharsets;

/** The fields of a hash of which some expire, in the forms of Redis 7.4 and Valkey 9.0. */
final class RdbExpiringFields {

  private RdbExpiringFields() {}

  static RdbElements of(RdbInput in, int type, boolean valkey) {
    if (type == RdbType.HASH_METADATA) {
      long first = in.littleLong();
      return new RdbElements.Counted(in.count(), batch -> relative(in, first, batch));
    }
    if (type == RdbType.HASH_METADATA_PRE_GA && valkey) {
      return new RdbElements.Counted(in.count(), batch -> behind(in, batch));
    }
    if (type == RdbType.HASH_METADATA_PRE_GA) {
      return new RdbElements.Counted(in.count(), batch -> relative(in, 1, batch));
    }
    if (type == RdbType.HASH_LISTPACK_EX) {
      in.littleLong();
    } else if (type != RdbType.HASH_LISTPACK_EX_PRE_GA) {
      throw in.malformed("there is a value of the unknown type " + type);
    }
    RdbListpack packed = new RdbListpack(in.string());
    return batch -> packed(in, packed, batch);
  }

  /** The time stands in front, counted from one less than the first at which a field expires. */
  private static void relative(RdbInput in, long first, RdbBatch batch) {
    long after = in.count();
    byte[] field = in.string();
    byte[] value = in.string();
    add(in, batch, new byte[][] {field, value}, after == 0 ? KeyValue.NEVER : first + after - 1);
  }

  private static void behind(RdbInput in, RdbBatch batch) {
    byte[] field = in.string();
    byte[] value = in.string();
    add(in, batch, new byte[][] {field, value}, in.littleLong());
  }

  private static boolean packed(RdbInput in, RdbListpack packed, RdbBatch batch) {
    byte[] field = packed.next();
    if (field == null) {
      return false;
    }
    byte[] value = packed.element();
    long millis = packed.number();
    add(in, batch, new byte[][] {field, value}, millis == 0 ? KeyValue.NEVER : millis);
    batch.close();
    return true;
  }

  private static void add(RdbInput in, RdbBatch batch, byte[][] fieldAndValue, long millis) {
    if (millis < KeyValue.NEVER) {
      throw in.malformed(
          "field '%s' of a hash expires at the time %d"
              .formatted(new String(fieldAndValue[0], StandardCharsets.UTF_8), millis));
    }
    batch.add(fieldAndValue[0]);
    batch.add(fieldAndValue[1]);
    if (millis != KeyValue.NEVER) {
      batch.expire(fieldAndValue[0], millis);
    }
  }
}
