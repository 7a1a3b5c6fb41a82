-- A change of state is cheap as long as no index has to be told: the new version of the row then stays on its page
-- (a heap-only tuple). So the indexes of what is under way no longer mention the state, but a phase that stays the same
-- from the acceptance of a message without an order until its end.

drop index erpsync.message_under_way;
drop index erpsync.message_of_ordered_key;
drop index erpsync.message_one_call_per_ordered_key;

alter table erpsync.message
  -- `calling` only where it matters: SAP may be at work on a message of an ordered key
  add column phase text not null generated always as (
    case when state in ('synced', 'superseded', 'discarded') then 'over'
         when state in ('dead', 'held') then state
         when state in ('in_flight', 'in_doubt') and ordering <> 'none' then 'calling'
         else 'under_way' end) stored;

create index message_under_way on erpsync.message (flow, phase, accepted_at)
 where phase in ('under_way', 'calling', 'held');
create index message_of_ordered_key on erpsync.message (flow, business_key, version_rank, seq)
 where ordering <> 'none' and phase <> 'over';
create unique index message_one_call_per_ordered_key on erpsync.message (flow, business_key)
 where phase = 'calling';

-- room on each page for a second version of every row on it
alter table erpsync.message set (fillfactor = 50);
alter table erpsync.attempt set (fillfactor = 50);
