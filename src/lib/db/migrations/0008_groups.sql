-- Groups of dead letters: those of one cause share a fingerprint. What a list of groups tells is kept counted, whoever
-- changes letters and however, so that it never has to be gathered from them.

create table erpsync.dead_letter_group (
  id              text        primary key,
  -- of the rules by which the fingerprint was made; 0: by the database itself, from everything but the text
  version         smallint    not null,
  flow            text        not null,
  stage           text        not null,
  class           text        not null,
  code            text        not null,
  -- the text without what differs from letter to letter, or what a rule of the configuration put in its place
  template        text        not null,
  -- the text of the letter that the group began with
  sample          text        not null,
  -- said by a rule of the configuration
  title           text,
  runbook         text,
  replayable      text,

  first_seen      timestamptz not null,
  last_seen       timestamptz not null,
  open            bigint      not null default 0,
  replayed        bigint      not null default 0,
  resolved        bigint      not null default 0,
  died_again      bigint      not null default 0,
  discarded       bigint      not null default 0,
  -- business keys with an open letter
  keys            bigint      not null default 0,

  -- since when nothing is left to do, and when it was seen again after that
  resolved_at     timestamptz,
  regressed_at    timestamptz,
  acknowledged_at timestamptz,
  acknowledged_by text,
  assigned_to     text,
  snoozed_until   timestamptz,
  note            text,

  constraint dead_letter_group_id_known check (id ~ '^F-[A-Z2-7]{7}$'),
  constraint dead_letter_group_replayable_known check (replayable in ('never', 'after-fix', 'auto')),
  constraint dead_letter_group_seen_in_order check (first_seen <= last_seen),
  constraint dead_letter_group_counted check
    (open >= 0 and replayed >= 0 and resolved >= 0 and died_again >= 0 and discarded >= 0 and keys between 0 and open),
  constraint dead_letter_group_resolved_if_empty check (resolved_at is null or (open = 0 and replayed = 0)),
  constraint dead_letter_group_acknowledged_by_someone check ((acknowledged_at is null) = (acknowledged_by is null))
) with (fillfactor = 50);

-- When the letters of a group died, by the hour (UTC), for a month.
create table erpsync.dead_letter_hour (
  group_id text        not null references erpsync.dead_letter_group on delete cascade,
  hour     timestamptz not null,
  letters  bigint      not null,

  constraint dead_letter_hour_pkey primary key (group_id, hour),
  constraint dead_letter_hour_counted check (letters >= 0)
) with (fillfactor = 50);

