"""Words with letters that English does not have, in English texts, which are neither a person's name nor a small place."""

from __future__ import annotations

LOANS = frozenset(
    """
    café cafés résumé résumés naïve naïveté façade façades fiancé fiancée fiancées jalapeño jalapeños piñata déjà vu à la
    crème brûlée cliché clichés décor entrée entrées exposé matinée née né outré passé protégé protégée purée puréed rosé
    sauté sautéed sautéing soufflé touché über voilà vis-à-vis señor señora señorita doppelgänger sjögren ménière behçet
    crêpe crêpes éclair éclairs flambé colada tête-à-tête élan émigré habitué pâté appliqué ångström coudé μg μl µg µl µm μm
    """.split()
)
"""Words that English has taken over, in small letters."""
_EPONYMS = """
    ménière sjögren behçet guillain-barré barré löfgren köhler röntgen ångström schönlein hürthle döhle möbius kölliker
    sézary ménétrier waldenström mönckeberg löwenstein déjérine bárány küntscher pelger-huët huët crédé coudé fréchet
    poincaré rényi erdős gödel schrödinger hölder itô cramér padé čech lévy bézier brønsted müllerian gougerot-sjögren
    peutz-jéghers jéghers calvé rosenmüller grönblad löffler buschke-löwenstein schönlein-henoch henoch-schönlein köbner
    bjerrum kümmell mayer-rokitansky-küster-hauser küster münchhausen müller-lyer
"""
_BRANDS = """
    nestlé häagen-dazs häagen l'oréal loréal oréal citroën škoda nescafé pokémon lancôme hermès moët estée löwenbräu
    jägermeister beyoncé gütermann médecins première amélie mötley crüe motörhead
"""
_DISHES = """
    café cafés rosé crème brûlée jalapeño jalapeños gruyère chèvre béchamel béarnaise éclair crêpe soufflé entrée sauté
    purée gewürztraminer châteauneuf-du-pape châteauneuf château grüner belle-hélène hélène rhône müller-thurgau blaufränkisch
    spätzle spätburgunder jamón piña açaí pâté bœuf bún phở bánh mì kölsch
"""
_WORDS = """
    résumé résumés fiancé naïve façade déjà voilà protégé exposé cliché décor élite über señor señora señorita noël
    monsieur première
"""
_COUNTRIES = """
    méxico perú españa québec panamá canadá haití curaçao österreich türkiye brasília réunion åland são tomé príncipe côte
    española español españolas françaises français française português portuguesa tiếng việt türkçe čeština slovenčina
    slovenščina íslenska gaeilge română latviešu lietuvių føroyskt kreyòl diné русский українська ελληνικά български
    српски македонски қазақ беларуская
"""
OTHERS = frozenset(f"{_EPONYMS}{_BRANDS}{_DISHES}{_WORDS}{_COUNTRIES}".split())
"""Authors of diseases and theorems, brands, dishes, countries and languages, in small letters."""
