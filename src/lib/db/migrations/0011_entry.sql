-- How a message entered: as a state of the source, or to bring SAP back to it; and by which line of which push run.

alter table erpsync.message
  -- `resync`: SAP is brought to this state, whatever it holds; it takes the reference over from the message it repeats
  add column intent      text not null default 'sync',
  add column push_run_id text,
  -- number of the file in its run, and of the line in the file, both from 1
  add column push_file   integer,
  add column push_line   integer,
  add constraint message_intent_known check (intent in ('sync', 'resync')),
  add constraint message_line_of_run check
    ((push_run_id is null) = (push_file is null) and (push_run_id is null) = (push_line is null));
