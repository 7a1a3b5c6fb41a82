-- A replay starts the age of a message anew: else a letter that is replayed a day later dies at its first failure.

alter table erpsync.message add column under_way_since timestamptz;

update erpsync.message set under_way_since = accepted_at;

alter table erpsync.message
  alter column under_way_since set default now(),
  alter column under_way_since set not null;
