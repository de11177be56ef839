-- Who noted that the supplier declares that its pictures are blurred.
ALTER TABLE imagery.campaigns
    ADD COLUMN declared_by text,
    ADD COLUMN declared_at timestamptz;
