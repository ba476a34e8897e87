"""Words that make a name harmless: eponyms, organisations, instruments. Facts of medicine, not of a person."""

from __future__ import annotations

import re

AFTER_EPONYM = re.compile(
    r"(?:['\u2019]s?)?(?:[ -](?:and|or|[A-Z][\w\u00e0-\u00ff]+|type|non|B[ -]?cell|phase|modified|short|"
    r"revised)){0,2}[ -](?:disease|syndrome|phenomenon|sign|test|"
    r"scale|score|scor\w+|criteria|criterion|classification|maneu?v(?:er|re)|procedure|operation|"
    r"lymphoma\w*|sarcoma|tumou?r|palsy|disorder|"
    r"anaemia|anemia|ulcer|reflex|index|esophagus|oesophagus|cyst|fracture|catheter|catheters|stain|"
    r"stains?|dementia|chorea|nodes?|"
    r"nodules?|method|formula|equation|rules?|grade|grading|staging|stage|questionnaire|inventory|system|"
    r"angle|artery|duct|gland|cells?|bodies|"
    r"body|tube|loop|canal|ligament|space|point|line|triangle|ring|fibers?|bundle|node|block|rhythm|"
    r"pattern|respirations?|breathing|"
    r"edema|fever|virus|trial|study|medium|agar|broth|plot|diagram|curve|model|correction|coefficient|"
    r"distribution|function|analysis|"
    r"repair|resection|fundoplication|anastomosis|incision|approach|position|retractor|forceps|clamp|drain|"
    r"stent|pouch|gastrectomy|"
    r"neuroma|contracture|deformity|arthropathy|thyroiditis|struma|ophthalmopathy|granulomatosis|"
    r"nephropathy|encephalopathy|macroglobulin\w*|"
    r"exanthem|purpura|vasculitis|arteritis|pneumonia|law|effect|principle|theorem|constant|number|units?|"
    r"regimen|protocol|technique|view|"
    r"murmur|paralysis|pupils?|contractions?|class|spots?|lines|rings|crisis|insufficiency|traction|splint|"
    r"collar|boot|brace|wire|pin|nail|plate|screw|suture|knot|graft|flap|"
    r"barr|barre|danlos|jakob|creutzfeldt|sachs|hopkins|parkinson|white|willi|angelman|tooth|"
    r"nails|boots?|drains?|akathisia|retraction|caths?|bottles?)\b",
)
"""What follows an eponym: `Wilson disease`, `Graves' ophthalmopathy`, `Stevens-Johnson syndrome`."""

