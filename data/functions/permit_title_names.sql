-- Names that are frequent in Flanders, for subjects in which they stand without a capital
-- (permit_title.sql). Written from general knowledge. No word that a subject could use otherwise is in
-- these lists: els, roos, linde, marina, dries and elke are names as well, and stay out;
-- so do brouwers, ketels, vissers and winters. tests/integration/test_permit_titles.py holds them beside
-- all words of our own pages.
CREATE OR REPLACE FUNCTION geoloket.permit_title_given(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.lower(word) = ANY (ARRAY[
        'achiel', 'aïcha', 'adriaan', 'adrien', 'ahmed', 'alain', 'albert', 'albrecht', 'alex', 'alexander', 'alfons', 'alfred', 'alice',
        'amélie', 'andré', 'andre', 'andreas', 'andy', 'anja', 'anke', 'ann', 'anna', 'anne', 'anneleen', 'annelies', 'annemie', 'annick',
        'anouk', 'anton', 'antoon', 'armand', 'arne', 'arnold', 'arthur', 'astrid', 'august', 'barbara', 'bart', 'bea', 'beatrice', 'benjamin',
        'benny', 'benoit', 'bernard', 'bert', 'bieke', 'birgit', 'bjorn', 'björn', 'bram', 'brecht', 'brigitte', 'camiel', 'camille', 'carine',
        'carla', 'carlo', 'carlos', 'caroline', 'cecile', 'céline', 'celine', 'cédric', 'cedric', 'chantal', 'charlotte', 'chris', 'christel', 'christiaan',
        'christiane', 'christine', 'christophe', 'cindy', 'claude', 'claudia', 'conny', 'cyriel', 'daan', 'daisy', 'daniel', 'danny', 'david',
        'debby', 'denis', 'denise', 'diana', 'didier', 'dieter', 'dimitri', 'dirk', 'dominique', 'dorien', 'eddy', 'edgard', 'edmond', 'eduard',
        'edward', 'elien', 'elise', 'ella', 'ellen', 'emiel', 'emile', 'émile', 'emma', 'eric', 'erik', 'ernest', 'erwin', 'etienne',
        'eva', 'eveline', 'evelien', 'evi', 'fatima', 'felix', 'femke', 'fernand', 'fien', 'filip', 'finn', 'florian', 'fons', 'francine',
        'francis', 'francois', 'françois', 'frank', 'frans', 'fred', 'freddy', 'frederik', 'frieda', 'gaston', 'geert', 'georges', 'georgette',
        'gerard', 'gerda', 'germain', 'gert', 'ghislain', 'ghislaine', 'gilbert', 'gilles', 'gisèle', 'gisele', 'glenn', 'godelieve', 'goedele',
        'greet', 'greta', 'griet', 'guido', 'gunther', 'gustaaf', 'guy', 'hanne', 'hans', 'hassan', 'heidi', 'helena', 'helene', 'hendrik',
        'henri', 'herman', 'hilde', 'hubert', 'hugo', 'ibrahim', 'ilse', 'ine', 'ines', 'inge', 'ingrid', 'irène', 'irene', 'isabel', 'isabelle',
        'ivan', 'ivo', 'jaak', 'jacqueline', 'jacques', 'jan', 'jana', 'janne', 'jasper', 'jeanne', 'jeannine', 'jef', 'jelle', 'jenny', 'jens',
        'jeroen', 'jérôme', 'jerome', 'jessica', 'jimmy', 'joachim', 'johan', 'johnny', 'joke', 'jolien', 'jonas', 'jonathan', 'joost', 'jordy', 'joris', 'jos',
        'josé', 'josée', 'josephine', 'josiane', 'jozef', 'jules', 'julia', 'julie', 'julien', 'juliette', 'jurgen', 'karel', 'karen', 'karim',
        'karin', 'karolien', 'kathleen', 'kathy', 'katja', 'katleen', 'katrien', 'katrijn', 'kelly', 'kenny', 'kevin', 'kim', 'kirsten', 'kobe',
        'koen', 'koenraad', 'kris', 'kristel', 'kristien', 'kristof', 'kurt', 'lara', 'lars', 'laura', 'laurent', 'lea', 'leen', 'leon', 'leopold', 'liam',
        'lien', 'liesbet', 'liesbeth', 'lieselot', 'lieve', 'lieven', 'linda', 'lisa', 'lise', 'lode', 'lotte', 'louis', 'louise', 'lowie', 'luc',
        'lucas', 'lucie', 'lucien', 'lucienne', 'ludo', 'ludovic', 'ludwig', 'luk', 'lutgart', 'lutgarde', 'maaike', 'maarten', 'magda', 'manon',
        'manuel', 'margaux', 'marc', 'marcel', 'margot', 'maria', 'marianne', 'marie', 'marijke', 'marjan', 'mark', 'marleen', 'martijn', 'martin',
        'martine', 'mathias', 'mathieu', 'mathilde', 'mats', 'matthias', 'maurice', 'maurits', 'maxim', 'mehmet', 'mia', 'michael', 'michaël',
        'michel', 'michiel', 'mieke', 'mila', 'mireille', 'mohamed', 'mohammed', 'monique', 'mustafa', 'myriam', 'nadia', 'nadine', 'nancy',
        'natalie', 'nathalie', 'nele', 'nick', 'nico', 'nicolas', 'nicole', 'niels', 'nina', 'noah', 'nora', 'olga', 'oliver', 'olivia',
        'olivier', 'omar', 'oscar', 'pascal', 'pascale', 'patricia', 'patrick', 'paul', 'paula', 'peggy', 'peter', 'petra', 'philip',
        'philippe', 'pierre', 'piet', 'pieter', 'pieterjan', 'rachid', 'raf', 'raphaël', 'raymond', 'rené', 'rene', 'renée', 'ria', 'rik', 'rita',
        'rob', 'robbe', 'robby', 'robert', 'robin', 'roel', 'roeland', 'roger', 'roland', 'romain', 'ronald', 'ronny', 'rosette', 'ruben', 'rudi',
        'rudy', 'sabine', 'sabrina', 'sandra', 'sara', 'sarah', 'sebastiaan', 'seppe', 'serge', 'siebe', 'silke', 'simon', 'simonne', 'sofie',
        'sonja', 'sophie', 'stefaan', 'stefan', 'stefanie', 'stephan', 'stephanie', 'steve', 'steven', 'stijn', 'sven', 'suzanne', 'sylvia',
        'sylvie', 'tamara', 'tania', 'tanja', 'theo', 'thierry', 'thijs', 'thomas', 'tim', 'tine', 'tinne', 'tobias', 'tom', 'tony', 'tristan',
        'tuur', 'ulrike', 'ursula', 'valerie', 'vanessa', 'veerle', 'vera', 'veronique', 'victor', 'vincent', 'viviane', 'walter', 'wannes', 'ward',
        'warre', 'wendy', 'werner', 'wesley', 'wilfried', 'willem', 'willy', 'wim', 'wout', 'wouter', 'xander', 'xavier', 'yasmina', 'yasmine', 'yannick', 'yolande',
        'youssef', 'yvan', 'yves', 'yvette', 'yvonne', 'zoë', 'zoe']);

-- A surname: one of the list, or of a spelling that no other word has kept (Hendrickx, Verhaeghe,
-- Vandenberghe, Kuypers).
CREATE OR REPLACE FUNCTION geoloket.permit_title_surname(word text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN pg_catalog.lower(word) = ANY (ARRAY[
        'aydin', 'arslan', 'adriaensens', 'aernouts', 'beckers', 'bellens', 'bex', 'billiet', 'boels', 'bogaerts', 'boonen', 'bosmans', 'bauwens',
        'bracke', 'brusselmans', 'buelens', 'callebaut', 'callens', 'carlier', 'casier', 'celik', 'celis', 'ceulemans', 'christiaens', 'claes',
        'clement', 'cleymans', 'cools', 'coppens', 'corens', 'cornelis', 'cornelissen', 'crabbe', 'daelemans', 'debacker', 'deblaere',
        'deckers', 'declercq', 'decock', 'deconinck', 'degroote', 'dejonghe', 'dekeyser', 'delvaux', 'demeulenaere', 'demeyer', 'demir', 'denys',
        'depauw', 'deprez', 'deroo', 'deschepper', 'desmedt', 'desmet', 'devos', 'devriendt', 'dewaele', 'dewitte', 'dewulf', 'dhondt', 'dogan',
        'driesen', 'driessen', 'droogmans', 'dubois', 'dumont', 'dupont', 'francken', 'fransen', 'franssen', 'geens', 'geerts', 'gielen',
        'goethals', 'goossens', 'govers', 'heirman', 'hellemans', 'helsen', 'hendriks', 'heremans', 'hermans', 'hermens', 'heylen', 'hoebeke',
        'horemans', 'hoste', 'houben', 'huybrechts', 'ingels', 'jacobs', 'jansen', 'jansens', 'janssen', 'janssens', 'jaspers', 'kaya', 'kenis',
        'keppens', 'kerkhofs', 'knops', 'lambrecht', 'lambrechts', 'laureys', 'lauwers', 'leemans', 'lemmens', 'leroy', 'leysen', 'lievens',
        'maes', 'mariën', 'martens', 'mathijs', 'matthijs', 'meeus', 'meeusen', 'meert', 'mertens', 'meulemans', 'michiels', 'michielsen', 'moens',
        'mommens', 'moons', 'moors', 'mortier', 'nelissen', 'nijs', 'nys', 'opdebeeck', 'ozturk', 'öztürk', 'pauwels', 'peeters', 'peters',
        'philips', 'pieters', 'plessers', 'pollet', 'poppe', 'quintens', 'raes', 'renders', 'roelants', 'roels', 'roggeman', 'rombouts', 'roosen',
        'rutten', 'sahin', 'sanders', 'schellens', 'schepers', 'schoeters', 'schoofs', 'schrijvers', 'segers', 'seghers', 'simons', 'slegers', 'smeets',
        'smet', 'smets', 'smits', 'somers', 'stas', 'steegmans', 'stevens', 'stroobants', 'sweerts', 'swerts', 'swinnen', 'tanghe', 'temmerman',
        'theunis', 'thielemans', 'thijssen', 'tielens', 'timmermans', 'torfs', 'tytgat', 'vanacker', 'vandamme', 'vanhove', 'vanhoof', 'vansteenkiste',
        'verbeek', 'verbeke', 'verbist', 'verbruggen', 'vercammen', 'verdonck', 'vereecken', 'verelst', 'verheyen', 'verhelst', 'verhoeven', 'verhulst',
        'verlinden', 'vermeersch', 'vermeiren', 'vermeulen', 'verschueren', 'verstappen', 'verstraete', 'verstraeten', 'vervloet', 'vinck', 'voets',
        'vranken', 'wauters', 'wellens', 'wijnants', 'wille', 'willekens', 'willems', 'wils', 'windels', 'wouters', 'yildiz', 'yilmaz', 'yılmaz'])
    OR pg_catalog.lower(word) ~ (
        '^(vande[nr]?|op ?de)[a-z]*(berg|broe|castee|meer|meul|putte|steen|straete|velde|voorde|walle|heuvel|hove|kerck|abeele|brande|driess|eynde|poel|wal)'
        || '|^vande[nr][a-z]{4,}$|^[a-z]{2,}(ckx|cx|cq|cke|inck|ghe|aert|aerts|ssens|brechts|maekers|maeker|yck|eyck|eyer|eyers|eyns)$'
        || '|^[a-z]*[b-df-hj-np-z]uy[a-z]{2,}$|^[b-df-hj-np-z][a-z]*ae[b-df-hj-np-qs-z][a-z]*$')
    AND pg_catalog.lower(word) !~ '^(an)?aer|^maestro|^vandalen';