-- Seven characters of base32 (RFC 4648) of a sha256.
create function erpsync.group_id_of(fingerprint text) returns text language sql immutable as $$
  select 'F-' || string_agg(substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567', 1 + ((bits >> (35 - 5 * n)) & 31)::integer, 1), '' order by n)
    from (select ('x' || encode(substr(sha256(convert_to(fingerprint, 'UTF8')), 1, 5), 'hex'))::bit(40)::bigint as bits) hash,
         generate_series(0, 6) as n
$$;

alter table erpsync.dead_letter
  add column group_id     text,
  add column business_key text,
  add column tags         text[] not null default '{}';

insert into erpsync.dead_letter_group (id, version, flow, stage, class, code, template, sample, first_seen, last_seen)
select erpsync.group_id_of(concat_ws('|', 'v0', flow, stage, class, code)), 0, flow, stage, class, code, '',
       (array_agg(text order by seq))[1], min(died_at), max(died_at)
  from erpsync.dead_letter
 group by flow, stage, class, code;

update erpsync.dead_letter l
   set group_id     = erpsync.group_id_of(concat_ws('|', 'v0', l.flow, l.stage, l.class, l.code)),
       business_key = (select m.business_key from erpsync.message m where m.id = l.message_id);

update erpsync.dead_letter_group g
   set open = l.open, replayed = l.replayed, resolved = l.resolved, died_again = l.died_again, keys = l.keys,
       resolved_at = case when l.open + l.replayed = 0 then now() end
  from (select group_id,
               count(*) filter (where state = 'open')       as open,
               count(*) filter (where state = 'replayed')   as replayed,
               count(*) filter (where state = 'resolved')   as resolved,
               count(*) filter (where state = 'died_again') as died_again,
               count(distinct business_key) filter (where state = 'open') as keys
          from erpsync.dead_letter
         group by group_id) l
 where l.group_id = g.id;

insert into erpsync.dead_letter_hour (group_id, hour, letters)
select group_id, date_trunc('hour', died_at, 'UTC'), count(*)
  from erpsync.dead_letter
 where died_at > now() - interval '31 days'
 group by 1, 2;

alter table erpsync.dead_letter
  alter column group_id set not null,
  add constraint dead_letter_grouped foreign key (group_id) references erpsync.dead_letter_group,
  add constraint dead_letter_tags_named check (array_position(tags, null) is null and array_position(tags, '') is null);

create index dead_letter_by_group on erpsync.dead_letter (group_id, state, seq desc);
-- the search for a key or its beginning; and whether a group has another open letter of a key
create index dead_letter_by_key on erpsync.dead_letter (business_key text_pattern_ops, group_id, state)
 where business_key is not null;
create index dead_letter_by_tag on erpsync.dead_letter using gin (tags) where tags <> '{}';

-- A release that knows no groups archives too while a cluster is updated.
create function erpsync.group_letter() returns trigger language plpgsql as $$
begin
  new.group_id := erpsync.group_id_of(concat_ws('|', 'v0', new.flow, new.stage, new.class, new.code));
  new.business_key := (select m.business_key from erpsync.message m where m.id = new.message_id);
  insert into erpsync.dead_letter_group (id, version, flow, stage, class, code, template, sample, first_seen, last_seen)
  values (new.group_id, 0, new.flow, new.stage, new.class, new.code, '', new.text, new.died_at, new.died_at)
      on conflict do nothing;
  return new;
end
$$;

create trigger group_letter
before insert on erpsync.dead_letter
   for each row
  when (new.group_id is null)
execute function erpsync.group_letter();

-- One letter more (or, with -1, less) of a group, key and state.
create type erpsync.letter_change as (
  letter_id    uuid,
  group_id     text,
  business_key text,
  state        text,
  died_at      timestamptz,
  letters      integer
);

-- Groups are locked first, in the order of their ids: who waited then sees what the other one has committed, which is
-- what makes the count of keys true. Scans are off because a session's plans are older than the letters it archives.
create function erpsync.count_letters(changes erpsync.letter_change[], are_new boolean)
returns void language plpgsql set enable_seqscan = off as $$
declare
  touched text[];
begin
  select array_agg(distinct group_id) into touched
    from (select c.group_id
            from unnest(changes) c
           group by c.group_id, c.state, c.business_key, date_trunc('hour', c.died_at, 'UTC')
          having sum(c.letters) <> 0) net;
  if touched is null then
    return;
  end if;

  perform from erpsync.dead_letter_group where id = any (touched) order by id for no key update;

  with change as (
    select c.group_id,
           coalesce(sum(c.letters) filter (where c.state = 'open'), 0)       as open,
           coalesce(sum(c.letters) filter (where c.state = 'replayed'), 0)   as replayed,
           coalesce(sum(c.letters) filter (where c.state = 'resolved'), 0)   as resolved,
           coalesce(sum(c.letters) filter (where c.state = 'died_again'), 0) as died_again,
           coalesce(sum(c.letters) filter (where c.state = 'discarded'), 0)  as discarded,
           min(c.died_at) filter (where c.letters > 0) as first_seen,
           max(c.died_at) filter (where c.letters > 0) as last_seen
      from unnest(changes) c
     where c.group_id = any (touched)
     group by c.group_id
  ), changed_key as (
    select c.group_id, c.business_key, array_agg(c.letter_id) as letter_ids,
           bool_or(c.letters > 0)::integer - bool_or(c.letters < 0)::integer as keys
      from unnest(changes) c
     where c.group_id = any (touched)
       and c.state = 'open'
       and c.business_key is not null
     group by c.group_id, c.business_key
  ), key_change as (
    select k.group_id, sum(k.keys) as keys
      from changed_key k
     where k.keys <> 0
       and (select true
              from erpsync.dead_letter l
             where l.business_key = k.business_key
               and l.group_id = k.group_id
               and l.state = 'open'
               and l.id <> all (k.letter_ids)
             limit 1) is null
     group by k.group_id
  ), wanted as (
    select g.id,
           g.open + c.open + g.replayed + c.replayed > 0 as is_unresolved,
           are_new and c.open > 0 and g.resolved_at is not null as regresses,
           c.*, coalesce(k.keys, 0) as keys
      from change c
      join erpsync.dead_letter_group g on g.id = c.group_id
      left join key_change k on k.group_id = c.group_id
  )
  update erpsync.dead_letter_group g
     set open            = g.open + w.open,
         replayed        = g.replayed + w.replayed,
         resolved        = g.resolved + w.resolved,
         died_again      = g.died_again + w.died_again,
         discarded       = g.discarded + w.discarded,
         keys            = g.keys + w.keys,
         first_seen      = least(g.first_seen, w.first_seen),
         last_seen       = greatest(g.last_seen, w.last_seen),
         resolved_at     = case when not w.is_unresolved then coalesce(g.resolved_at, now()) end,
         regressed_at    = case when w.regresses then now() else g.regressed_at end,
         acknowledged_at = case when not w.regresses then g.acknowledged_at end,
         acknowledged_by = case when not w.regresses then g.acknowledged_by end,
         snoozed_until   = case when not w.regresses then g.snoozed_until end
    from wanted w
   where w.id = g.id;

  insert into erpsync.dead_letter_hour as h (group_id, hour, letters)
  select c.group_id, date_trunc('hour', c.died_at, 'UTC') as hour, sum(c.letters)
    from unnest(changes) c
   where c.died_at > now() - interval '31 days'
   group by 1, 2
  having sum(c.letters) > 0
   order by 1, 2
      on conflict (group_id, hour) do update set letters = h.letters + excluded.letters;

  update erpsync.dead_letter_hour h
     set letters = greatest(0, h.letters + c.letters)
    from (select c.group_id, date_trunc('hour', c.died_at, 'UTC') as hour, sum(c.letters) as letters
            from unnest(changes) c
           group by 1, 2
          having sum(c.letters) < 0) c
   where h.group_id = c.group_id
     and h.hour = c.hour;

  if are_new then
    delete from erpsync.dead_letter_hour where group_id = any (touched) and hour < now() - interval '32 days';
  end if;
end
$$;

create function erpsync.count_inserted_letters() returns trigger language plpgsql as $$
begin
  perform erpsync.count_letters(array(
    select row(id, group_id, business_key, state, died_at, 1)::erpsync.letter_change from inserted
  ), true);
  return null;
end
$$;

create function erpsync.count_updated_letters() returns trigger language plpgsql as $$
begin
  perform erpsync.count_letters(array(
    select row(id, group_id, business_key, state, died_at, 1)::erpsync.letter_change from updated
     union all
    select row(id, group_id, business_key, state, died_at, -1)::erpsync.letter_change from outdated
  ), false);
  return null;
end
$$;

create function erpsync.count_deleted_letters() returns trigger language plpgsql as $$
begin
  perform erpsync.count_letters(array(
    select row(id, group_id, business_key, state, died_at, -1)::erpsync.letter_change from deleted
  ), false);
  return null;
end
$$;

create function erpsync.count_no_letters() returns trigger language plpgsql as $$
begin
  update erpsync.dead_letter_group
     set open = 0, replayed = 0, resolved = 0, died_again = 0, discarded = 0, keys = 0, resolved_at = coalesce(resolved_at, now());
  delete from erpsync.dead_letter_hour;
  return null;
end
$$;

create trigger count_inserted_letters
 after insert on erpsync.dead_letter
referencing new table as inserted
   for each statement
execute function erpsync.count_inserted_letters();

create trigger count_updated_letters
 after update on erpsync.dead_letter
referencing new table as updated old table as outdated
   for each statement
execute function erpsync.count_updated_letters();

create trigger count_deleted_letters
 after delete on erpsync.dead_letter
referencing old table as deleted
   for each statement
execute function erpsync.count_deleted_letters();

create trigger count_no_letters
 after truncate on erpsync.dead_letter
   for each statement
execute function erpsync.count_no_letters();
