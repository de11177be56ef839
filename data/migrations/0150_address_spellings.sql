-- New spellings are put into the index at once: those that wait for a vacuum are read one by one by
-- each search for a misspelt name, just after the import that brought them.
ALTER INDEX geoloket.address_spellings_trigram SET (fastupdate = off);
SELECT gin_clean_pending_list('geoloket.address_spellings_trigram');
