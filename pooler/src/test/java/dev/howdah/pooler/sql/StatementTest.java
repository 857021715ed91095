package dev.howdah.pooler.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The records of single statements, in a short form without ranges. */
class StatementTest {
  private final SqlReader reader = new SqlReader();

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "begin | Begin[modes=TransactionModes[isolation=null, readOnly=null, deferrable=null]]",
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ WRITE | Begin[modes=TransactionModes[isolation=REPEATABLE_READ, readOnly=false, deferrable=null]]",
        "begin work read only, not deferrable | Begin[modes=TransactionModes[isolation=null, readOnly=true, deferrable=false]]",
        "start transaction isolation level serializable, read only deferrable | Begin[modes=TransactionModes[isolation=SERIALIZABLE, readOnly=true, deferrable=true]]",
        "start | Malformed[kind=BEGIN]",
        "commit | Commit[chain=false]",
        "end transaction and chain | Commit[chain=true]",
        "commit work and no chain | Commit[chain=false]",
        "commit prepared 'a' | Plain[kind=COMMIT_PREPARED]",
        "commit x | Malformed[kind=COMMIT]",
        "rollback and chain | Rollback[chain=true]",
        "abort | Rollback[chain=false]",
        "rollback prepared 'a' | Plain[kind=ROLLBACK_PREPARED]",
        "rollback work to savepoint \"A b\" | RollbackTo[name=A b]",
        "rollback to A | RollbackTo[name=a]",
        "rollback to savepoint | RollbackTo[name=savepoint]",
        "savepoint A$1 | Savepoint[name=a$1]",
        "release savepoint a | Release[name=a]",
        "release a | Release[name=a]",
        "prepare transaction 'a' | Plain[kind=PREPARE_TRANSACTION]"
      })
  void transaction_control_is_understood(String sql, String expected) {
    assertThat(shortForm(sql)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "set Work_Mem = '64MB' | SetSetting[local=false, name=work_mem, values=[64MB]]",
        "set session a.B to c | SetSetting[local=false, name=a.b, values=[c]]",
        "set local lock_timeout = 10 | SetSetting[local=true, name=lock_timeout, values=[10]]",
        "set a =-1.5 | SetSetting[local=false, name=a, values=[-1.5]]",
        "set search_path = \"$user\", Public, 'x' | SetSetting[local=false, name=search_path, values=[$user, public, x]]",
        "set a to default | SetSetting[local=false, name=a, values=[]]",
        "set \"A\".b = on | SetSetting[local=false, name=a.b, values=[on]]",
        "set a from current | SetSetting[local=false, name=a, values=[current]]",
        "set time zone 'UTC' | SetSetting[local=false, name=timezone, values=[UTC]]",
        "set local time zone -3.5 | SetSetting[local=true, name=timezone, values=[-3.5]]",
        "set time zone local | SetSetting[local=false, name=timezone, values=[]]",
        "set time zone interval '1' hour to minute | SetSetting[local=false, name=timezone, values=[interval '1' hour to minute]]",
        "set names 'utf8' | SetSetting[local=false, name=client_encoding, values=[utf8]]",
        "set names | SetSetting[local=false, name=client_encoding, values=[]]",
        "set schema 'a' | SetSetting[local=false, name=search_path, values=[a]]",
        "set schema = 'a' | SetSetting[local=false, name=schema, values=[a]]",
        "set role a | SetSetting[local=false, name=role, values=[a]]",
        "set local role none | SetSetting[local=true, name=role, values=[none]]",
        "set role to a | SetSetting[local=false, name=role, values=[a]]",
        "set session authorization 'a' | SetSetting[local=false, name=session_authorization, values=[a]]",
        "set session session authorization a | SetSetting[local=false, name=session_authorization, values=[a]]",
        "set local session authorization default | SetSetting[local=true, name=session_authorization, values=[]]",
        "set session.a = 1 | SetSetting[local=false, name=session.a, values=[1]]",
        "set local.a = 1 | SetSetting[local=false, name=local.a, values=[1]]",
        "set xml option document | SetSetting[local=false, name=xmloption, values=[document]]",
        "set transaction read only | SetTransaction[modes=TransactionModes[isolation=null, readOnly=true, deferrable=null], snapshot=false]",
        "set local transaction isolation level read committed | SetTransaction[modes=TransactionModes[isolation=READ_COMMITTED, readOnly=null, deferrable=null], snapshot=false]",
        "set transaction snapshot 'a' | SetTransaction[modes=TransactionModes[isolation=null, readOnly=null, deferrable=null], snapshot=true]",
        "set session characteristics as transaction read write | SetSessionCharacteristics[local=false, modes=TransactionModes[isolation=null, readOnly=false, deferrable=null]]",
        "set constraints all deferred | Plain[kind=SET_CONSTRAINTS]",
        "set a | Malformed[kind=SET]",
        "set a = (1) | Malformed[kind=SET]",
        "reset all | Reset[name=null]",
        "reset A.\"b\" | Reset[name=a.b]",
        "reset time zone | Reset[name=timezone]",
        "reset session authorization | Reset[name=session_authorization]",
        "reset transaction isolation level | Reset[name=transaction_isolation]",
        "reset role | Reset[name=role]",
        "show all | Show[name=null]",
        "show time zone | Show[name=timezone]",
        "show server_version | Show[name=server_version]"
      })
  void settings_are_understood_in_all_spellings(String sql, String expected) {
    assertThat(shortForm(sql)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "DISCARD ALL | Discard[what=ALL]",
        "discard temporary | Discard[what=TEMP]",
        "discard sequences; | Discard[what=SEQUENCES]",
        "discard plans | Discard[what=PLANS]",
        "discard all now | Malformed[kind=DISCARD]",
        "prepare A (int, numeric(1, 2)) as insert into t values ($1) | Prepare[name=a, query=Plain[kind=INSERT]]",
        "prepare transaction as select 1 | Prepare[name=transaction, query=Plain[kind=SELECT]]",
        "prepare a as | Malformed[kind=PREPARE]",
        "execute \"A\" | Execute[name=A]",
        "execute a(1, (2)) | Execute[name=a]",
        "deallocate prepare a | Deallocate[name=a]",
        "deallocate prepare all | Deallocate[name=null]",
        "deallocate prepare | Deallocate[name=prepare]",
        "deallocate all | Deallocate[name=null]",
        "listen Cron_Trigger | Listen[channel=cron_trigger]",
        "listen u&\"\\0061\" | Listen[channel=a]",
        "listen \"a\"\"b\" | Listen[channel=a\"b]",
        "unlisten * | Unlisten[channel=null]",
        "unlisten a | Unlisten[channel=a]",
        "notify a, 'b' | Notify[channel=a]",
        "notify a | Notify[channel=a]",
        "notify a, b | Malformed[kind=NOTIFY]",
        "declare a binary insensitive no scroll cursor with hold for select 1 | DeclareCursor[name=a, withHold=true]",
        "declare \"A\" cursor for values (1) | DeclareCursor[name=A, withHold=false]",
        "close all | Close[name=null]",
        "close a | Close[name=a]",
        "fetch forward 10 from a | Fetch[kind=FETCH, name=a]",
        "fetch a | Fetch[kind=FETCH, name=a]",
        "move backward -1 in \"A\" | Fetch[kind=MOVE, name=A]",
        "explain select 1 | Explain[analyze=false, query=Plain[kind=SELECT]]",
        "explain analyze verbose execute a | Explain[analyze=true, query=Execute[name=a]]",
        "explain (analyze, buffers off) (select 1) | Explain[analyze=true, query=Plain[kind=SELECT]]",
        "explain (costs off, analyze false) delete from t | Explain[analyze=false, query=Plain[kind=DELETE]]",
        "explain (select 1) | Explain[analyze=false, query=Plain[kind=SELECT]]",
        "explain with a as (select 1), insert as (select 2) delete from b | Explain[analyze=false, query=With[main=DELETE]]"
      })
  void statements_about_the_session_are_understood(String sql, String expected) {
    assertThat(shortForm(sql)).isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "create table t (a int) | Create[object=table, temporary=false, onCommitDrop=false, execute=null]",
        "create temp table t (a int) on commit drop | Create[object=table, temporary=true, onCommitDrop=true, execute=null]",
        "create table t as execute \"A\"(1) with no data | Create[object=table, temporary=false, onCommitDrop=false, execute=Execute[name=A]]",
        "create materialized view v as select 1 | Create[object=materialized view, temporary=false, onCommitDrop=false, execute=null]",
        "create or replace function f() returns int return 1 | Create[object=function, temporary=false, onCommitDrop=false, execute=null]",
        "create unique index on t (a) | Create[object=index, temporary=false, onCommitDrop=false, execute=null]",
        "CREATE DATABASE \"A\" ENCODING 'unicode' LC_COLLATE 'C' TEMPLATE \"B\" | CreateDatabase[name=A, template=B]",
        "create database a template = b owner c | CreateDatabase[name=a, template=b]",
        "create database a template default | CreateDatabase[name=a, template=null]",
        "create database a | CreateDatabase[name=a, template=null]",
        "drop database if exists \"A\" with (force) | DropDatabase[name=A, force=true]",
        "drop database a | DropDatabase[name=a, force=false]",
        "drop table a | Plain[kind=DROP]",
        "alter database a rename to \"B\" | AlterDatabase[name=a, newName=B, needsItAlone=true]",
        "alter database a set tablespace b | AlterDatabase[name=a, newName=null, needsItAlone=true]",
        "alter database a set work_mem = 1 | AlterDatabase[name=a, newName=null, needsItAlone=false]",
        "alter table a rename to b | Plain[kind=ALTER]"
      })
  void definitions_tell_what_concerns_sessions_and_databases(String sql, String expected) {
    assertThat(shortForm(sql)).isEqualTo(expected);
  }

  private String shortForm(String sql) {
    Statement statement = reader.read(sql).statements().getFirst();
    return statement
        .toString()
        .replaceAll("SqlName\\[text=(.*?), range=SourceRange\\[[^]]*]]", "$1")
        .replaceAll("(range|value)=SourceRange\\[[^]]*],? ?", "")
        .replaceAll(", ]", "]");
  }
}
