/**
 * A PostgreSQL server that does nothing and a load generator that wastes little, so that what lies
 * between them, the pooler, is what gets measured. Each is a program of its own.
 */
@NullMarked
package dev.howdah.bench.load;

import org.jspecify.annotations.NullMarked;
