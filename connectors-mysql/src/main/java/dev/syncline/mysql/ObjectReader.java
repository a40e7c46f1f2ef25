package dev.syncline.mysql;

import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.DdlStatement.ObjectChange;
import dev.syncline.mysql.DdlStatement.ObjectType;
import dev.syncline.mysql.DdlStatement.Verb;
import dev.syncline.mysql.NamePlace.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads statements on views, routines, triggers, events and the like. Used by one thread. */
final class ObjectReader {
  private final DdlCursor cursor;

  ObjectReader(DdlCursor cursor) {
    this.cursor = cursor;
  }

  /** The kind of object whose name stands here; empty if it is none of these. */
  static Optional<ObjectType> type(DdlCursor cursor) {
    for (ObjectType type : ObjectType.values()) {
      if (cursor.is(type.name())) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  /** Reads from behind the kind of object on. */
  DdlStatement read(Verb verb, ObjectType type, boolean replace) {
    if (type == ObjectType.PACKAGE) {
      cursor.skip("BODY");
    }
    Condition condition = condition(replace);
    List<DdlName> names = new ArrayList<>();
    names.add(cursor.qualified(Role.OBJECT));
    Optional<DdlName> newName = Optional.empty();
    Optional<DdlName> table = Optional.empty();
    if (verb == Verb.DROP) {
      boolean several = type == ObjectType.VIEW || type == ObjectType.SEQUENCE;
      while (several && cursor.skip(',')) {
        names.add(cursor.qualified(Role.OBJECT));
      }
      cursor.skipAny("RESTRICT", "CASCADE");
    } else if (isLoadable(type)) {
      cursor.skipAll();
      return new DdlStatement.WithoutEffect("CREATE FUNCTION");
    } else {
      if (type == ObjectType.EVENT && verb == Verb.ALTER) {
        newName = newName();
      } else if (type == ObjectType.TRIGGER) {
        table = Optional.of(triggerTable());
      }
      if (verb == Verb.CREATE || type == ObjectType.VIEW || type == ObjectType.EVENT) {
        leaveBody(type);
      }
      cursor.skipAll();
    }
    return new ObjectChange(verb, type, condition, names, newName, table);
  }

  private Condition condition(boolean replace) {
    if (cursor.skip("IF", "NOT", "EXISTS")) {
      return Condition.IF_NOT_EXISTS;
    }
    if (cursor.skip("IF", "EXISTS")) {
      return Condition.IF_EXISTS;
    }
    return replace ? Condition.OR_REPLACE : Condition.NONE;
  }

  /** A function of a library of the server. */
  private boolean isLoadable(ObjectType type) {
    return type == ObjectType.FUNCTION
        && cursor.is("RETURNS")
        && (cursor.ahead(2).is("SONAME") || cursor.ahead(1).isEnd());
  }

  private void leaveBody(ObjectType type) {
    switch (type) {
      case VIEW -> cursor.leaveUnread("the query of a view");
      case SEQUENCE -> {
        // Its options name nothing.
      }
      case FUNCTION, PROCEDURE, TRIGGER, EVENT, PACKAGE, LIBRARY ->
          cursor.leaveUnread("what a routine, trigger or event does");
    }
  }

  private Optional<DdlName> newName() {
    while (!cursor.isEnd() && !cursor.is("DO")) {
      if (cursor.skip("RENAME", "TO")) {
        return Optional.of(cursor.qualified(Role.OBJECT));
      }
      cursor.next();
    }
    return Optional.empty();
  }

  private DdlName triggerTable() {
    if (!cursor.skipAny("BEFORE", "AFTER")) {
      throw cursor.unexpected("'BEFORE'");
    }
    do {
      if (!cursor.skipAny("INSERT", "UPDATE", "DELETE")) {
        throw cursor.unexpected("'INSERT'");
      }
      if (cursor.skip("OF")) {
        while (!cursor.is("ON") && !cursor.isEnd()) {
          cursor.next();
        }
      }
    } while (cursor.skip("OR"));
    cursor.expect("ON");
    return cursor.table();
  }
}
