package dev.syncline.mysql;

import dev.syncline.change.ForeignKey.Rule;
import dev.syncline.mysql.DdlStatement.Condition;
import dev.syncline.mysql.TableElement.Column;
import dev.syncline.mysql.TableElement.ColumnType;
import dev.syncline.mysql.TableElement.Default;
import dev.syncline.mysql.TableElement.Nullability;
import dev.syncline.mysql.TableElement.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Says in words what was read from a statement. */
final class DdlWords {

  private DdlWords() {}

  static String of(DdlStatement statement) {
    if (statement instanceof DdlStatement.CreateTable create) {
      List<String> parts = new ArrayList<>();
      create.elements().forEach(element -> parts.add(element(element)));
      create.options().forEach(o -> parts.add("option " + o.name() + " " + o.value()));
      if (create.partitioned()) {
        parts.add("partitioned");
      }
      if (create.filled()) {
        parts.add("filled");
      }
      return "create %s%s%s: %s"
          .formatted(
              create.temporary() ? "temporary " : "",
              create.table(),
              condition(create.condition()),
              String.join("; ", parts));
    }
    if (statement instanceof DdlStatement.AlterTable alter) {
      return "alter %s%s: %s"
          .formatted(
              alter.table(),
              condition(alter.condition()),
              alter.clauses().stream().map(DdlWords::clause).collect(Collectors.joining("; ")));
    }
    return statement instanceof DdlStatement.NotUnderstood ? "no" : other(statement);
  }

  private static String other(DdlStatement statement) {
    if (statement instanceof DdlStatement.CreateTableLike create) {
      return "create %s%s like %s%s"
          .formatted(
              create.temporary() ? "temporary " : "",
              create.table(),
              create.like(),
              condition(create.condition()));
    }
    if (statement instanceof DdlStatement.RenameTable rename) {
      return "rename "
          + rename.renames().stream()
              .map(r -> r.from() + " > " + r.to())
              .collect(Collectors.joining(", "))
          + condition(rename.condition());
    }
    if (statement instanceof DdlStatement.DropTables drop) {
      return "drop "
          + (drop.temporary() ? "temporary " : "")
          + join(drop.tables())
          + condition(drop.condition());
    }
    if (statement instanceof DdlStatement.TruncateTable truncate) {
      return "truncate " + truncate.table();
    }
    if (statement instanceof DdlStatement.CreateIndex create) {
      return "index on " + create.table() + ": " + key(create.key());
    }
    if (statement instanceof DdlStatement.DropIndex drop) {
      return "drop index " + drop.key() + " on " + drop.table() + condition(drop.condition());
    }
    if (statement instanceof DdlStatement.WithoutEffect nothing) {
      return "nothing " + nothing.words();
    }
    return statement instanceof DdlStatement.ObjectChange change
        ? object(change)
        : database(statement);
  }

  private static String database(DdlStatement statement) {
    if (statement instanceof DdlStatement.CreateDatabase create) {
      String words =
          "create database "
              + create.database()
              + " "
              + create.charset()
              + " "
              + create.collation();
      return words.stripTrailing() + condition(create.condition());
    }
    if (statement instanceof DdlStatement.AlterDatabase alter) {
      String words =
          "alter database " + alter.database() + " " + alter.charset() + " " + alter.collation();
      return words.stripTrailing();
    }
    DdlStatement.DropDatabase drop = (DdlStatement.DropDatabase) statement;
    return "drop database " + drop.database() + condition(drop.condition());
  }

  private static String object(DdlStatement.ObjectChange change) {
    return "%s %s %s%s%s%s"
        .formatted(
            change.verb().name().toLowerCase(Locale.ROOT),
            change.type().name().toLowerCase(Locale.ROOT),
            join(change.names()),
            change.newName().map(name -> " to " + name).orElse(""),
            change.table().map(table -> " on " + table).orElse(""),
            condition(change.condition()));
  }

  private static String join(List<DdlName> names) {
    return names.stream().map(DdlName::toString).collect(Collectors.joining(", "));
  }

