package dev.syncline.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Statements that make tables as large applications have them, and statements that change these:
 * names out of some hundred words, 20 to 60 columns of mixed types, keys, foreign keys, character
 * sets and defaults. The same ones each time.
 */
final class SyntheticTables {

  static final String DATABASE = "shop";

  private static final List<String> THINGS =
      List.of(
          "account",
          "address",
          "agent",
          "approval",
          "article",
          "audit",
          "balance",
          "batch",
          "brand",
          "budget",
          "campaign",
          "carrier",
          "cart",
          "category",
          "channel",
          "claim",
          "contact",
          "contract",
          "country",
          "coupon",
          "currency",
          "customer",
          "delivery",
          "department",
          "discount",
          "document",
          "employee",
          "event",
          "export",
          "feature",
          "file",
          "group",
          "image",
          "import",
          "invoice",
          "item",
          "job",
          "journal",
          "ledger",
          "line",
          "location",
          "member",
          "merchant",
          "message",
          "note",
          "offer",
          "order",
          "owner",
          "package",
          "page",
          "partner",
          "payment",
          "permission",
          "plan",
          "policy",
          "price",
          "product",
          "profile",
          "project",
          "purchase",
          "quote",
          "rating",
          "receipt",
          "refund",
          "region",
          "report",
          "review",
          "role",
          "route",
          "schedule",
          "segment",
          "session",
          "shipment",
          "shop",
          "site",
          "stock",
          "store",
          "subscription",
          "supplier",
          "tag",
          "task",
          "tax",
          "team",
          "template",
          "tenant",
          "ticket",
          "transfer",
          "unit",
          "user",
          "vendor",
          "version",
          "visit",
          "voucher",
          "warehouse",
          "wallet");

  private static final List<String> PROPERTIES =
      List.of(
          "amount",
          "code",
          "count",
          "comment",
          "created_at",
          "data",
          "deleted_at",
          "description",
          "email",
          "enabled",
          "expires_at",
          "external_id",
          "flags",
          "hash",
          "height",
          "key",
          "kind",
          "label",
          "level",
          "locale",
          "name",
          "number",
          "origin",
          "path",
          "phone",
          "position",
          "priority",
          "quantity",
          "rate",
          "reason",
          "reference",
          "score",
          "settings",
          "size",
          "state",
          "status",
          "subject",
          "title",
          "token",
          "total",
          "type",
          "updated_at",
          "url",
          "uuid",
          "value",
          "weight",
          "width");

  private final Random random = new Random(20_190_613);
  private final List<String> tables = new ArrayList<>();
  private final Map<String, String> usualTypes = new HashMap<>();

  /** The statements that make tables. */
  List<String> creations(int count) {
    List<String> statements = new ArrayList<>();
    Set<String> names = new LinkedHashSet<>();
    while (names.size() < count) {
      String name = any(THINGS) + '_' + any(THINGS);
      // Many are shards of one table, or made for a month.
      names.add(random.nextInt(3) == 0 ? name : name + '_' + random.nextInt(count));
    }
    for (String name : names) {
      statements.add(creation(name));
      tables.add(name);
    }
    return statements;
  }

  /** Statements each of which changes one of the tables. */
  List<String> changes(int count) {
    List<String> statements = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int table = random.nextInt(tables.size());
      String alter = "ALTER TABLE `" + tables.get(table) + "` ";
      String added = "`" + any(PROPERTIES) + "_new_" + i + "`";
      switch (random.nextInt(4)) {
        case 0 -> statements.add(alter + "ADD COLUMN " + added + " " + type());
        case 1 -> statements.add(alter + "ADD COLUMN " + added + " " + type() + " AFTER `id`");
        case 2 ->
            statements.add("CREATE INDEX `by_new_" + i + "` ON `" + tables.get(table) + "` (`id`)");
        default -> {
          String name = tables.get(table) + "_" + i;
          statements.add("RENAME TABLE `" + tables.get(table) + "` TO `" + name + "`");
          tables.set(table, name);
        }
      }
    }
    return statements;
  }

  private String creation(String table) {
    StringBuilder sql = new StringBuilder("CREATE TABLE `" + table + "` (\n");
    sql.append("  `id` bigint unsigned NOT NULL AUTO_INCREMENT,\n");
    Set<String> names = new LinkedHashSet<>();
    int wanted = 19 + random.nextInt(41);
    while (names.size() < wanted) {
      names.add(random.nextBoolean() ? any(PROPERTIES) : any(THINGS) + '_' + any(PROPERTIES));
    }
    for (String name : names) {
      // Columns of one name mostly have one type.
      boolean usual = random.nextInt(5) > 0;
      String type = usual ? usualTypes.computeIfAbsent(name, n -> type()) : type();
      sql.append("  `").append(name).append("` ").append(type).append(",\n");
    }
    String parent = tables.isEmpty() || random.nextInt(5) > 0 ? "" : any(tables);
    if (!parent.isEmpty()) {
      sql.append("  `parent_id` bigint unsigned DEFAULT NULL,\n");
    }
    List<String> columns = List.copyOf(names);
    sql.append("  `tenant` int unsigned NOT NULL,\n  `serial` binary(16) NOT NULL,\n");
    sql.append("  PRIMARY KEY (`id`),\n  UNIQUE KEY `by_serial` (`tenant`,`serial`)");
    for (int i = random.nextInt(4); i >= 0; i--) {
      // A key over a text needs a length, and this is about tables, not about keys.
      sql.append(",\n  KEY `by_").append(columns.get(i)).append("` (`tenant`,`id`)");
    }
    if (!parent.isEmpty()) {
      sql.append(",\n  CONSTRAINT `fk_").append(table).append("` FOREIGN KEY (`parent_id`)");
      sql.append(" REFERENCES `").append(parent).append("` (`id`) ON DELETE RESTRICT");
    }
    return sql.append("\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COMMENT='")
        .append(table)
        .append("'")
        .toString();
  }

  private String type() {
    String type =
        switch (random.nextInt(12)) {
          case 0 -> "int";
          case 1 -> "bigint unsigned";
          case 2 -> "tinyint(1) NOT NULL DEFAULT '0'";
          case 3 -> "decimal(" + (10 + random.nextInt(3) * 3) + ",2) NOT NULL DEFAULT '0.00'";
          case 4 -> "datetime(6) DEFAULT NULL";
          case 5 -> "timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP";
          case 6 -> "varchar(" + (16 << random.nextInt(5)) + ") NOT NULL DEFAULT ''";
          case 7 -> "varchar(64) CHARACTER SET ascii COLLATE ascii_bin DEFAULT NULL";
          case 8 -> "char(2) CHARACTER SET latin1 DEFAULT NULL";
          case 9 -> "enum('" + any(PROPERTIES) + "','" + any(THINGS) + "') DEFAULT NULL";
          case 10 -> "text COLLATE utf8mb4_bin";
          default -> "varchar(255) DEFAULT NULL COMMENT 'the " + any(THINGS) + "''s own'";
        };
    return type;
  }

  private String any(List<String> words) {
    return words.get(random.nextInt(words.size()));
  }
}
