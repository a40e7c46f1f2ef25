/** The published contracts, held by the MySQL connector on real servers. */
@NullMarked
package dev.syncline.mysql.contract;

import org.jspecify.annotations.NullMarked;
