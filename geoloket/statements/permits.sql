-- name: histories
-- Every event of every permit, with the facts of its file; one permit after the other, events in order.
SELECT event.permit_id, event.code, event.happened_on, event.source, event.extension_days,
    permit.procedure, permit.project_types, permit.authority
FROM geoloket.permit_events AS event
JOIN geoloket.permits AS permit ON permit.id = event.permit_id
WHERE permit.retired_on IS NULL
ORDER BY event.permit_id, event.seq

-- name: make_staging
-- What was derived, before it is compared with what is published.
CREATE TEMP TABLE permit_states (
    id text COLLATE "C" PRIMARY KEY,
    status text NOT NULL,
    status_on date,
    submitted_on date,
    inquiry_from date,
    inquiry_until date,
    decision_due date,
    decided_on date,
    decision_result text
) ON COMMIT DROP

-- name: fill_staging
COPY permit_states (id, status, status_on, submitted_on, inquiry_from, inquiry_until,
    decision_due, decided_on, decision_result) FROM STDIN

-- name: apply_staging
-- Only rows that differ are written: an untouched table keeps its tiles and ETags.
UPDATE geoloket.permits AS permit
SET status = derived.status, status_on = derived.status_on, submitted_on = derived.submitted_on,
    inquiry_from = derived.inquiry_from, inquiry_until = derived.inquiry_until,
    decision_due = derived.decision_due, decided_on = derived.decided_on,
    decision_result = derived.decision_result
FROM permit_states AS derived
WHERE permit.id = derived.id
  AND (permit.status, permit.status_on, permit.submitted_on, permit.inquiry_from,
        permit.inquiry_until, permit.decision_due, permit.decided_on, permit.decision_result)
    IS DISTINCT FROM (derived.status, derived.status_on, derived.submitted_on, derived.inquiry_from,
        derived.inquiry_until, derived.decision_due, derived.decided_on, derived.decision_result)

-- name: drop_staging
DROP TABLE permit_states
