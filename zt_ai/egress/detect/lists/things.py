"""What is written with a capital and is neither a person nor a place, by what it is. Behind `in`, `from` and `to` charts and
talk about work name these at least as often as towns: `in Endoscopy`, `from Aetna`, `to Windows`."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


UNITS = _words(
    """
    Labor Delivery Triage Rehab Hospice Recovery Bed Isolation Observation Telemetry Tele Preop Postop Preadmission Crisis Endoscopy Ultrasound
    Urgent Psychiatry Pediatrics Paediatrics Peds Orthopedics Orthopaedics Ortho Geriatrics Obstetrics Gynecology Wound Dietary Nutrition Anesthesia Anaesthesia
    Cath Operating Step Stepdown Med Nursery Maternity Antepartum Postpartum Perinatal Palliative Memory Assisted Skilled Inpatient Outpatient Ambulatory
    Holding Waiting Fast Room Unit Building Exit Gate Floor Suite Station Tower Pavilion Wing Annex Lobby Cafeteria Reception Registration Admitting Admissions Intake
    Billing Scheduling Security Housekeeping Transport Transportation Dispatch Sterile Supply Records Nuclear Interventional Infusion
    Dialysis Hemodialysis Chemo Hospital Clinic Lab Bank Trauma Resus Resuscitation Burn Stroke Cardiac Coronary Neonatal Newborn Pulmonary Renal Transplant Hepatology
    Gastroenterology Podiatry Chiropractic Optometry Audiology Phlebotomy Cytology Histology Microbiology Virology Serology Autopsy Morgue Chapel Entry
    Occupational Physical Speech Physiotherapy Social Case Quality Risk Compliance Research Human Internal Family General Community Public Behavioral Mental
    Detox Sober Residential Custodial Independent Group SNF LTAC NICU PICU MICU SICU CCU PACU Child Adult Pediatric Custody Court Jail Prison Church Mass School Work
    """
)
"""Departments, rooms and services of hospitals, the first word of each."""

PROGRAMS = _words(
    """
    Zoom Facebook Google Epic MyChart Excel Teams Slack Jira Outlook Word Powerpoint PowerPoint Cerner Meditech Haiku Rover Canto Hyperspace Athena
    Allscripts Practo Doximity UpToDate Medscape Dragon REDCap RedCap Tableau Qualtrics Salesforce ServiceNow Workday SharePoint Sharepoint OneDrive Dropbox Gmail
    Chrome Safari Firefox Edge Windows Linux Ubuntu Debian Fedora Android Apple Python Java JavaScript TypeScript Rust Kotlin Swift Ruby Perl Scala Julia Matlab MATLAB Stata
    Azure Kubernetes Docker Terraform Pulumi Ansible Jenkins GitHub Github GitLab Bitbucket Postgres PostgreSQL MySQL Oracle Redis Kafka Spark Hadoop Snowflake Databricks
    Airflow Grafana Prometheus Splunk Datadog Elasticsearch Envoy Nginx Apache Pandas Numpy NumPy Jupyter Keras TensorFlow Tensorflow PyTorch Pytorch Django Flask Angular
    React Vue Arial Helvetica Calibri Verdana Garamond Courier Roboto Conda Anaconda Markdown Unicode Latin Figma Notion Confluence Trello Asana Canva Photoshop Siri Alexa ChatGPT OpenAI Claude Gemini Copilot Bard
    YouTube Youtube Instagram TikTok Tiktok Twitter Reddit WhatsApp Whatsapp Snapchat LinkedIn Linkedin Pinterest Discord Telegram Skype FaceTime Webex Netflix Spotify Hulu
    Wikipedia PubMed Pubmed Medline Embase Cochrane Scopus Crossref Zotero Mendeley EndNote Overleaf Version Release Settings Preferences Properties Options Tools
    """
)

FIRMS = _words(
    """
    Walmart Costco Target Amazon Uber Lyft Walgreens Kroger Publix Safeway Albertsons Meijer Wegmans Aldi Ikea IKEA Starbucks McDonald's Subway Chipotle Nike Adidas Ford Toyota
    Honda Tesla Boeing Microsoft Intel Nvidia Samsung Sony Philips Siemens Bivona Shiley Chevron Medtronic Stryker Baxter Abbott Roche Pfizer Moderna Merck Novartis Sanofi AstraZeneca Janssen Bayer
    Lilly Takeda Gilead Amgen Biogen Genentech Novavax Teva Mylan Sandoz Quest LabCorp Labcorp Fresenius DaVita Davita Lincare Apria Optum Aetna Cigna Humana
    Anthem Kaiser BlueCross BlueShield UnitedHealthcare UnitedHealth United Tricare TRICARE Medicaid Medicare Medi-Cal Molina Centene WellCare Wellcare Ambetter Oscar Elevance
    FedEx Fedex DoorDash Instacart Airbnb Expedia Delta Southwest Lufthansa Emirates Reuters Bloomberg
    """
)
"""Shops, makers, carriers and insurers."""

MEDICINES = _words(
    """
    Lasix Coumadin Eliquis Xarelto Pradaxa Plavix Brilinta Tylenol Motrin Advil Aleve Percocet Norco Vicodin Ambien Xanax Ativan Valium Klonopin Adderall Ritalin Concerta Vyvanse Keppra Dilantin
    Depakote Lamictal Topamax Neurontin Lyrica Zoloft Prozac Lexapro Celexa Paxil Effexor Cymbalta Wellbutrin Abilify Zyprexa Risperdal Seroquel Latuda Lipitor Crestor Zocor Metformin
    Insulin Lantus Humalog Novolog Levemir Tresiba Ozempic Wegovy Mounjaro Trulicity Victoza Januvia Jardiance Farxiga Invokana Entresto Lisinopril Losartan Amlodipine Metoprolol Carvedilol Atenolol
    Synthroid Levothyroxine Prednisone Humira Enbrel Remicade Stelara Keytruda Opdivo Rituxan Herceptin Avastin Gleevec Imbruvica Suboxone Methadone Narcan Morphine Fentanyl Dilaudid
    Oxycontin OxyContin Tramadol Augmentin Keflex Bactrim Cipro Levaquin Vancomycin Zosyn Rocephin Flagyl Paxlovid Remdesivir Tamiflu Singulair Advair Symbicort Spiriva Ventolin Albuterol Flonase Zyrtec
    Claritin Allegra Benadryl Prilosec Nexium Protonix Pepcid Miralax Colace Senna Zofran Reglan Compazine Phenergan Botox Ensure Boost Glucerna Jevity Pedialyte Vitamin Aspirin
    Aricept Namenda Sinemet Requip Mirapex Viagra Cialis Flomax Proscar Myrbetriq Fosamax Boniva Prolia Forteo Shingrix Prevnar Pneumovax Gardasil
    """
)

LANGUAGES = _words(
    """
    English Spanish Portuguese French German Italian Russian Arabic Japanese Korean Chinese Mandarin Cantonese Vietnamese Tagalog Somali Amharic Farsi Dari Pashto Urdu Hindi Punjabi Gujarati
    Bengali Tamil Telugu Nepali Burmese Karen Hmong Khmer Lao Thai Tigrinya Swahili Navajo Polish Greek Armenian Ukrainian Bosnian Albanian Turkish Hebrew Yiddish ASL Dutch Swedish Norwegian Danish
    Finnish Hungarian Romanian Bulgarian Czech Haitian Creole Inupiaq Yupik Cherokee
    """
)

TIMES = _words(
    """
    Christmas Easter Thanksgiving Ramadan Lent Halloween Passover Hanukkah Diwali Spring Summer Fall Autumn Winter Veterans Memorial Mothers Fathers Week Weeks Month Months Year Years
    Day Days Night Weekend Midnight Noon Kindergarten Preschool Elementary
    """
)

PARTS = _words(
    """
    Appendix Section Chapter Table Tables Figure Figures Fig Box Part Parts Step Steps Phase Arm Arms Cohort Cohorts Protocol Model Models Series Exon Exons Intron Introns Codon Chromosome Index
    Offset Line Lines Slide Position Column Columns Row Rows Node Port Level Grade Class Type Stage Category Group Scenario Option Question Answer Example Exercise Experiment Panel Sheet Page
    Excerpt Annexe Supplement Attachment Exhibit Schedule Form Item Items Task Issue Ticket Sprint Version Epoch Layer Block Region Zone Area Site Bay Pod
    """
)
"""What a thing is located at: parts of texts, of studies, of genes and of houses."""

SUBJECTS = _words(
    """
    Medicine Nursing Biology Chemistry Physics Mathematics Math Maths Science Sciences Engineering Economics Law Art Arts Music History Philosophy Psychology Sociology Statistics Epidemiology Informatics Genetics
    Sales Finance Marketing Accounting Legal Operations Payroll Procurement Logistics Education Business Politics Sports Network Charge Progress Session Transit Translation Theory Practice
    Anatomy Physiology Pharmacology Pathology Biochemistry Histology Embryology Immunology Neuroscience Toxicology Geography Literature
    General Particular Addition Contrast Conclusion Summary Order Case Fact
    """
)

PEOPLE = _words(
    """
    Uncle Aunt Grandma Grandpa Mom Dad Mama Papa Mother Father God Jesus Allah Dr Mr Mrs Ms Pt Det Sgt Heaven Earth Hell Alone Home House Independently
    """
)
"""Whom and what somebody lives with."""

ABBREVIATIONS = _words(
    """
    Ark Ind Miss Tenn Okla Penn Wash Ore Calif Ariz Colo Conn Ill Kan Mich Minn Mont Neb Nev Tex Wis Wyo Ala Fla
    """
)
"""Of states, which may be named."""

SHOWN = _words(
    """
    Version Release Created Updated Active Inactive Open Closed Draft Final Start End Total Average Baseline Week Day System Warning
    Error Info Notice Debug Alert Critical Bot Agent Host Admin Dirty Clean Empty Vacant Blocked Hold Available Occupied Cancelled Canceled
    """
)
"""Words that programs show where names may stand."""

OTHERS = _words(
    """
    Distress Remission Marine Coast Navy Plum Slate Teal Olive Coral Ivory Charcoal Covid Boston Meals Safety Shock Sepsis Clearinghouse Scrabble Chess Bridge Cava
    """
)

LAST = _words(
    """
    Supply Care Room Lab Laboratory Therapy Department Dept Surgery Medicine Services Service Work Health Office Team Unit Ward Clinic Floor Desk Hall Court Order Orders
    Resources Management Records Affairs Relations Education Training Support Down Stay Track Drive Docs Sheets Cloud Studio Code Server Online App
    Study Trial Initiative Campaign Guidelines Guideline Collaboration Rounds Levels Scale Score Network Consortium Registry Project Program Programme Society Journal
    """
)
"""What names of departments, programs and studies end with: `Google Drive`, `Surviving Sepsis Campaign`."""

THINGS = UNITS | PROGRAMS | FIRMS | MEDICINES | LANGUAGES | PARTS | SUBJECTS | PEOPLE | ABBREVIATIONS | OTHERS
