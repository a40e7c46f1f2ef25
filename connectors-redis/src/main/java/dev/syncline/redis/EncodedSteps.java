package dev.syncline.redis;

import dev.syncline.change.KeyCommand;
import dev.syncline.change.KeyValue;
import dev.syncline.change.StoredValue.Dump;
import dev.syncline.change.StoredValue.Text;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the steps of some changes, whose commands are written one behind the other. */
final class EncodedSteps {

  /** A MSET of more keys is hardly quicker, and others wait for it. */
  private static final int MOST_TEXTS = 100;

  private static final int MOST_TEXT_BYTES = 1 << 16;

  private static final byte[] SET = Words.bytes("SET");
  private static final byte[] MSET = Words.bytes("MSET");
  private static final byte[] RESTORE = Words.bytes("RESTORE");
  private static final byte[] REPLACE = Words.bytes("REPLACE");
  private static final byte[] ABSTTL = Words.bytes("ABSTTL");
  private static final byte[] PXAT = Words.bytes("PXAT");
  private static final byte[] NO_EXPIRY = Words.bytes(0);

  private final TargetServer target;
  private final TargetCommands older;
  private final ExpiryGrace grace;
  private final boolean together;
  private final ScriptTexts scripts;
  private final List<WriteStep> steps = new ArrayList<>();

  /** Strings without expiry, which go out together. */
  private final List<KeyValue> texts = new ArrayList<>();

  private long textBytes;
  private CommandBatch batch = new CommandBatch();
  private boolean ofCommands;
  private int selected = -1;

  /** The sums of the scripts whose text is sent with these steps. */
  private final Set<String> sentScripts = new HashSet<>();

  private long[] marks = {};
  private int marked;

  /**
   * Without steps.
   *
   * @param together whether a command may write keys of several slots
   * @param scripts the scripts that the source has sent
   */
  EncodedSteps(TargetServer target, ExpiryGrace grace, boolean together, ScriptTexts scripts) {
    this.target = target;
    this.older = new TargetCommands(target.version());
    this.grace = grace;
    this.together = together;
    this.scripts = scripts;
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

  /** Adds a command. */
  void command(KeyCommand command) {
    command(command, ScriptCommand.of(command));
  }

  /**
   * Adds a command.
   *
   * @param script what it does with scripts; null if nothing
   */
  void command(KeyCommand command, @Nullable ScriptCommand script) {
    begin(true);
    if (script != null) {
      script(script, command.onFailure());
      return;
    }
    KeyValue restored = RdbValues.restored(command);
    if (restored != null && !RdbValues.restores(restored, target.version())) {
      rebuild(restored);
      return;
    }
    KeyCommand known = RdbOlderCommands.atTarget(command, target.version());
    if (known != null) {
      send(grace.of(known), command.onFailure());
    }
  }

  /**
   * A target forgets its scripts when it is restarted or somebody flushes them. So what calls a
   * script by its sum brings the text instead, if that is known, the first time in these steps.
   */
  private void script(ScriptCommand script, Optional<Runnable> onFailure) {
    ScriptCommand sent = withText(script);
    send(sent.command(), onFailure);
    batch.script(sent);
  }

  private ScriptCommand withText(ScriptCommand script) {
    byte[] text = script.text();
    if (text != null) {
      scripts.add(script.sum(), text);
      sentScripts.add(script.sum());
      return script;
    }
    if (script.sum().isEmpty()) {
      sentScripts.clear();
      return script;
    }
    byte[] known = scripts.find(script.sum());
    return known != null && sentScripts.add(script.sum()) ? script.with(known) : script;
  }

  private void send(KeyCommand command) {
    send(command, Optional.empty());
  }

  private void send(KeyCommand command, Optional<Runnable> onFailure) {
    for (KeyCommand sent : older.of(command)) {
      select(sent.database());
      batch.add(sent, onFailure);
    }
  }

  /** Deletes all keys of a database. */
  void flush(int database) {
    begin(true);
    select(database);
    SentCommand sent = new SentCommand(database, "FLUSHDB", List.of());
    if (target.version().isAtLeast(4, 0)) {
      batch.add(sent, "FLUSHDB", "ASYNC");
    } else {
      batch.add(sent, "FLUSHDB");
    }
  }

  void value(KeyValue value) {
    begin(false);
    boolean stays = value.expiresAt() == KeyValue.NEVER;
    if (value.value() instanceof Text text && stays) {
      together(value, text.bytes().length);
      return;
    }
    endTexts();
    byte[] time = stays ? NO_EXPIRY : Words.bytes(grace.at(value.expiresAt()));
    byte[] key = value.key();
    if (value.value() instanceof Text text) {
      send(value, SET, key, text.bytes(), PXAT, time);
    } else if (value.value() instanceof Dump dump) {
      if (!RdbValues.restores(value, target.version())) {
        rebuild(value);
      } else if (stays) {
        send(value, RESTORE, key, time, dump.payload(), REPLACE);
      } else {
        send(value, RESTORE, key, time, dump.payload(), REPLACE, ABSTTL);
      }
    }
  }

  private void send(KeyValue value, byte[]... arguments) {
    send(KeyCommand.of(value.database(), arguments, 1));
  }

  private void rebuild(KeyValue value) {
    RdbValues.rebuild(value, value.key(), target.version(), RdbLimits.DEFAULTS)
        .forEach(command -> send(grace.of(command)));
  }

  private void together(KeyValue value, int bytes) {
    boolean isFull =
        textBytes + bytes > MOST_TEXT_BYTES || texts.size() == (together ? MOST_TEXTS : 1);
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
    byte[][] arguments = new byte[1 + 2 * texts.size()][];
    arguments[0] = texts.size() == 1 ? SET : MSET;
    for (int i = 0; i < texts.size(); i++) {
      arguments[1 + 2 * i] = texts.get(i).key();
      arguments[2 + 2 * i] = ((Text) texts.get(i).value()).bytes();
    }
    int[] keys = new int[texts.size()];
    Arrays.setAll(keys, i -> 1 + 2 * i);
    send(KeyCommand.of(first.database(), arguments, keys));
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
          ofCommands ? new WriteStep.Commands(batch, hashes) : new WriteStep.Values(batch, hashes));
      batch = new CommandBatch();
      selected = -1;
      marked = 0;
    }
  }
}
