-- What SAP takes and decides on later has more answers to a look-up than "there" and "not there".
alter table erpsync.attempt
  drop constraint attempt_probe_known,
  add constraint attempt_probe_known check
    (probe in ('found', 'absent', 'several', 'pending', 'refused', 'repeatable', 'failed'));