  private static String condition(Condition condition) {
    return condition == Condition.NONE
        ? ""
        : " " + condition.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String element(TableElement element) {
    if (element instanceof Column column) {
      return column(column);
    }
    if (element instanceof TableElement.Key key) {
      return key(key);
    }
    if (element instanceof TableElement.References key) {
      return "foreign key %s%s (%s) to %s (%s)%s%s%s"
          .formatted(
              key.name(),
              key.symbol().isEmpty() ? "" : " of " + key.symbol(),
              String.join(",", key.columns()),
              key.parent(),
              String.join(",", key.parentColumns()),
              rule(" on delete ", key.onDelete()),
              rule(" on update ", key.onUpdate()),
              condition(key.condition()));
    }
    TableElement.Check check = (TableElement.Check) element;
    return "check " + check.name() + (check.column().isEmpty() ? "" : " of " + check.column());
  }

  private static String rule(String words, Rule rule) {
    return rule == Rule.RESTRICT ? "" : words + rule.sql().toLowerCase(Locale.ROOT);
  }

  private static String key(TableElement.Key key) {
    String parts =
        key.parts().stream()
            .map(
                part ->
                    (part.column().isEmpty() ? "(" + part.expression() + ")" : part.column())
                        + (part.prefix() > 0 ? "[" + part.prefix() + "]" : "")
                        + (part.descending() ? " desc" : ""))
            .collect(Collectors.joining(","));
    return "%s key %s%s (%s)%s%s"
        .formatted(
            key.type().name().toLowerCase(Locale.ROOT),
            key.name(),
            key.symbol().isEmpty() ? "" : " of " + key.symbol(),
            parts,
            key.withoutOverlaps() ? " without overlaps" : "",
            condition(key.condition()));
  }

  private static String column(Column column) {
    StringBuilder words = new StringBuilder(column.name()).append(' ').append(type(column.type()));
    if (column.nullability() != Nullability.UNSAID) {
      words.append(column.nullability() == Nullability.NOT_NULL ? " not null" : " null");
    }
    column.value().ifPresent(value -> words.append(" = ").append(value(value)));
    words
        .append(column.onUpdate() ? " on update" : "")
        .append(column.autoIncrement() ? " auto" : "");
    column
        .generated()
        .ifPresent(
            g ->
                words
                    .append(g.stored() ? " as stored (" : " as virtual (")
                    .append(g.expression())
                    .append(')'));
    column.keys().forEach(k -> words.append(' ').append(k.name().toLowerCase(Locale.ROOT)));
    words.append(column.invisible() ? " invisible" : "");
    if (!column.comment().isEmpty()) {
      words.append(" comment \"").append(column.comment()).append('"');
    }
    return words.toString();
  }

  private static String type(ColumnType type) {
    boolean members = type.name().equals("enum") || type.name().equals("set");
    String arguments =
        members
            ? type.arguments().stream().map(a -> "'" + a + "'").collect(Collectors.joining(","))
            : String.join(",", type.arguments());
    return type.name()
        + (type.arguments().isEmpty() ? "" : "(" + arguments + ")")
        + (type.unsigned() ? " unsigned" : "")
        + (type.zerofill() ? " zerofill" : "")
        + (type.charset().isEmpty() ? "" : " charset " + type.charset())
        + (type.collation().isEmpty() ? "" : " collate " + type.collation())
        + (type.binary() ? " binary" : "");
  }

  private static String value(Default value) {
    return switch (value.kind()) {
      case NULL -> "null";
      case STRING -> "'" + value.text() + "'";
      case NUMBER -> value.text();
      case HEX -> "x'" + value.text() + "'";
      case BITS -> "b'" + value.text() + "'";
      case NOW -> value.text().replace("CURRENT_TIMESTAMP", "now");
      case EXPRESSION -> "(" + value.text() + ")";
    };
  }

  private static String position(Position position) {
    return position.first()
        ? " first"
        : position.after().isEmpty() ? "" : " after " + position.after();
  }

  private static String clause(AlterClause clause) {
    if (clause instanceof AlterClause.AddColumn add) {
      return "add " + column(add.column()) + position(add.position()) + condition(add.condition());
    }
    if (clause instanceof AlterClause.AddKey add) {
      return "add " + key(add.key());
    }
    if (clause instanceof AlterClause.AddForeignKey add) {
      return "add " + element(add.key());
    }
    if (clause instanceof AlterClause.AddCheck add) {
      return "add " + element(add.check()) + condition(add.condition());
    }
    if (clause instanceof AlterClause.ChangeColumn change) {
      return "change "
          + change.from()
          + " to "
          + column(change.column())
          + position(change.position())
          + condition(change.condition());
    }
    if (clause instanceof AlterClause.SetDefault set) {
      return set.value().isPresent()
          ? "set default %s = %s%s"
              .formatted(set.column(), value(set.value().get()), condition(set.condition()))
          : "drop default " + set.column() + condition(set.condition());
    }
    if (clause instanceof AlterClause.SetVisibility set) {
      return (set.visible() ? "show " : "hide ") + set.column();
    }
    return dropped(clause);
  }

  private static String dropped(AlterClause clause) {
    if (clause instanceof AlterClause.DropColumn drop) {
      return "drop column " + drop.column() + condition(drop.condition());
    }
    if (clause instanceof AlterClause.DropKey drop) {
      return "drop key " + drop.key() + condition(drop.condition());
    }
    if (clause instanceof AlterClause.DropForeignKey drop) {
      return "drop foreign key " + drop.key() + condition(drop.condition());
    }
    if (clause instanceof AlterClause.DropConstraint drop) {
      return "drop constraint " + drop.name() + condition(drop.condition());
    }
    if (clause instanceof AlterClause.RenameColumn rename) {
      return "rename column %s to %s%s"
          .formatted(rename.from(), rename.to(), condition(rename.condition()));
    }
    if (clause instanceof AlterClause.RenameKey rename) {
      return "rename key %s to %s%s"
          .formatted(rename.from(), rename.to(), condition(rename.condition()));
    }
    if (clause instanceof AlterClause.RenameTo rename) {
      return "rename to " + rename.to();
    }
    return ofTable(clause);
  }

  private static String ofTable(AlterClause clause) {
    if (clause instanceof AlterClause.ConvertTo convert) {
      return ("convert to " + convert.charset() + " " + convert.collation()).stripTrailing();
    }
    if (clause instanceof AlterClause.SetOption set) {
      return "option " + set.option().name() + " " + set.option().value();
    }
    if (clause instanceof AlterClause.Partition partition) {
      String names = String.join(",", partition.partitions());
      return "partition %s%s %s%s"
          .formatted(
              partition.words(),
              names.isEmpty() ? "" : " " + names,
              partition.rows().name().toLowerCase(Locale.ROOT),
              partition.other().map(other -> " " + other).orElse(""));
    }
    if (clause instanceof AlterClause.Tablespace tablespace) {
      return "tablespace " + (tablespace.imported() ? "import" : "discard");
    }
    return "harmless " + ((AlterClause.Harmless) clause).words();
  }
}
