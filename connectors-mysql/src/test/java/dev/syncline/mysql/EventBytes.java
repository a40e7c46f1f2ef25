package dev.syncline.mysql;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32;

/** Writes binlog events one behind the other, as a server would. */
final class EventBytes {
  static final int SERVER = 7;
  static final int IGNORABLE = 0x80;
  static final int ARTIFICIAL = 0x20;
  private static final int TIME = 1_700_000_000;

  private long offset;

  EventBytes(long offset) {
    this.offset = offset;
  }

  /** Behind the last event. */
  long offset() {
    return offset;
  }

  RawEvent event(int type, int flags, byte[] body) {
    offset += RawEvent.HEADER_BYTES + body.length;
    return raw(type, flags, offset, body);
  }

  RawEvent event(int type, byte[] body) {
    return event(type, 0, body);
  }

  static RawEvent raw(int type, int flags, long next, byte[] body) {
    byte[] bytes = bytes(type, flags, next, body);
    return new RawEvent(bytes, bytes.length);
  }

  static byte[] bytes(int type, int flags, long next, byte[] body) {
    ByteBuffer buffer = little(RawEvent.HEADER_BYTES + body.length);
    buffer.putInt(TIME).put((byte) type).putInt(SERVER).putInt(buffer.capacity());
    buffer.putInt((int) next).putShort((short) flags).put(body);
    return content(buffer);
  }

  /** The same with a longer length in the header and the checksum behind. */
  static byte[] checksummed(int type, int flags, long next, byte[] body) {
    byte[] bytes = bytes(type, flags, next, Arrays.copyOf(body, body.length + 4));
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, bytes.length - 4);
    little(bytes).putInt(bytes.length - 4, (int) crc.getValue());
    return bytes;
  }

  RawEvent gtid(String gtid) {
    Gtid parsed = Gtid.parse(gtid);
    byte[] uuid = HexFormat.of().parseHex(parsed.source().replace("-", ""));
    return event(33, content(little(25).put((byte) 1).put(uuid).putLong(parsed.number())));
  }

  RawEvent mariaDbGtid(long sequence, int domain, int flags) {
    return event(162, content(little(19).putLong(sequence).putInt(domain).put((byte) flags)));
  }

  RawEvent query(String database, String sql) {
    byte[] name = database.getBytes(StandardCharsets.UTF_8);
    byte[] text = sql.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = little(13 + name.length + 1 + text.length);
    body.putLong(0).put((byte) name.length).putShort((short) 0).putShort((short) 0);
    return event(2, content(body.put(name).put((byte) 0).put(text)));
  }

  RawEvent xid() {
    return event(16, new byte[8]);
  }

  RawEvent tableMap(long id, String database, String table) {
    return tableMap(id, database, table, new byte[0]);
  }

  /** A table map with the bytes that describe columns. */
  RawEvent tableMap(long id, String database, String table, byte[] columns) {
    byte[] name = database.getBytes(StandardCharsets.UTF_8);
    byte[] own = table.getBytes(StandardCharsets.UTF_8);
    ByteBuffer body = little(8 + 2 + name.length + 2 + own.length + columns.length);
    body.putInt((int) id).putInt(0).put((byte) name.length).put(name).put((byte) 0);
    return event(19, content(body.put((byte) own.length).put(own).put((byte) 0).put(columns)));
  }

  /** A row event that ends its statement if the flag says so. */
  RawEvent rows(int type, long tableId, boolean last) {
    return rows(type, tableId, last, new byte[0]);
  }

  /** A row event with the bytes behind its flags. */
  RawEvent rows(int type, long tableId, boolean last, byte[] rows) {
    ByteBuffer body = little(8 + rows.length);
    body.putInt((int) tableId).putShort((short) 0).putShort((short) (last ? 1 : 0));
    return event(type, content(body.put(rows)));
  }

  static RawEvent rotate(String file, long offset) {
    return raw(4, ARTIFICIAL, 0, rotateBody(file, offset));
  }

  RawEvent realRotate(String file) {
    return event(4, rotateBody(file, 4));
  }

  private static byte[] rotateBody(String file, long offset) {
    byte[] name = file.getBytes(StandardCharsets.UTF_8);
    return content(little(8 + name.length).putLong(offset).put(name));
  }

  static RawEvent heartbeat(String file, long offset) {
    return raw(27, 0, offset, file.getBytes(StandardCharsets.UTF_8));
  }

  private static ByteBuffer little(int length) {
    return ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** All bytes of a buffer, whatever was written. */
  private static byte[] content(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.capacity()];
    buffer.rewind().get(bytes);
    return bytes;
  }
}
