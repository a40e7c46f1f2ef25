package dev.syncline.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RespReaderTest {

  /** Gives so many bytes at a time, and has a pause behind a place. */
  private static InputStream in(byte[] bytes, int pieces, int pause) {
    return new ByteArrayInputStream(bytes) {
      @Override
      public synchronized int read(byte[] into, int from, int length) {
        int most = pos < pause ? Math.min(pieces, pause - pos) : pieces;
        return super.read(into, from, Math.min(length, most));
      }
    };
  }

  private static RespReader reader(String text) {
    return new RespReader(new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1)));
  }

  private static String show(Object reply) {
    if (reply instanceof byte[] bytes) {
      return "'" + new String(bytes, StandardCharsets.UTF_8) + "'";
    }
    if (reply instanceof List<?> list) {
      return list.stream().map(RespReaderTest::show).toList().toString();
    }
    return reply instanceof RedisReplyException e ? "!" + e.getMessage() : String.valueOf(reply);
  }

  @Test
  void leavesOutTextsThatAreTooLong() throws Exception {
    String text = "*4_$70000_" + "x".repeat(70_000) + "_$3_abc_$-1_:7_+OK_".replace("_", "\r\n");
    RespReader reader = reader(text.replace("*4_$70000_", "*4\r\n$70000\r\n"));

    assertThat(reader.listed()).isEqualTo(4);
    assertThat(reader.reply(69_999)).isEqualTo(new RespReader.Omitted(70_000));
    assertThat(show(reader.reply(3))).isEqualTo("'abc'");
    assertThat(reader.reply(0)).isNull();
    assertThat(reader.reply(0)).isEqualTo(7L);
    assertThat(reader.reply()).isEqualTo("OK");
    assertThatThrownBy(() -> reader("-EXECABORT nothing done\r\n").listed())
        .isInstanceOf(RedisReplyException.class)
        .hasMessage("EXECABORT nothing done");
  }

  @Test
  void readsEachReplySplitAtEachByte() throws IOException {
    String text =
        ("+OK -ERR_no_such_key :0 :-9223372036854775808 :9223372036854775807 $-1"
                + " $0  $5 a bc *-1 *0 *3 :1 *1 $1 x -WRONGTYPE_y + ")
            .replace(" ", "\r\n")
            .replace('_', ' ');
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int pause = 0; pause <= bytes.length; pause++) {
      RespReader reader = new RespReader(in(bytes, 7 + pause % 60, pause));
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 12; i++) {
        all.append(show(reader.reply())).append(' ');
      }
      assertThat(all.toString())
          .isEqualTo(
              "OK !ERR no such key 0 -9223372036854775808 9223372036854775807 null '' 'a\r\nbc'"
                  + " null [] [1, ['x'], !WRONGTYPE y]  ");
      assertThat(reader.taken()).isEqualTo(bytes.length);
      assertThat(reader.hasBuffered()).isFalse();
      assertThatThrownBy(reader::reply).isInstanceOf(EOFException.class);
    }
  }

  /** Offsets in the stream are counted by what was taken, whatever was received behind it. */
  @Property(tries = 200)
  void countsExactlyWhatItTakes(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(max = 200_000) Integer> sizes,
      @ForAll @IntRange(min = 1, max = 100_000) int piece)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    long[] ends = new long[sizes.size()];
    for (int i = 0; i < ends.length; i++) {
      byte[] value = new byte[sizes.get(i)];
      Arrays.fill(value, (byte) i);
      new RespWriter()
          .command(new byte[][] {"SET".getBytes(StandardCharsets.UTF_8), value})
          .writeTo(out);
      ends[i] = out.size();
    }
    RespReader reader = new RespReader(in(out.toByteArray(), piece, 0));
    for (int i = 0; i < ends.length; i++) {
      byte[][] command = reader.command();
      assertThat(command[1]).hasSize(sizes.get(i)).containsOnly(ends(sizes.get(i), i));
      assertThat(reader.taken()).isEqualTo(ends[i]);
    }
  }

  private static byte[] ends(int size, int value) {
    byte[] only = new byte[Math.min(size, 1)];
    Arrays.fill(only, (byte) value);
    return only;
  }

  @Test
  void readsCommandsOfManyArgumentsAndEmptyLines() throws IOException {
    byte[][] many = new byte[5_000][];
    Arrays.setAll(many, i -> Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('\n');
    new RespWriter().command(many).writeTo(out);
    RespReader reader = new RespReader(new ByteArrayInputStream(out.toByteArray()));
    assertThat(reader.command()).isNull();
    assertThat(reader.command()).isDeepEqualTo(many);
  }

  /** None of these may take memory for what has not come, nor end in anything else. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 400\r\n",
        "\u0015\u0003\u0003",
        "$536870913\r\n",
        "$99999999999999999999\r\n",
        "$1x\r\n",
        "$1\r\nab\r\n",
        ":\r\n",
        ":-\r\n",
        ":9223372036854775808\r\n",
        ":1\n",
        "*x\r\n",
        "%1\r\n"
      })
  void refusesWhatIsNoReply(String text) {
    assertThatThrownBy(() -> reader(text).reply()).isInstanceOf(ProtocolException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"*0\r\n", "*-1\r\n", "*1\r\n:1\r\n", "+OK\r\n", "*1\r\n$-1\r\n"})
  void refusesWhatIsNoCommand(String text) {
    assertThatThrownBy(() -> reader(text).command()).isInstanceOf(ProtocolException.class);
  }

  @Test
  void refusesDeepNestingAndBelievesNoLength() {
    assertThatThrownBy(() -> reader("*1\r\n".repeat(100_000)).reply())
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("nested");
    for (int i = 0; i < 20; i++) {
      assertThatThrownBy(() -> reader("$500000000\r\nabc").reply())
          .isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> reader("*2147483647\r\n:1\r\n").reply())
          .isInstanceOf(EOFException.class);
      assertThatThrownBy(() -> reader("*2147483639\r\n$1\r\na\r\n").command())
          .isInstanceOf(EOFException.class);
    }
    assertThatThrownBy(() -> reader("+" + "a".repeat(300_000)).reply())
        .isInstanceOf(ProtocolException.class)
        .hasMessageContaining("line");
  }

  @Test
  void writesCommandsAsTheyAreSpecified() throws IOException {
    RespWriter writer = new RespWriter();
    writer.add("SET", "ä", 1234567890, new byte[] {13, 10}).add("PING");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.writeTo(out);
    assertThat(out.toString(StandardCharsets.UTF_8))
        .isEqualTo("*4 $3 SET $2 ä $10 1234567890 $2   *1 $4 PING ".replace(" ", "\r\n"));
    assertThat(writer.commands()).isEqualTo(2);
    assertThat(writer.length()).isEqualTo(out.size());
    writer.clear();
    assertThat(writer.length()).isZero();
    assertThat(writer.commands()).isZero();
  }
}
