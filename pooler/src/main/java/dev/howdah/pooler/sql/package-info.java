/**
 * Reads SQL text far enough to know what it does to the state of a session, without a grammar of
 * expressions: {@link dev.howdah.pooler.sql.SqlScanner} finds tokens by PostgreSQL's lexical rules,
 * {@link dev.howdah.pooler.sql.SqlReader} turns a text into {@link
 * dev.howdah.pooler.sql.StatementFacts}. Nothing here knows what a session, a pool or a socket is.
 */
@NullMarked
package dev.howdah.pooler.sql;

import org.jspecify.annotations.NullMarked;
