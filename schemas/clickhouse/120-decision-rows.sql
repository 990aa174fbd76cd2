-- One row per device of each record of dispatch.decisions.
CREATE TABLE IF NOT EXISTS drover.decision_rows
(
  event_id String COMMENT 'Event.' CODEC(ZSTD(1)),
  device_id String COMMENT 'Device.' CODEC(ZSTD(1)),
  event_revision Int32 COMMENT 'Revision planned for.' CODEC(T64, ZSTD(1)),
  program_id LowCardinality(String) COMMENT 'Program.',
  terms_version Int32 COMMENT 'Version of the terms.' CODEC(T64, ZSTD(1)),
  trigger LowCardinality(String) COMMENT 'order, state, tick.',
  order_seq Int64 COMMENT 'Order of the pass.' CODEC(T64, ZSTD(1)),
  decided_at DateTime64(3, 'UTC') COMMENT 'Time of the transaction.' CODEC(Delta(8), ZSTD(1)),
  outcome LowCardinality(String) COMMENT 'What was decided.',
  command_seq Int64 COMMENT 'seq of the command written; 0 = none.' CODEC(T64, ZSTD(1)),
  state_offset Int64 COMMENT 'Last enrollment.changes offset folded in.' CODEC(T64, ZSTD(1)),
  epoch Int64 COMMENT 'Connection epoch known; -1 = not connected.' CODEC(T64, ZSTD(1)),
  payload_hash String COMMENT 'Hash of the payload; empty = no command.' CODEC(ZSTD(1)),
  outranked_by String COMMENT 'Event that took the device; empty = none.' CODEC(ZSTD(1)),
  fault String COMMENT 'With internalFault: what went wrong.' CODEC(ZSTD(1)),
  recorded_at DateTime64(3, 'UTC') COMMENT 'Time of receipt: Kafka''s timestamp.' CODEC(Delta(8), ZSTD(1)),
  topic LowCardinality(String) COMMENT 'Topic.',
  partition UInt16 COMMENT 'Partition.',
  offset Int64 COMMENT 'Offset.' CODEC(Delta(8), ZSTD(1)),
  block_index UInt16 COMMENT 'Place within the record, from 0.' CODEC(Delta(2), ZSTD(1))
)
ENGINE = ReplacingMergeTree
ORDER BY (event_id, device_id, event_revision, topic, partition, offset, block_index)
SETTINGS non_replicated_deduplication_window = 1000;
