"""Words that are no names although a model takes them for some, and names that medicine uses as words."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


PARTICLES = _set("al ap bin da dal de del della den der di do dos du el ibn la las le los san st ten ter van von y zu")
"""Parts of names that are written small."""

EPONYMS = _set(
    """
    achilles addison adson albright allen allis alport alzheimer alzheimer's amsler apgar apley asberg asherman
    asperger babcock babinski baker barlow barre barrett barré barthel bartholin bartter batson bayes bazett
    beck beckwith behcet behçet bell berg berger bergh bernard bernoulli bethesda billroth binet bishop
    blatchford bouchard bovie bowen bowman braden braxton breslow bristol broca brown brudzinski brugada budd
    buerger burch burkitt caprini charcot cheyne chiari child cobb cockcroft colles conn coombs cooper cori
    cormack cotton crohn cronbach cullen cushing dandy deauville dieulafoy dobhoff doppler down dressler
    duchenne duke dukes dupuytren eaton ebstein edwards ehlers eisenmenger ellison epstein erb ewing fabry
    fallot fanconi felty finkelstein fisher fleischner foley folstein forrest fournier fowler framingham
    friedman froment fuhrman gaenslen ganz gaucher gault giemsa gilbert glasgow gleason goodpasture gram graves
    grawitz guillain hamilton hartmann hashimoto hawkins heberden heimlich henoch herring hickman hicks hill
    hirschsprung hodgkin hoehn hoffmann holter homan homans horner howell hunt hunter huntington hurthle
    ishihara jackson jacksonian janeway jobe johnson jolly kaplan kaposi karnofsky kartagener katz kawasaki
    kayser kegel kehr kelly kernig killip klinefelter koplik korsakoff krukenberg kussmaul lachman lambert
    langerhans lansky laplace lasegue lawton lehane leiden leopold leventhal levine lewy lhermitte lichtman
    likert lisfranc lund lyell lyme lynch macintosh mallampati mallory mantoux marfan marjolin markov mayo
    mcburney mcgill mcmurray meckel meier meniere merkel miller moh mohs monro monte montgomery moraxella
    morison moro morton munchausen munro murphy myers neer nissen norton ober oddi osler pachon paget pancoast
    papanicolaou parkinson parkinsonism parkland paul pearson penrose pfannenstiel phalen pierre ponseti pott
    potter prader pratt prinzmetal purkinje quincke ramsay rankin ranson raynaud reed reiter rett reye reynolds
    rinne robin rockall rockwood rolandic romberg rorschach rosenmuller rosenmüller roth roux rovsing salter
    savary scarpa schatzki scheuermann schilling schirmer schmorl schober schonlein seldinger sengstaken shapiro
    shirmer simpson sims sjogren sjögren snellen spearman spurling starr stein sternberg stevens still stokes
    sturge swan sydenham sylvian takayasu tanner tay thebesius tinel todd tourette trendelenburg turner valsalva
    virchow von waldenstrom waterhouse waterlow weber wegener weiss wells werner wernicke westphal whipple
    willebrand willis wilms wilson wolff wright yahr yates yergason zenker zollinger
    """
)
"""Surnames that name a disease, sign, test, scale, instrument or structure. Dismissed only beside such a noun."""

_HEADS = _set(
    """
    agar airway ampulla amputation anatomy anemia anesthesia angle anomaly approach arch area artery
    arthroplasty assay ataxia bandage battery blade blades block blockers bodies body bone brace breath
    breathing broth buffer bundle bypass canal cannula capsule carcinoma cast category catheter cautery cell
    cells chart checklist circle circulation clamp class classification clearance cleft cohort coma cone
    consensus contraction contracture correction cortex criteria criterion cuff curve cyst definition dementia
    depth dilator disc disease disk disorder distribution diverticulum drain drainage drops duct dystrophy
    encephalopathy equation esophagitis esophagu estimator exercise factor fascia fever fiber fibers fibre
    fissure flap fluke foramen forcep formula fracture fundoplication ganglion gangrene gland grade graft
    granules grid guideline guidelines gyrus hazard hernia hook hump incision inclusion index inventory joint
    karyotype knot laryngoscope layer lesion level lift ligament line lobe lymphoma maneuver manoeuvre mask
    medium membrane method model monitor murmur muscle nail negative nerve node nodule nomogram notch nucleus
    operation osteotomy overlap pad palsies palsy paradox paralysis pattern phenomena phenomenon pins plate
    plates plexus plot point positive pouch principle probability procedure prosthesis protocol pump puncture
    pupil questionnaire reaction reflex registry regression repair resection respiration retractor ring risk rod
    rods rule sarcoma scale scan scissor score screws shunt sign space speculum sphincter splint spot spots
    stage staging stain stand stent surgery survival suture syndrome tape task tear technique tendon test
    tetralogy theorem theory thyroiditis titer tourniquet tract triad triangle tube tubes tumor ulcer ultrasound
    valve variant vein ventilation vessel view virus wires
    """
)
MEDICAL_HEADS = frozenset(word.removesuffix("s") for word in _HEADS)
"""Nouns that make a surname beside them an eponym, without a final s."""

NOT_NAMES = _set(
    """
    a abd abdomen abdominal abg abilify abstract abvd account acetaminophen acinetobacter actinomyces acute
    adderall address admin admission admit advair advil age albuterol aleve allegra allergies allergy ambien
    amiodarone amlodipine an anaplasma and aorta apex api appendix apr april are aricept aripiprazole as ascaris
    aspart aspergillus aspirin assessment assist assistant at atenolol ativan attending aug augmentin august
    avastin avenue avodart azathioprine babesia back background baclofen bacteria bacteroides bactrim bartonella
    be bed bedside benadryl benazepril bicarbonate bid bilateral biopsy bladder blastomyces bled bleeding blood
    bone boniva bordetella borrelia botox bowel brain breast brilinta brucella budesonide bumetanide bun
    buprenorphine bupropion burgdorferi burnetii by calcium campylobacter candida capecitabine carbamazepine
    carboplatin cardiac cardiology cardiovascular care caries carvedilol cc celebrex celexa cervical cetirizine
    chart chest chief chlamydia chloride chlorthalidone chronic cialis cipro cisplatin citalopram citrobacter
    city claritin class clinic clonidine clopidogrel clostridioides clostridium cna coccidioides code colon
    comfrey complaint concerta conclusions consult contact contrast cord coreg corynebacterium cosentyx cough
    coumadin county covid coxiella cozaar creatinine crestor criteria cryptococcus culture cutibacterium
    cyanocobalamin cycle cyclobenzaprine cyclophosphamide cymbalta daily date daughter day dds dear dec december
    deductible degludec dental depakote dermatology design detemir dexamethasone dextrose diagnosis diagnostic
    diet digoxin dilantin dilaudid diltiazem diovan diphenhydramine discharge discussion do dob docetaxel doctor
    dopamine dose doxorubicin dpm dr dupixent duration dx ear edema education effexor effusion ehrlichia eliquis
    email emergency empagliflozin employer enalapril enbrel endocrine enterobacter enterococcus entresto
    epinephrine escherichia escitalopram esophagus estradiol exam examination extremities eye eyes false family
    famotidine farxiga father fax feb february female femur fentanyl ferrous fever figure finasteride findings
    first flagyl float flomax flonase flu fluoxetine fluticasone folate folfox follow foot for fosamax
    francisella frequency friday from furosemide fusarium fusobacterium gabapentin gait gallbladder
    gastrointestinal gender general genitourinary geodon giardia glargine glipizide glucose glyburide goal grade
    gyn haemophilus haloperidol hand he head heart heent helicobacter hello henselae heparin hepatic hepatitis
    herceptin hi hip histoplasma history home hospital html http https humalog humira husband hydralazine
    hydrochlorothiazide hydrocodone hydrocortisone hydromorphone hydroxychloroquine i ibuprofen icu id imaging
    impression in index indication infection influenza injury insulin insurance insured int introduction
    ipratropium is isosorbide it iv jan january januvia jardiance jaw jello jenkins joint json jul july jun june
    kava keflex keppra ketamine ketorolac keytruda keywords kidney klebsiella knee lab labs lamotrigine lantus
    lasix last lcsw left leg legionella leishmania lesion leucovorin levaquin level levetiracetam levothyroxine
    lexapro limitations linagliptin lipase lipitor lisinopril lispro listeria lithium liver lobe loratadine
    lorazepam lovenox lower lumbar lung lungs lyrica madam magnesium main malaria male mar march mass may md mds
    measles measures medicaid medicare medication medications medicine medrol meds meld member metformin
    methadone methimazole methods methotrexate methylprednisolone metoclopramide metoprolol micrococcus
    midazolam middle mirtazapine miss mobic model mom monday montelukast month moraxella morphine mother motrin
    mounjaro mouth mr mri mrn mrs ms mucor muscle musculoskeletal mycobacterium mycophenolate myocardial
    naloxone name namenda names naproxen narcan nausea neck neisseria neuro neurologic neurological neurology
    neurontin nexium nifedipine nitroglycerin no nocardia nodes none norco norepinephrine normal norvasc nose
    not note nov november novolog np null nurse nursing ob objective obstetric occupation oct october of
    olanzapine on oncology ondansetron opdivo or oral orthopedics ot outcome oxaliplatin oxycodone oxycontin
    ozempic pa paclitaxel pain participants pasteurella patient patients peep pelvis pepcid peptostreptococcus
    percocet pharmacy phase phd phenytoin phone phosphate physical physician physio plan plasma plasmodium
    platelets plavix please pneumocystis pneumonia pneumovax pod policy potassium prednisolone prednisone
    pregabalin premarin prilosec prn procedure prof progesterone prognosis prolia propofol propranolol proscar
    proteus protonix provider prozac pseudomonas psych psychiatric pt pulmonary quality quetiapine radiology
    ramipril rash rate re rectum referral refill regards relationship remicade renal reports respiratory results
    review rickettsia right risperdal risperidone ritalin rituxan rn road rocephin rocuronium rotavirus route rx
    saline salmonella saturday scale schistosoma score semaglutide sent sep sept september seroquel serratia
    sertraline setting sex she shigella sincerely sinemet singulair sinus sir sitagliptin site skin soap social
    sodium son specimen spine spiriva spironolactone spleen stable staff stage staphylococcus state stelara step
    sternum stomach street streptococcus string strongyloides subject subjective suboxone subscriber
    succinylcholine sulfa sunday surgery surgical symbicort symptoms synagis synthroid system table tacrolimus
    taenia tamiflu tamsulosin target tegretol temp test testosterone tetanus thank thanks that the therapy these
    they thiamine thigh this thoracic thorax throat thursday thyroid ticagrelor time tiotropium tissue
    tizanidine to tongue topamax topiramate toprol toradol torsemide toxoplasma trace tramadol trazodone
    treatment treponema triage triamcinolone true trulicity trypanosoma tuesday tumor tylenol type ultrasound
    unit upper urinary urine url user users uterus vaccine vaginal valium valproate valtrex vancomycin varicella
    vascular vasopressin vein venlafaxine ventolin verapamil viagra vicodin victoza visit vital vitals vyvanse
    ward warfarin was we wednesday week wegovy weight wellbutrin were wife with wound wrist www xanax xarelto
    xray yankauer year yersinia yes you zinc zip zithromax zocor zofran zoloft zosyn zyprexa zyrtec
    """
)
"""Words of records, drugs and organisms that are never a name by themselves."""

SUFFIXES = tuple(
    _set(
        """
        aemia algia amide azepam azide azole bacter barbital caine ciclib cillin coccus cycline cytes dipine
        dronate ectomy emia floxacin gatran genic gliflozin gliptin glutide iasis itis kinase mab megaly
        mycin ogram ography ology olol opathy oscopy osis ostomy otomy oxetine paresis parin penia phage
        plasma plasty plegia pnea prazole sartan setron statin tidine tinib triptan trophy uria virus xaban
        zolam
        """
    )
)
"""Ends of clinical words that hardly a surname has."""

LARGE_PLACES = _set(
    """
    afghanistan africa ak al alabama alaska algeria america ar argentina arizona arkansas asia australia austria
    az bangladesh belgium bolivia brazil bulgaria ca california canada carolina chile china co colombia colorado
    connecticut croatia ct cuba cyprus czechia dakota dc de delaware denmark ecuador egypt england estonia
    ethiopia europe finland fl florida france ga georgia germany ghana greece guatemala haiti hampshire hawaii
    hi honduras hungary ia iceland id idaho il illinois india indiana indonesia iowa iran iraq ireland israel
    italy jamaica japan jersey kansas kentucky kenya kingdom korea ks ky la latvia lithuania louisiana
    luxembourg ma maine malta maryland massachusetts md me mexico mi michigan minnesota mississippi missouri mn
    mo montana morocco ms mt nc nd ne nebraska nepal netherlands nevada nh nicaragua nigeria nj nm norway nv ny
    oh ohio ok oklahoma or oregon pa pakistan panama paraguay pennsylvania peru philippines poland portugal ri
    romania russia sc scotland sd serbia slovakia slovenia somalia spain states sweden switzerland syria
    tanzania tennessee texas thailand tn tunisia turkey tx uganda ukraine united uruguay usa ut utah va
    venezuela vermont vietnam virginia vt wa wales wi wisconsin wv wy wyoming zealand
    """
)
"""States and countries: Safe Harbor lets them stand."""

WEAK_NAMES = _set(
    """
    angel art august autumn bill bliss bond chance charity chase christian church clay cliff cook cross dale
    dawn day dean dell drew dusty earl english faith field finder fisher ford forest frank gene grant green guy
    hall harmony hope hunter ivy jack joy king lance lane law lily long love mark marsh mason mercy misty moon
    noble page park pat patience penny pierce pope pride prince queen rain ray rich rose ruby rusty sandy short
    sky stone summer sunny van violet wade ward water west will winter wood young
    """
)
"""Names that are words as well: the model must be surer of them."""
