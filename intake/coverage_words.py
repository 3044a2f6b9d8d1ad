"""The words of the benefit summary that a person takes home, in English and Spanish.

A medical translator and whoever keeps the books read them before real people do.
"""

from datetime import date

from records.choices import Language

TITLE = {"en": "What your plan pays", "es": "Lo que paga su plan"}
LABELS = {
    "en": {
        "plan": "Your plan",
        "asked": "Who asked",
        "reference": "Reference number",
        "said": "What the plan said",
        "pay": "What you pay",
        "ways": "What you can do",
        "estimate": "If you pay yourself",
        "guarantee": "Not a guarantee",
        "money": "If money is a worry",
    },
    "es": {
        "plan": "Su plan",
        "asked": "Quién preguntó",
        "reference": "Número de referencia",
        "said": "Lo que dijo el plan",
        "pay": "Lo que paga usted",
        "ways": "Qué puede hacer",
        "estimate": "Si paga usted",
        "guarantee": "No es una garantía",
        "money": "Si le preocupa el dinero",
    },
}
SENTENCES = {
    "en": {
        "asked": "{by} from {center} asked your plan on {day}. They spoke with {spoken_to}.",
        "asked_alone": "{by} from {center} asked your plan on {day}.",
        "waived": "We go on without asking your plan.",
        "nothing": "We have not asked a plan yet.",
        "state_asked": "Your plan has not answered yet. We ask again.",
        "state_verified": "Your plan says that it covers this care.",
        "state_prior_auth": "Your plan must agree before care starts. We ask for that.",
        "state_denied": "Your plan said no.",
        "state_not_covered": "Your plan does not cover this care.",
        "state_out_of_network": "Your plan does not work with our center. It may pay less, or nothing.",
        "authorized": "Your plan agreed to {units} {unit}, until {day}.",
        "deductible": "You pay the first {amount} of each year.",
        "deductible_met": "You have paid {amount} of that so far.",
        "copay": "You pay {amount} for each day or visit.",
        "coinsurance": "You pay {amount}% of the rest. Your plan pays the other part.",
        "most_in_a_year": "You pay no more than {amount} in a year.",
        "units": "Your plan covers up to {amount} days or visits.",
        "appeal": "Ask the plan to look again. This is called an appeal. We help you write it.",
        "peer_to_peer": "Our clinician talks with the plan's doctor.",
        "self_pay": "Pay for care yourself. Ask us what it costs.",
        "partner": "Go to another place that takes your plan. We help you find it.",
        "public": "Apply for a public program or a grant. We help you apply.",
        "last_day": "Last day: {day}.",
        "estimate": "{level}, {units} {unit}: about {total}. This is an estimate, not a bill. It can change.",
        "guarantee": "This does not promise that your plan pays. The plan decides when it gets the bill.",
        "money": "Money should not stop you from getting help. Tell us: {phone}.",
    },
    "es": {
        "asked": "{by}, de {center}, preguntó a su plan el {day}. Habló con {spoken_to}.",
        "asked_alone": "{by}, de {center}, preguntó a su plan el {day}.",
        "waived": "Seguimos sin preguntar a su plan.",
        "nothing": "Todavía no preguntamos a ningún plan.",
        "state_asked": "Su plan todavía no contesta. Volvemos a preguntar.",
        "state_verified": "Su plan dice que cubre esta atención.",
        "state_prior_auth": "Su plan tiene que aceptar antes de empezar. Nosotros lo pedimos.",
        "state_denied": "Su plan dijo que no.",
        "state_not_covered": "Su plan no cubre esta atención.",
        "state_out_of_network": "Su plan no trabaja con nuestro centro. Puede pagar menos, o nada.",
        "authorized": "Su plan aceptó {units} {unit}, hasta el {day}.",
        "deductible": "Usted paga los primeros {amount} de cada año.",
        "deductible_met": "Hasta ahora ha pagado {amount} de esa cantidad.",
        "copay": "Usted paga {amount} por cada día o visita.",
        "coinsurance": "Usted paga el {amount}% del resto. Su plan paga la otra parte.",
        "most_in_a_year": "Usted no paga más de {amount} en un año.",
        "units": "Su plan cubre hasta {amount} días o visitas.",
        "appeal": "Pida al plan que lo revise otra vez. Se llama apelación. Le ayudamos a escribirla.",
        "peer_to_peer": "Nuestro clínico habla con el médico del plan.",
        "self_pay": "Pague usted la atención. Pregúntenos cuánto cuesta.",
        "partner": "Vaya a otro lugar que acepta su plan. Le ayudamos a encontrarlo.",
        "public": "Solicite un programa público o una ayuda económica. Le ayudamos a solicitarlo.",
        "last_day": "Último día: {day}.",
        "estimate": "{level}, {units} {unit}: cerca de {total}. Es un cálculo, no una cuenta. Puede cambiar.",
        "guarantee": "Esto no promete que su plan pague. El plan decide cuando recibe la cuenta.",
        "money": "El dinero no debe impedir que reciba ayuda. Díganos: {phone}.",
    },
}
LEVELS = {
    "inpatient": ("Inpatient care", "Atención con internamiento"),
    "residential": ("Residential care", "Atención residencial"),
    "php": ("Partial hospitalization", "Hospitalización parcial"),
    "iop": ("Intensive outpatient care", "Atención intensiva sin internamiento"),
    "outpatient": ("Outpatient care", "Atención sin internamiento"),
    "continuing": ("Continuing care", "Atención continua"),
}
UNITS = {
    "day": ("day", "día"),
    "days": ("days", "días"),
    "visit": ("visit", "visita"),
    "visits": ("visits", "visitas"),
    "week": ("week", "semana"),
    "weeks": ("weeks", "semanas"),
    "hours": ("hours", "horas"),
}
_MONTHS = (
    ("January", "enero"),
    ("February", "febrero"),
    ("March", "marzo"),
    ("April", "abril"),
    ("May", "mayo"),
    ("June", "junio"),
    ("July", "julio"),
    ("August", "agosto"),
    ("September", "septiembre"),
    ("October", "octubre"),
    ("November", "noviembre"),
    ("December", "diciembre"),
)


def language_of(code: str) -> str:
    """Return a language that the summary is written in: Spanish, or English for every other."""
    return "es" if code == Language.SPANISH else "en"


def day_in(day: date, language: str) -> str:
    """Return a day as it is read: July 14, 2026; 14 de julio de 2026."""
    month = _MONTHS[day.month - 1][language == "es"]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{month} {day.day}, {day.year}"


def word_in(words: dict[str, tuple[str, str]], code: str, language: str) -> str:
    """Return a level or a unit in a language; what isn't known stays as it is."""
    return words[code][language == "es"] if code in words else code
