package dev.syncline.redis;

import dev.syncline.SyncException;

/**
 * A value in the form that DUMP gives and RESTORE takes: a byte for the type, the value, two bytes
 * for the version of the format and eight for the checksum.
 */
final class RdbPayload {

  /** How many bytes follow the value. */
  static final int FOOTER = 10;

  private static final int CHECKSUM = 8;

  private RdbPayload() {}

  /**
   * Fills in what surrounds a value.
   *
   * @param payload the value, with one byte in front of it and {@link #FOOTER} behind
   */
  static byte[] close(byte[] payload, int type, int version) {
    int footer = payload.length - FOOTER;
    payload[0] = (byte) type;
    payload[footer] = (byte) version;
    payload[footer + 1] = (byte) (version >>> 8);
    long checksum = Crc64.update(0, payload, 0, footer + 2);
    for (int i = 0; i < CHECKSUM; i++) {
      payload[footer + 2 + i] = (byte) (checksum >>> (8 * i));
    }
    return payload;
  }

  /**
   * The version of the format in which a payload is.
   *
   * @throws SyncException if it is damaged
   */
  static int version(byte[] payload) {
    int footer = payload.length - FOOTER;
    if (footer < 1) {
      throw damaged("it has only " + payload.length + " bytes");
    }
    long checksum = 0;
    for (int i = 0; i < CHECKSUM; i++) {
      checksum |= (payload[footer + 2 + i] & 0xffL) << (8 * i);
    }
    // A server that makes no checksums writes 0, and RESTORE takes that.
    if (checksum != 0 && checksum != Crc64.update(0, payload, 0, footer + 2)) {
      throw damaged("its checksum is wrong");
    }
    return (payload[footer] & 0xff) | (payload[footer + 1] & 0xff) << 8;
  }

  /** The number of the type of the value. */
  static int type(byte[] payload) {
    return payload[0] & 0xff;
  }

  private static SyncException damaged(String what) {
    return new SyncException("A value in the form of DUMP is damaged: " + what + ".");
  }
}
