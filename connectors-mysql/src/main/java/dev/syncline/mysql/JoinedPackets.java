package dev.syncline.mysql;

import com.github.shyiko.mysql.binlog.io.ByteArrayInputStream;
import com.github.shyiko.mysql.binlog.io.ByteArrayOutputStream;
import com.github.shyiko.mysql.binlog.network.protocol.PacketChannel;
import com.github.shyiko.mysql.binlog.network.protocol.command.Command;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;

/**
 * The packets of a server as if there were no limit of 16 MiB to a packet: where one goes on in the
 * next, the border between them is left out. So an event is read from the connection into an array
 * of its own size, after its length is known; the client library would join its packets first, in
 * two arrays, whatever that length is. Used by one thread.
 */
final class JoinedPackets extends InputStream {
  private static final int FULL = 0xFF_FFFF;
  private static final int HEADER_BYTES = 4;

  private final ByteArrayInputStream packets;
  private final byte[] header = new byte[HEADER_BYTES];
  private int headerTaken = HEADER_BYTES;
  private int left;
  private boolean goesOn;

  /** Joins packets from the next one on. */
  JoinedPackets(ByteArrayInputStream packets) {
    this.packets = packets;
  }

  /** A channel like another one, whose packets are joined. */
  static PacketChannel channel(PacketChannel channel) throws IOException {
    return new Channel(channel);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (!advance()) {
      return -1;
    }
    if (headerTaken < HEADER_BYTES) {
      int count = Math.min(length, HEADER_BYTES - headerTaken);
      System.arraycopy(header, headerTaken, bytes, offset, count);
      headerTaken += count;
      return count;
    }
    int count = packets.read(bytes, offset, Math.min(length, left));
    left -= Math.max(0, count);
    return count;
  }

  /** Moves on to where there is something to read; false at the end. */
  private boolean advance() throws IOException {
    while (headerTaken == HEADER_BYTES && left == 0) {
      if (packets.peek() < 0) {
        return false;
      }
      packets.fill(header, 0, HEADER_BYTES);
      left = (header[0] & 0xFF) | (header[1] & 0xFF) << 8 | (header[2] & 0xFF) << 16;
      headerTaken = goesOn ? HEADER_BYTES : 0;
      goesOn = left == FULL;
      if (goesOn) {
        // The library takes any other length for that of a single packet, and does not use it.
        header[0]--;
      }
    }
    return true;
  }

  @Override
  public int available() throws IOException {
    return Math.min(left, packets.available());
  }

  /** Does all as another channel, but for the packets that it receives. */
  private static final class Channel extends PacketChannel {
    private final PacketChannel channel;
    private final ByteArrayInputStream joined;

    Channel(PacketChannel channel) throws IOException {
      super(new NoSocket());
      this.channel = channel;
      this.joined = new ByteArrayInputStream(new JoinedPackets(channel.getInputStream()));
    }

    @Override
    public ByteArrayInputStream getInputStream() {
      return joined;
    }

    @Override
    public ByteArrayOutputStream getOutputStream() {
      return channel.getOutputStream();
    }

    @Override
    public byte[] read() throws IOException {
      return channel.read();
    }

    @Override
    public void write(Command command) throws IOException {
      channel.write(command);
    }

    @Override
    public boolean isOpen() {
      return channel.isOpen();
    }

    @Override
    public boolean isSSL() {
      return channel.isSSL();
    }

    @Override
    public void setShouldUseSoLinger0() {
      channel.setShouldUseSoLinger0();
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  /** What a channel demands to be made of. */
  private static final class NoSocket extends Socket {
    @Override
    public InputStream getInputStream() {
      return nullInputStream();
    }

    @Override
    public OutputStream getOutputStream() {
      return OutputStream.nullOutputStream();
    }
  }
}
