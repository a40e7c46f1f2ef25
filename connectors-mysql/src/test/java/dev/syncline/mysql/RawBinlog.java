package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.BinaryLogClient;
import com.github.shyiko.mysql.binlog.event.ByteArrayEventData;
import com.github.shyiko.mysql.binlog.event.Event;
import com.github.shyiko.mysql.binlog.event.EventHeaderV4;
import com.github.shyiko.mysql.binlog.event.EventType;
import com.github.shyiko.mysql.binlog.event.deserialization.ChecksumType;
import com.github.shyiko.mysql.binlog.event.deserialization.EventDeserializer;
import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import dev.syncline.testkit.server.MySqlServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Fetches a part of a server's binary log as undecoded events. */
final class RawBinlog {

  /** A place in the log. */
  record Place(String file, long offset) {}

  /** An event without its header and checksum. */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record RawEvent(int type, byte[] body) {}

  private static final int HEADER_BYTES = 19;
  private static final int CHECKSUM_BYTES = 4;
  private static final int CONNECT_MILLIS = 10_000;
  private static final int WAIT_SECONDS = 30;
  private static final long SERVER_ID = 900_000;

  /** Kept, since loggers that nobody keeps forget their level. */
  private static final Logger CHATTY = Logger.getLogger(BinaryLogClient.class.getName());

  static {
    CHATTY.setLevel(Level.WARNING);
  }

  private RawBinlog() {}

  /** Where the log ends now. */
  static Place end(MySqlServer server) throws SQLException {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement();
        ResultSet results =
            statement.executeQuery(MySqlFacts.read(connection).binlogStatusStatement())) {
      results.next();
      return new Place(results.getString(1), results.getLong(2));
    }
  }

  /** The events between two places of one file. */
  static List<RawEvent> read(MySqlServer server, Place from, Place to) throws Exception {
    BlockingQueue<byte[]> received = new LinkedBlockingQueue<>();
    BinaryLogClient client =
        new BinaryLogClient(server.host(), server.port(), server.username(), server.password());
    client.setServerId(SERVER_ID + Thread.currentThread().getId());
    client.setKeepAlive(false);
    client.setMariaDbSlaveCapability(CHECKSUM_BYTES);
    client.setBinlogFilename(from.file());
    client.setBinlogPosition(from.offset());
    Frames frames = new Frames();
    client.setEventDeserializer(frames);
    client.registerEventListener(
        event -> received.add(((ByteArrayEventData) event.getData()).getData()));
    client.connect(CONNECT_MILLIS);
    try {
      List<RawEvent> events = new ArrayList<>();
      while (true) {
        byte[] event = received.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        if (event == null) {
          throw new AssertionError("The server sent no further event.");
        }
        ByteCursor header = new ByteCursor(event);
        header.take(4);
        int type = header.unsignedByte();
        header.take(8);
        long next = header.unsigned(4);
        int end = event.length - (frames.hasChecksums ? CHECKSUM_BYTES : 0);
        events.add(new RawEvent(type, Arrays.copyOfRange(event, HEADER_BYTES, end)));
        if (next >= to.offset()) {
          return events;
        }
      }
    } finally {
      client.disconnect();
    }
  }

  /** Keeps the library from decoding. */
  private static final class Frames extends EventDeserializer {

    private boolean hasChecksums;

    @Override
    @SuppressWarnings("deprecation") // The client calls it nevertheless.
    public void setChecksumType(ChecksumType type) {
      super.setChecksumType(type);
      hasChecksums = type == ChecksumType.CRC32;
    }

    @Override
    public Event nextEvent(ByteArrayInputStream stream) throws IOException {
      byte[] header = stream.read(HEADER_BYTES);
      ByteCursor fields = new ByteCursor(header);
      fields.take(9);
      byte[] event = Arrays.copyOf(header, (int) fields.unsigned(4));
      stream.fill(event, HEADER_BYTES, event.length - HEADER_BYTES);
      EventHeaderV4 opaque = new EventHeaderV4();
      opaque.setEventType(EventType.UNKNOWN);
      ByteArrayEventData data = new ByteArrayEventData();
      data.setData(event);
      return new Event(opaque, data);
    }
  }
}
