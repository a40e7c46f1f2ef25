package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue.Dump;
import dev.syncline.change.StoredValue.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Collects the steps of some changes, whose commands are written one behind the other. */
final class EncodedSteps {

  /** A MSET of more keys is hardly quicker, and others wait for it. */
  private static final int MOST_TEXTS = 100;

  private static final int MOST_TEXT_BYTES = 1 << 16;

  private static final byte[] SET = ascii("SET");
  private static final byte[] MSET = ascii("MSET");
  private static final byte[] RESTORE = ascii("RESTORE");
  private static final byte[] REPLACE = ascii("REPLACE");
  private static final byte[] ABSTTL = ascii("ABSTTL");
  private static final byte[] PXAT = ascii("PXAT");
  private static final byte[] NO_EXPIRY = ascii("0");

  private final TargetServer target;
  private final ExpiryGrace grace;
  private final List<WriteStep> steps = new ArrayList<>();

  /** Strings without expiry, which go out together. */
  private final List<KeyValue> texts = new ArrayList<>();

  private long textBytes;
  private CommandBatch batch = new CommandBatch();
  private boolean ofCommands;
  private int selected = -1;
  private long[] marks = {};
  private int marked;

  EncodedSteps(TargetServer target, ExpiryGrace grace) {
    this.target = target;
    this.grace = grace;
  }

  /** All steps. */
  List<WriteStep> end() {
    endBatch();
    return steps;
  }

  /** Adds a step that is no commands. */
  void step(WriteStep step) {
    endBatch();
    steps.add(step);
  }

  /** Notes a key of the last command or value. */
  void mark(long hash) {
    if (marked == marks.length) {
      marks = Arrays.copyOf(marks, Math.max(64, marks.length * 2));
    }
    marks[marked++] = hash;
  }

  void command(KeyCommand command) {
    begin(true);
    select(command.database());
    SentCommand sent = SentCommand.of(command);
    byte[][] arguments = grace.of(sent.name(), command.arguments());
    batch.add(sent, arguments);
  }

  /** Deletes all keys of a database. */
  void flush(int database) {
    begin(true);
    select(database);
    SentCommand sent = new SentCommand(database, "FLUSHDB", List.of());
    if (target.isFrom(4, 0)) {
      batch.add(sent, "FLUSHDB", "ASYNC");
    } else {
      batch.add(sent, "FLUSHDB");
    }
  }

  void value(KeyValue value) {
    begin(false);
    if (value.value() instanceof Text text) {
      if (value.expiresAt() == KeyValue.NEVER) {
        together(value, text.bytes().length);
      } else {
        endTexts();
        select(value.database());
        byte[] time = ascii(Long.toString(grace.at(value.expiresAt())));
        send(value, new byte[][] {SET, value.key(), text.bytes(), PXAT, time});
      }
    } else if (value.value() instanceof Dump dump) {
      endTexts();
      select(value.database());
      restore(value, dump);
    }
  }

  private void restore(KeyValue value, Dump dump) {
    boolean stays = value.expiresAt() == KeyValue.NEVER;
    byte[] time = stays ? NO_EXPIRY : ascii(Long.toString(grace.at(value.expiresAt())));
    send(
        value,
        stays
            ? new byte[][] {RESTORE, value.key(), time, dump.payload(), REPLACE}
            : new byte[][] {RESTORE, value.key(), time, dump.payload(), REPLACE, ABSTTL});
  }

  private void send(KeyValue value, byte[][] arguments) {
    String name = new String(arguments[0], StandardCharsets.US_ASCII);
    batch.add(SentCommand.of(value, name), arguments);
  }

  private void together(KeyValue value, int bytes) {
    boolean isFull =
        texts.size() == MOST_TEXTS || (!texts.isEmpty() && textBytes + bytes > MOST_TEXT_BYTES);
    if (isFull || (!texts.isEmpty() && texts.get(0).database() != value.database())) {
      endTexts();
    }
    texts.add(value);
    textBytes += bytes;
  }

  private void endTexts() {
    if (texts.isEmpty()) {
      return;
    }
    KeyValue first = texts.get(0);
    select(first.database());
    byte[][] arguments = new byte[1 + 2 * texts.size()][];
    arguments[0] = texts.size() == 1 ? SET : MSET;
    for (int i = 0; i < texts.size(); i++) {
      arguments[1 + 2 * i] = texts.get(i).key();
      arguments[2 + 2 * i] = ((Text) texts.get(i).value()).bytes();
    }
    send(first, arguments);
    texts.clear();
    textBytes = 0;
  }

  /** Each batch says in which database it begins, since it does not know where another ended. */
  private void select(int database) {
    if (database != selected) {
      batch.serving("SELECT", database);
      selected = database;
    }
  }

  private void begin(boolean commands) {
    if (commands != ofCommands) {
      endBatch();
      ofCommands = commands;
    }
  }

  private void endBatch() {
    endTexts();
    if (!batch.isEmpty()) {
      long[] hashes = Arrays.copyOf(marks, marked);
      steps.add(
          ofCommands
              ? new WriteStep.Commands(batch, hashes)
              : new WriteStep.Values(batch, hashes));
      batch = new CommandBatch();
      selected = -1;
      marked = 0;
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
