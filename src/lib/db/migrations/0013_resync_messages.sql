-- A message that brings SAP back to a state goes by the reference of the message it repeats: SAP knows the document by it.

alter table erpsync.message
  -- the resync message that goes by this one's reference now
  add column repeated_by uuid,
  -- what SAP may still get by that reference comes from one message
  add constraint message_repeated_when_over check
    (repeated_by is null or state in ('synced', 'superseded', 'discarded')),
  drop constraint message_reference;

create unique index message_reference on erpsync.message (flow, reference) where repeated_by is null;
