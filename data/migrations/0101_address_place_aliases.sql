-- Other names of municipalities: in another language, or of a municipality that has been merged into it.
-- A row adds a name to search by, never a name to show. Municipalities not in the data do no harm.
CREATE TABLE geoloket.address_place_aliases (
    alias        text NOT NULL,
    municipality text NOT NULL,
    language     text NOT NULL CHECK (language IN ('nl', 'fr', 'en', 'de')),
    merged_on    date,
    PRIMARY KEY (alias, municipality)
);
COMMENT ON COLUMN geoloket.address_place_aliases.merged_on IS
    'the day the named municipality became part of the other; empty for a name in another language';

INSERT INTO geoloket.address_place_aliases (alias, municipality, language) VALUES
    ('Anvers', 'Antwerpen', 'fr'), ('Antwerp', 'Antwerpen', 'en'),
    ('Gand', 'Gent', 'fr'), ('Ghent', 'Gent', 'en'),
    ('Bruges', 'Brugge', 'fr'), ('Louvain', 'Leuven', 'fr'), ('Malines', 'Mechelen', 'fr'),
    ('Courtrai', 'Kortrijk', 'fr'), ('Renaix', 'Ronse', 'fr'), ('Ypres', 'Ieper', 'fr'),
    ('Alost', 'Aalst', 'fr'), ('Ostende', 'Oostende', 'fr'), ('Ostend', 'Oostende', 'en'),
    ('Saint-Nicolas', 'Sint-Niklaas', 'fr'), ('Termonde', 'Dendermonde', 'fr'),
    ('Audenarde', 'Oudenaarde', 'fr'), ('Furnes', 'Veurne', 'fr'), ('Dixmude', 'Diksmuide', 'fr'),
    ('Menin', 'Menen', 'fr'), ('Roulers', 'Roeselare', 'fr'), ('Hal', 'Halle', 'fr'),
    ('Vilvorde', 'Vilvoorde', 'fr'), ('Tirlemont', 'Tienen', 'fr'), ('Lierre', 'Lier', 'fr'),
    ('Espierres-Helchin', 'Spiere-Helkijn', 'fr'), ('Messines', 'Mesen', 'fr'),
    ('Fourons', 'Voeren', 'fr'), ('Biévène', 'Bever', 'fr'), ('Crainhem', 'Kraainem', 'fr'),
    ('Rhode-Saint-Genèse', 'Sint-Genesius-Rode', 'fr'), ('Grammont', 'Geraardsbergen', 'fr'),
    ('Wavre-Sainte-Catherine', 'Sint-Katelijne-Waver', 'fr'), ('Tongres', 'Tongeren', 'fr');

INSERT INTO geoloket.address_place_aliases (alias, municipality, language, merged_on) VALUES
    ('Knesselare', 'Aalter', 'nl', '2019-01-01'), ('Nevele', 'Deinze', 'nl', '2019-01-01'),
    ('Kruishoutem', 'Kruisem', 'nl', '2019-01-01'), ('Zingem', 'Kruisem', 'nl', '2019-01-01'),
    ('Lovendegem', 'Lievegem', 'nl', '2019-01-01'), ('Waarschoot', 'Lievegem', 'nl', '2019-01-01'),
    ('Zomergem', 'Lievegem', 'nl', '2019-01-01'), ('Puurs', 'Puurs-Sint-Amands', 'nl', '2019-01-01'),
    ('Sint-Amands', 'Puurs-Sint-Amands', 'nl', '2019-01-01'),
    ('Meeuwen-Gruitrode', 'Oudsbergen', 'nl', '2019-01-01'), ('Opglabbeek', 'Oudsbergen', 'nl', '2019-01-01'),
    ('Neerpelt', 'Pelt', 'nl', '2019-01-01'), ('Overpelt', 'Pelt', 'nl', '2019-01-01'),
    ('Borsbeek', 'Antwerpen', 'nl', '2025-01-01'), ('Kortessem', 'Hasselt', 'nl', '2025-01-01'),
    ('Bilzen', 'Bilzen-Hoeselt', 'nl', '2025-01-01'), ('Hoeselt', 'Bilzen-Hoeselt', 'nl', '2025-01-01'),
    ('Tongeren', 'Tongeren-Borgloon', 'nl', '2025-01-01'), ('Borgloon', 'Tongeren-Borgloon', 'nl', '2025-01-01'),
    ('Ham', 'Tessenderlo-Ham', 'nl', '2025-01-01'), ('Tessenderlo', 'Tessenderlo-Ham', 'nl', '2025-01-01'),
    ('Beveren', 'Beveren-Kruibeke-Zwijndrecht', 'nl', '2025-01-01'),
    ('Kruibeke', 'Beveren-Kruibeke-Zwijndrecht', 'nl', '2025-01-01'),
    ('Zwijndrecht', 'Beveren-Kruibeke-Zwijndrecht', 'nl', '2025-01-01'),
    ('Wachtebeke', 'Lochristi', 'nl', '2025-01-01'), ('Moerbeke', 'Lokeren', 'nl', '2025-01-01'),
    ('Melle', 'Merelbeke-Melle', 'nl', '2025-01-01'), ('Merelbeke', 'Merelbeke-Melle', 'nl', '2025-01-01'),
    ('De Pinte', 'Nazareth-De Pinte', 'nl', '2025-01-01'), ('Nazareth', 'Nazareth-De Pinte', 'nl', '2025-01-01'),
    ('Galmaarden', 'Pajottegem', 'nl', '2025-01-01'), ('Gooik', 'Pajottegem', 'nl', '2025-01-01'),
    ('Herne', 'Pajottegem', 'nl', '2025-01-01'), ('Meulebeke', 'Tielt', 'nl', '2025-01-01'),
    ('Ruiselede', 'Wingene', 'nl', '2025-01-01');
