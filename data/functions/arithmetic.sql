-- Arithmetic of filters that never fails: what is divided by nought, or too large to be a number,
-- is unknown (NULL); what is too small is nought. An error in the midst of a download breaks it off.
-- Results stay below 1e300, so that the sums of a filter cannot grow out of a double either.
CREATE OR REPLACE FUNCTION geoloket.multiplied(a double precision, b double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $multiplied$
DECLARE
    size double precision;
BEGIN
    IF a = 0 OR b = 0 THEN
        RETURN 0;
    END IF;
    size := log(abs(a)) + log(abs(b));
    RETURN CASE WHEN size > 300 THEN NULL WHEN size < -300 THEN 0 ELSE a * b END;
END
$multiplied$;

CREATE OR REPLACE FUNCTION geoloket.divided(a double precision, b double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $divided$
DECLARE
    size double precision;
BEGIN
    IF a = 0 OR b = 0 THEN
        RETURN CASE WHEN b <> 0 THEN 0 END;
    END IF;
    size := log(abs(a)) - log(abs(b));
    RETURN CASE WHEN size > 300 THEN NULL WHEN size < -300 THEN 0 ELSE a / b END;
END
$divided$;

CREATE OR REPLACE FUNCTION geoloket.raised(a double precision, b double precision)
RETURNS double precision LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $raised$
DECLARE
    size double precision;
BEGIN
    IF a = 0 THEN
        RETURN CASE WHEN b > 0 THEN 0 WHEN b = 0 THEN 1 END;
    ELSIF a < 0 AND b <> trunc(b) THEN
        RETURN NULL;
    END IF;
    size := geoloket.multiplied(b, log(abs(a)));
    RETURN CASE WHEN size > 300 OR size IS NULL THEN NULL WHEN size < -300 THEN 0 ELSE power(a, b) END;
END
$raised$;