EPONYMS = frozenset(
    """
    Abbott Achilles Addison Adson Allen Alport Alzheimer Anderson Apgar Arnold Aschoff Asperger Babinski Baker
    Bard Barlow Barre Barrett Bartholin Bartter Basedow Battle Bazett Becker Beck Behcet Bell Berger Bernard
    Bernoulli Beers Billroth Binet Bishop Blalock Boerhaave Bouchard Bowen Bowman Braden Bradford Breslow Broca
    Brodie Brodmann Brown Brudzinski  Bruton Brugada Budd Buerger Burkitt Caplan Caroli Castleman Chagas
    Chadwick Charcot Chiari Child Childs Chvostek Clark Cobb Cockcroft Codman Colles Conn Coombs Cooper Corrigan
    Courvoisier Coxsackie Crohn Cronbach Cullen Cushing Dandy Doppler Down Dressler Duchenne Dukes Dupuytren
    Ehlers Eisenmenger Epley Epstein Erb Eustachian Ewing Fabry Fallot Fanconi Felty Finkelstein Fisher Fitz
    Fitzpatrick Flint Foley Fontan Fowler  Freiberg Friedewald Friedreich Froment Gardner Garden Gartland
    Gault Gaucher Geiger Ghon Gilbert Gleason Goodpasture Gordon Gottron Gower Gram Graves Grey Guillain Guthrie
    Guyon Hamilton Hampton Hartmann Hashimoto Hawkins Heberden Heimlich Hemovac Henle Henoch Hirschsprung Hodgkin
    Hodgkins Hoffman Hoffmann Holter Homan Homans Horner Huntington Hurler Hutchinson Isaacs Jackson  Janeway
    Jefferson Jones Kaplan Kaposi Karnofsky Kartagener Kawasaki Kayser Kernig Killip Kleihauer Klinefelter Koch
    Kocher Koplik Korotkoff Korsakoff Krebs Krukenberg Kussmaul Lachman Laennec Lambert Langerhans Leber Legg
    Lennox Leopold Leriche Lesch Lewis Lewy Leydig Lhermitte Lisfranc Listeria Liddle Lister Little Lou Ludwig
    Lyme Lynch Mallory Mann Mantel Marfan Marshall Martin Maslow Mayo McBurney McCune McDonald McGill McMurray
    Meckel Mendelson Meniere Menkes Merkel Mirena Mohs Montgomery Moraxella Morse Morton Murphy Nelson Nissen
    Noonan Nyquist Ogilvie Osgood Osler Paget Pancoast Parkinson Parkland Patau Pavlik Pearson Penrose Perthes
    Peutz Peyronie Phalen Pick Plummer Poisson Pompe Pott Prader Pringle Prinzmetal Purkinje Queckenstedt Quincke
    Ramsay Ranson Raynaud Reed Reiter Rett Reye Reynold Reynolds Richter Riedel Rinne Romberg Rorschach Roth Roux
    Rovsing Sachs Salter Schatzki Schiller Schilling Schlatter Schwann Sengstaken Sertoli Seton Sever Sezary
    Sheehan  Shapiro Simmonds Sims Sjogren Smith Snellen Spearman Spurling Starling Stein Stevens Still
    Stokes Student Sturge Swan Sydenham Takayasu Tanner Tay Tinel Tourette Trendelenburg Trousseau Turner Tzanck
    Valsalva Virchow Von Waldenstrom Wallenberg Waterhouse Weber Wechsler Wegener Weil Wells Wenckebach Wernicke
    Whipple Wilcoxon Williams Wilms Wilson Winkler Wolff Todd Forrest Hicks Gunn Marcus Braxton Willis Monro
    Hickman Broviac Winslow Cori Framingham
    Jenkins Kubernetes Prague Harris Candida Yale Youden Zenker Ziehl Zollinger
    """.split()
)
"""Surnames that stand for a disease, sign, test or device more often than for a person."""

