-- How many inspections of dwellings there were per neighbourhood, for everybody: the one thing of them that is
-- public. What comes out is safe by itself (web/docs/decisions/0016-small-numbers.md tells why).

-- Which cells of a table are not told, where all totals are: `cells` row by row. Every total of a row or column
-- must be at least `smallest`, and there must be two of each wherever a cell is less.
-- A cell under `smallest` takes its row and its column into a block; no cell of the block is told. The block grows
-- until each of its rows and columns holds at least `smallest` within it.
CREATE OR REPLACE FUNCTION geoloket.hidden_cells(cells bigint[], width integer, smallest bigint) RETURNS boolean[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    height integer := cardinality(cells) / width;
    in_line boolean[] := array_fill(false, ARRAY[height]);
    in_col boolean[] := array_fill(false, ARRAY[width]);
    hidden boolean[] := array_fill(false, ARRAY[cardinality(cells)]);
    further integer;
BEGIN
    FOR i IN 1..height LOOP
        FOR j IN 1..width LOOP
            IF cells[(i - 1) * width + j] < smallest THEN
                in_line[i] := true;
                in_col[j] := true;
            END IF;
        END LOOP;
    END LOOP;
    IF true <> ALL (in_line) THEN
        RETURN hidden;
    END IF;
    LOOP
        -- A column for the first row that holds too little in the block, or where the block has only one.
        SELECT wanted.j INTO further
        FROM generate_series(1, height) AS i,
            LATERAL (SELECT j FROM generate_series(1, width) AS j WHERE NOT in_col[j]
                     ORDER BY cells[(i - 1) * width + j] DESC, j LIMIT 1) AS wanted
        WHERE in_line[i] AND (cardinality(array_positions(in_col, true)) < 2 OR smallest > (
            SELECT coalesce(sum(cells[(i - 1) * width + j]), 0) FROM generate_series(1, width) AS j WHERE in_col[j]))
        ORDER BY i LIMIT 1;
        IF FOUND THEN
            in_col[further] := true;
            CONTINUE;
        END IF;
        SELECT wanted.i INTO further
        FROM generate_series(1, width) AS j,
            LATERAL (SELECT i FROM generate_series(1, height) AS i WHERE NOT in_line[i]
                     ORDER BY cells[(i - 1) * width + j] DESC, i LIMIT 1) AS wanted
        WHERE in_col[j] AND (cardinality(array_positions(in_line, true)) < 2 OR smallest > (
            SELECT coalesce(sum(cells[(i - 1) * width + j]), 0) FROM generate_series(1, height) AS i WHERE in_line[i]))
        ORDER BY j LIMIT 1;
        EXIT WHEN NOT FOUND;
        in_line[further] := true;
    END LOOP;
    FOR i IN 1..height LOOP
        FOR j IN 1..width LOOP
            hidden[(i - 1) * width + j] := in_line[i] AND in_col[j];
        END LOOP;
    END LOOP;
    RETURN hidden;
END
$$;

-- The names that are told apart; all others are put together. Those under `smallest` are, and where they are not
-- enough together the next smallest joins them. NULL when there is not even one group of that size.
CREATE OR REPLACE FUNCTION geoloket.told_apart(names text[], amounts bigint[], smallest bigint) RETURNS text[]
    LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    apart text[] := '{}';
    together bigint := 0;
    one record;
BEGIN
    FOR one IN SELECT name, amount FROM unnest(names, amounts) AS given (name, amount) ORDER BY amount, name LOOP
        IF one.amount < smallest OR one.name = '' OR (together > 0 AND together < smallest) THEN
            together := together + one.amount;
        ELSE
            apart := apart || one.name;
        END IF;
    END LOOP;
    -- The nameless may be large and come last.
    IF together > 0 AND together < smallest THEN
        RETURN NULL;
    END IF;
    RETURN apart;
END
$$;

-- Rows of two tables, by year and by outcome, with their totals ('' is a total, 'rest' the small ones together);
-- `amount` is NULL where it is not told. Only visits of whole years that are over count, so that a new case
-- changes nothing until the year is.
CREATE OR REPLACE FUNCTION geoloket.inspection_counts()
    RETURNS TABLE (breakdown text, neighbourhood text, category text, amount bigint)
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    smallest constant bigint := 5;
    this_year constant integer := extract(year FROM now() AT TIME ZONE 'Europe/Brussels');
    lines text[];
    line_names text[];
    line_amounts bigint[];
    col_names text[];
    col_amounts bigint[];
    kind text;
    categories text[];
BEGIN
    SELECT array_agg(one.name), array_agg(one.n) INTO line_names, line_amounts
    FROM (SELECT coalesce(i.neighbourhood, '') AS name, count(*) AS n FROM staff.housing_inspections AS i
          WHERE i.inspected_on < make_date(this_year, 1, 1) AND i.outcome IS NOT NULL AND i.retired_on IS NULL
          GROUP BY 1) AS one;
    lines := geoloket.told_apart(line_names, line_amounts, smallest);
    IF lines IS NULL OR line_names IS NULL THEN
        RETURN;
    END IF;
    FOREACH kind IN ARRAY ARRAY['year', 'outcome'] LOOP
        SELECT array_agg(one.name), array_agg(one.n) INTO col_names, col_amounts
        FROM (SELECT geoloket.inspection_category(kind, i.inspected_on, i.outcome, this_year) AS name, count(*) AS n
              FROM staff.housing_inspections AS i
              WHERE i.inspected_on < make_date(this_year, 1, 1) AND i.outcome IS NOT NULL AND i.retired_on IS NULL
              GROUP BY 1) AS one;
        categories := geoloket.told_apart(col_names, col_amounts, smallest);
        CONTINUE WHEN categories IS NULL;
        RETURN QUERY
        WITH counts AS (
            SELECT CASE WHEN i.neighbourhood = ANY (lines) THEN i.neighbourhood ELSE 'rest' END AS line,
                CASE WHEN named.category = ANY (categories) THEN named.category ELSE 'rest' END AS col,
                count(*) AS n
            FROM staff.housing_inspections AS i
            CROSS JOIN LATERAL geoloket.inspection_category(kind, i.inspected_on, i.outcome, this_year)
                AS named (category)
            WHERE i.inspected_on < make_date(this_year, 1, 1) AND i.outcome IS NOT NULL AND i.retired_on IS NULL
            GROUP BY 1, 2),
        heads AS (SELECT DISTINCT line FROM counts),
        tops AS (SELECT DISTINCT col FROM counts),
        filled AS (
            SELECT heads.line, tops.col, coalesce(counts.n, 0) AS n,
                row_number() OVER (ORDER BY heads.line, tops.col) AS place
            FROM heads CROSS JOIN tops LEFT JOIN counts ON counts.line = heads.line AND counts.col = tops.col),
        judged AS (
            SELECT geoloket.hidden_cells(array_agg(filled.n ORDER BY filled.place),
                                         (SELECT count(*)::integer FROM tops), smallest) AS hide
            FROM filled)
        SELECT kind, filled.line, filled.col, CASE WHEN NOT judged.hide[filled.place] THEN filled.n END
        FROM filled, judged
        UNION ALL
        SELECT kind, filled.line, '', sum(filled.n)::bigint FROM filled GROUP BY filled.line
        UNION ALL
        SELECT kind, '', filled.col, sum(filled.n)::bigint FROM filled GROUP BY filled.col
        UNION ALL
        SELECT kind, '', '', sum(filled.n)::bigint FROM filled;
    END LOOP;
END
$$;

-- The column of a case: one of the last five whole years or '' for before, and whether it was found conform.
CREATE OR REPLACE FUNCTION geoloket.inspection_category(kind text, visited date, outcome text, this_year integer)
    RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE
        WHEN kind = 'outcome' AND outcome = 'conform' THEN 'conform'
        WHEN kind = 'outcome' THEN 'not_conform'
        WHEN extract(year FROM visited) >= this_year - 5 THEN extract(year FROM visited)::integer::text
        ELSE ''
    END;
