-- The rule for subjects knows names without a capital now (data/functions/permit_title.sql): what was
-- imported before loses them too. Each time that the rule learns more, a migration does the same.
UPDATE geoloket.permits SET title = title
WHERE title IS DISTINCT FROM geoloket.permit_title(title);