ORGANISATIONS = re.compile(
    r"(?:Johns Hopkins|Mayo Clinic|Cleveland Clinic|Kaiser Permanente|Kaiser Family|Eli Lilly|Johnson (?:&|"
    r"and) Johnson|Bristol[ -]Myers|Becton Dickinson|"
    r"Thermo Fisher|Smith (?:&|and) Nephew|Procter|Ann Arbor|Robert Wood Johnson Foundation|Bill (?:&|"
    r"and) Melinda Gates|Martin Luther King|Susan G\.? Komen|"
    r"Blue Cross|Blue Shield|John Wiley|Wolters Kluwer|Dana[ -]Farber|Sloan[ -]Kettering|Van Gogh|"
    r"Mary Ann Liebert|Jackson Heart|Ryan White|"
    r"Henry Schein|Beth Israel|Sanford Guide|Merriam[ -]Webster|Michael J\.? Fox Foundation|Charles River|"
    r"James Lind|Joanna Briggs|Henry Ford|"
    r"George Washington|Thomas Jefferson|Emory|Duke|Vanderbilt|Stanford|Harvard|Yale|Lou Gehrig|"
    r"Morgan Stanley|Wells Fargo|Hewlett Packard|Harris[ -]Benedict|"
    r"Scarlett?|Lenore|Barbara Davis|Amazon|Alexa|Jenkins|Claude|Gemini|Watson|Virginia (?:Tech|Mason)|"
    r"Florence Nightingale|Marie Curie|Virginia Apgar|Allan Cormack|Godfrey Hounsfield|Louis Pasteur|Robert Koch|Joseph Lister|"
    r"Ignaz Semmelweis|Edward Jenner|Jonas Salk|Albert Sabin|William Osler|Alexander Fleming|Elizabeth Blackwell|Rosalind Franklin|"
    r"Henrietta Lacks|Frederick Banting|Charles Darwin|Gregor Mendel|Sigmund Freud|Carl Jung|Ada Lovelace|Alan Turing|Isaac Newton|"
    r"Albert Einstein|Thomas Bayes|Ronald Fisher|Karl Pearson|Paul Ehrlich|Walter Reed|William Harvey|Claude Bernard|"
    r"Avedis Donabedian|Cicely Saunders|Atul Gawande|Abraham Flexner|(?<=odified )Brooke|Braxton Hicks|Marcus Gunn|[Vv]on Willebrand|[Vv]on Hippel|"
    r"[Dd]el Nido|Barrett (?:Universal|True)|Austin Flint|Graham Steell|Grey Turner|Cornelia [Dd]e Lange|San Francisco Syncope|Los Angeles Motor|"
    r"Denver (?:II|Developmental)|Alice in Wonderland|"
    r"Ann(?:als of|\.)? (?:Intern|Emerg|Surg|Oncol|Neurol|Rheum|Thorac|Fam|Plast|Pharmacother|Otol|Hematol|Allergy|Am)[a-z]*|"
    r"Hang(?= (?:time|the|up|a|new|another|bag|IV|first|second|next)\b)|"
    r"(?:(?<=Min \| )|(?<=Min\|)|(?<=Min, )|(?<=Mean \| )|(?<=Start \| )|(?<=Dose \| ))Max(?=[ |,\n])|"
    r"Max(?= (?:SAR|slew|load|gradient|velocity|pressure|HR|speed|power|initial|daily|dose|dosing|single|total|rate|bolus|infusion|cumulative|recommended|score|temp|flow|"
    r"heart|concentration|volume|of|length|tokens?|size|retries|value|height|width|depth)\b)|"
    r"Milan(?= (?:in|out)(?:[.,;)]|$))|"
    r"Puerto Rico|West Virginia|(?:North|South) (?:Carolina|Dakota)|"
    r"[Vv]on Recklinghausen|Monte Carlo|Circle of Willis)\b"
)
"""Organisations and public figures whose name is no identifier of a patient."""

BRANDS = frozenset(
    """
    Yasmin Yaz Camila Errin Heather Jolivette Nora Apri Aviane Kelnor Lutera Loryna Ocella Gianvi Tarina Junel Larissia
    Vienva Sprintec Marlissa Estarylla Alyacen Lessina Levora Nikki Syeda Vestura Zarah Natazia Mircette Kariva Viorele
    Azurette Pimtrea Bekyree Emoquette Enskyce Juleber Kalliga Reclipsen Cyred Mili Marzia Sharobel Incassia Lyza Lyleq
    Deblitane Norlyda Tulana Emzahh Gallifrey Amethia Ashlyna Camrese Daysee Jaimiess Chateal Ayuna Aubra Falmina Kurvelo
    Delyla Orsythia Vyfemla Philith Balziva Briellyn Gildagia Nortrel Pirmella Dasetta Velivet Caziant Cesia Hailey
    Blisovi Larin Mibelas Aurovela Charlotte Finzala Gemmily Jasmiel Melamisa Isibloom Portia Elinest Amethyst Fayosim
    Rivelsa Quasense Jolessa Setlakin Introvale Lillow Altavera Kaitlib Layolis Wymzya Nylia Nymyo Previfem Mono-Linyah
    Trivora Enpresse Levonest Myzilra Leena Aranelle Tilia Liletta Kyleena Mirena Skyla Annovera Eluryng Haloette Xulane
    Zafemy Twirla Julia Alora Vivelle Estrace Lopreeza Mimvey Amabelz
    """.split()
)
"""Given names, and words like them, that are brands of contraceptives and hormones in the US [FDA, Orange Book]."""

ABOUT_BRANDS = re.compile(
    r"(?i)(?<![a-z])(?:contracepti\w+|birth control|oral contra\w+|ocps?|cocs?|progestin\w*|progestogen\w*|estrogens?|norethindrone|"
    r"drospirenone|levonorgestrel|desogestrel|norgesti\w+|ethinyl|estradiol|minipill|mini-pill|iud|the pill|pill pack)\b"
)
"""Words beside which such a name is the product."""
