-- Every reading, once. Add up kind register and withdrawn; of kind interval the last per interval counts.
CREATE OR REPLACE VIEW drover.readings AS
SELECT *
FROM drover.reading_rows FINAL;
