-- Takes records of dispatch.decisions and keeps nothing.
CREATE OR REPLACE TABLE drover.decision_blocks
(
  event_id String,
  event_revision Int32,
  program_id LowCardinality(String),
  terms_version Int32,
  trigger LowCardinality(String),
  order_seq Int64,
  decided_at DateTime64(3, 'UTC'),
  device_ids Array(String),
  outcomes Array(LowCardinality(String)),
  command_seqs Array(Int64),
  state_offsets Array(Int64),
  epochs Array(Int64),
  payload_hashes Array(String),
  outranked_bys Array(String),
  faults Array(String),
  recorded_at DateTime64(3, 'UTC'),
  topic LowCardinality(String),
  partition UInt16,
  offset Int64
)
ENGINE = Null;
