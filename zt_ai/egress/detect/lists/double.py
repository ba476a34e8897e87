"""Two names joined by a hyphen that mean a disease, a test, an instrument, a firm or a place, not a person."""

from __future__ import annotations

DOUBLE_EPONYMS = frozenset(
    """
    Adams-Bashforth Adams-Stokes Adson-Brown Albers-Schonberg Alka-Seltzer Allen-Cahn Allis-Adair Alsace-Lorraine
    Andersen-Tawil Anderson-Darling Argyll-Robertson Arnold-Chiari Austin-Flint Austin-Moore Austria-Hungary
    Baden-Baden Baden-Powell Bailey-Scott Ballard-Dubowitz Bannayan-Riley Barabasi-Albert Bardet-Biedl Barnes-Hut
    Barre-Lieou Baum-Welch Bayley-Pinneau Beckwith-Wiedemann Becton-Dickinson Bellman-Ford Bence-Jones
    Benjamini-Hochberg Bernard-Horner Bernard-Soulier Birt-Hogg Bishop-Harmon Bjork-Shiley Black-Scholes
    Blalock-Hanlon Blalock-Taussig Bland-Altman Bland-White Bland-White-Garland Bloch-Sulzberger Boehringer-Ingelheim
    Born-Oppenheimer Bose-Einstein Bosnia-Herzegovina Bourneville-Pringle Box-Cox Box-Jenkins Boyer-Moore
    Bradford-Hill Brandt-Andrews Brandt-Daroff Braun-Wangensteen Braxton-Hicks Bray-Curtis Brescia-Cimino Breslow-Day
    Breusch-Pagan Brill-Zinsser Bristol-Myers Brown-Adson Brown-Forsythe Brown-McHardy Brown-Roberts Brown-Sequard
    Brown-Vialetto Budd-Chiari Buerger-Allen Buss-Perry Caldwell-Luc Caldwell-Moloy Cannon-Bard Cantor-Bernstein
    Carnegie-Mellon Caro-Kann Carr-Price Carr-Purcell Cauchy-Schwarz Chapman-Enskog Charcot-Bouchard Charcot-Leyden
    Charcot-Marie Charcot-Marie-Tooth Chediak-Higashi Cheyne-Stokes Chiari-Frommel Child-Pugh Child-Turcotte
    Child-Turcotte-Pugh Chow-Liu Church-Turing Churg-Strauss Clausius-Clapeyron Clopper-Pearson Cobb-Douglas Coca-Cola
    Cochran-Armitage Cochran-Mantel Cockcroft-Gault Coffin-Lowry Coffin-Siris Cohen-Mansfield Cohen-Rubin
    Cohen-Sutherland Colgate-Palmolive Collet-Sicard Cooley-Tukey Cormack-Lehane Cox-Ingersoll Cox-Snell
    Crank-Nicolson Creutzfeldt-Jakob Crigler-Najjar Crile-Wood Cronkhite-Canada Cruveilhier-Baumgarten Curry-Howard
    Dandy-Walker Danis-Weber Dempster-Shafer Denny-Brown Denys-Drash DerSimonian-Laird Diamond-Blackfan Dickey-Fuller
    Diels-Alder Dix-Hallpike Dow-Jones Dubin-Johnson Dubowitz-Ballard Duchenne-Becker Dunn-Sidak Dunning-Kruger
    Durbin-Watson Eaton-Lambert Ehlers-Danlos Ellsworth-Howard Emery-Dreifuss Emilia-Romagna Epstein-Barr Erb-Duchenne
    Erb-Klumpke Erdos-Renyi Euler-Lagrange Evans-Pritchard Fermi-Dirac Ferriman-Gallwey Ferris-Smith Fick-Gorlin
    Fine-Gray Finney-Jaboulay Fisher-Behrens Fisher-Paykel Fisher-Yates Fitz-Hugh Fitz-Hugh-Curtis Fleming-Harrington
    Floyd-Warshall Folin-Ciocalteu Fontan-Kreutzer Ford-Fulkerson Foster-Kennedy Foster-Seeley Fothergill-Manchester
    Franck-Hertz Frank-Starling Frank-Wolfe Friedman-Rafsky Fritsch-Asherman Fugl-Meyer Gale-Shapley Gamow-Teller
    Gardner-Wells Gay-Lussac Gehan-Breslow Gibbs-Donnan Gibbs-Duhem Gibbs-Helmholtz Gilbert-Meulengracht
    Gilbert-Sullivan Gini-Simpson Glasgow-Blatchford Glasgow-Pittsburgh Glaxo-Wellcome Goldman-Fristoe Goldman-Hodgkin
    Goldmann-Favre Gompertz-Makeham Gordon-Holmes Gordon-Taylor Gore-Tex Gow-Gates Gradenigo-Lannois Gram-Schmidt
    Graves-Basedow Greulich-Pyle Grey-Turner Guillain-Barre Gustilo-Anderson Hailey-Hailey Hallervorden-Spatz
    Halstead-Reitan Halstead-Russell Hamilton-Jacobi Hamilton-Norwood Hamman-Rich Hardy-Littlewood Hardy-Ramanujan
    Hardy-Weinberg Harley-Davidson Harrington-Mixter Harris-Benedict Harris-Galante Hartree-Fock Harvey-Bradshaw
    Hawkins-Kennedy Haybittle-Peto Heath-Carter Heineke-Mikulicz Helmholtz-Kohlrausch Henderson-Hasselbalch
    Hendrich-Ford Henoch-Schonlein Hering-Breuer Hewlett-Packard Hill-Sachs Hindley-Milner Hippel-Lindau
    Hodges-Lehmann Hodgkin-Huxley Hoehn-Yahr Holm-Bonferroni Holm-Sidak Holmes-Rahe Holt-Oram Holt-Winters
    Hosmer-Lemeshow Howell-Jolly Hunt-Hess Hunt-Kosnik Hurler-Scheie Hutchinson-Gilford Ivor-Lewis Jackson-Pratt
    Jackson-Rees James-Lange Jarisch-Herxheimer Jervell-Lange Joe-Pye Johns-Hopkins Johnson-Lindenstrauss
    Jonckheere-Terpstra Joule-Thomson Judet-Letournel Kaiser-Meyer Kaplan-Meier Karush-Kuhn Kasabach-Merritt
    Kayser-Fleischer Kearns-Sayre Kellgren-Lawrence Kelly-Wick Kenward-Roger Kernighan-Lin Killian-Jamieson
    Kimberly-Clark Kimmelstiel-Wilson Kirby-Bauer Kleihauer-Betke Klein-Gordon Klippel-Feil Klippel-Trenaunay
    Klumpke-Dejerine Knaus-Ogino Knuth-Morris Koch-Weeks Kocher-Langenbeck Kolmogorov-Smirnov Korsakoff-Wernicke
    Kraft-Heinz Kramers-Kronig Kruskal-Wallis Kubler-Ross Kuder-Richardson Kugelberg-Welander Kuhn-Tucker
    Kullback-Leibler Lambert-Beer Lambert-Eaton Landau-Kleffner Landry-Guillain Laplace-Beltrami Lauge-Hansen
    Laurence-Moon Lawton-Brody Lee-Carter Lee-White Legg-Calve Legg-Calve-Perthes Lennard-Jones Lennon-McCartney
    Lennox-Gastaut Lesch-Nyhan Levenberg-Marquardt Lewis-Sumner Li-Fraumeni Libman-Sacks Lineweaver-Burk
    Lisfranc-Chopart Lloyd-Davies Lloyd-Max Lockheed-Martin Loeys-Dietz Lotka-Volterra Lowenstein-Jensen Lown-Ganong
    Lown-Ganong-Levine Lund-Browder Lund-Kennedy Lund-Mackay Luria-Nebraska Machado-Joseph Maier-Saupe Mallory-Weiss
    Mann-Kendall Mann-Whitney Mantel-Cox Mantel-Haenszel Marcus-Gunn Marie-Bamberger Marie-Foix Maroteaux-Lamy
    Marshall-Marchetti Marshall-Smith Martin-Bell Mason-Dixon Mason-Likar Maxwell-Boltzmann May-Grunwald May-Hegglin
    May-Thurner Mayo-Hegar Mayo-Robson McCune-Albright McNemar-Bowker Melkersson-Rosenthal Mercedes-Benz
    Merriam-Webster Merrill-Lynch Metropolis-Hastings Meyer-Betz Michaelis-Gutmann Michaelis-Menten Michelson-Morley
    Mikulicz-Radecki Millard-Gubler Miller-Abbott Miller-Dieker Miller-Fisher Miller-Rabin Modigliani-Miller
    Monro-Kellie Montgomery-Asberg Morgan-Stanley Morquio-Brailsford Mowat-Wilson Muckle-Wells Muir-Torre
    Murray-Darling Myers-Briggs Nagorno-Karabakh Navier-Stokes Needleman-Wunsch Neer-Hawkins Nelder-Mead Nelson-Aalen
    Nelson-Denny Nelson-Siegel Newcastle-Ottawa Newman-Keuls Newton-Cotes Newton-Raphson Neyman-Pearson Niemann-Pick
    Nissen-Rossetti Nyquist-Shannon Ogden-Harris Olsen-Hegar Osgood-Schlatter Osler-Weber Osler-Weber-Rendu
    Otis-Lennon Paget-Schroetter Parker-Kerr Parkes-Weber Paul-Bunnell Payne-Martin Pelger-Huet Pena-Shokeir
    Perkin-Elmer Peutz-Jeghers Philips-Respironics Pierre-Robin Plummer-Vinson Poisson-Boltzmann Potter-Bucky
    Potts-Smith Prader-Willi Procter-Gamble Rabin-Karp Ramsay-Hunt Rayleigh-Jeans Raymond-Cestan Reed-Solomon
    Reed-Sternberg Regan-Lowe Rey-Osterrieth Rice-Ramsperger Richards-Rundle Richner-Hanhart Riley-Day Robbins-Monro
    Roche-Posay Rodgers-Hammerstein Rokitansky-Aschoff Roland-Morris Rolls-Royce Romano-Ward Rosai-Dorfman
    Rubinstein-Taybi Rumack-Matthew Runge-Kutta Russell-Silver Ruy-Lopez Sabin-Feldman Salter-Harris Sapir-Whorf
    Savary-Miller Schachter-Singer Schleswig-Holstein Schmidt-Lanterman Schmitt-Thompson Schwartz-Bartter
    Schwartz-Jampel Semmes-Weinstein Sengstaken-Blakemore Shannon-Weaver Shannon-Wiener Shapiro-Wilk
    Shprintzen-Goldberg Shwachman-Diamond Silver-Russell Simon-Makuch Simpson-Angus Simpson-Golabi Sims-Huhner
    Sinding-Larsen Sjogren-Larsson Smith-Corona Smith-Lemli Smith-Magenis Smith-Nephew Smith-Petersen Smith-Peterson
    Smith-Robinson Smith-Waterman Sokolow-Lyon Spearman-Brown Spearman-Karber Stanford-Binet Stanley-Brown
    Steele-Richardson Stefan-Boltzmann Stein-Leventhal Stern-Gerlach Stevens-Johnson Stewart-Treves Stokes-Adams
    Strong-Campbell Sturge-Weber Swan-Ganz Sykes-Picot Sylvester-Gallai Taft-Hartley Tanner-Whitehouse Tay-Sachs
    Taylor-Maclaurin Terry-Thomas Thomas-Kilmann Thorndike-Lorge Thurston-Holland Tolosa-Hunt Treacher-Collins
    Trentino-Alto Tukey-Kramer Vaughan-Williams Verner-Morrison Vogt-Koyanagi Wagner-Meggitt Wald-Wolfowitz
    Walker-Warburg Waterhouse-Friderichsen Watson-Crick Watson-Jones Watson-Schwartz Watts-Strogatz Weber-Christian
    Weber-Danis Weber-Fechner Wechsler-Bellevue Weil-Felix Werdnig-Hoffmann Wernicke-Korsakoff West-Nile
    Wheeler-DeWitt Whipple-Kausch Wilcoxon-Mann Wilkes-Barre Williams-Beuren Wilson-Jungner Winston-Salem
    Wiskott-Aldrich Wolf-Hirschhorn Wolff-Chaikoff Wolff-Parkinson Wolff-Parkinson-White Wong-Baker Woodcock-Johnson
    Wright-Giemsa Yale-Brown Yerkes-Dodson Young-Burgess Young-Helmholtz Young-Laplace Ziehl-Neelsen Zimmer-Biomet
    Zollinger-Ellison
    """.split()
)
"""As they are written in English; of three names, the first two count too."""
