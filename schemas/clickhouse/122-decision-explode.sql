-- Turns blocks of decisions into rows.
DROP VIEW IF EXISTS drover.decision_explode;

CREATE MATERIALIZED VIEW drover.decision_explode TO drover.decision_rows AS
SELECT
  event_id,
  event_revision,
  program_id,
  terms_version,
  trigger,
  order_seq,
  decided_at,
  device_id,
  outcome,
  command_seq,
  state_offset,
  epoch,
  payload_hash,
  outranked_by,
  fault,
  recorded_at,
  topic,
  partition,
  offset,
  toUInt16(position) AS block_index
FROM drover.decision_blocks
ARRAY JOIN
  device_ids AS device_id,
  outcomes AS outcome,
  command_seqs AS command_seq,
  state_offsets AS state_offset,
  epochs AS epoch,
  payload_hashes AS payload_hash,
  outranked_bys AS outranked_by,
  faults AS fault,
  range(length(device_ids)) AS position;
