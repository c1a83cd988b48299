"""What happens in the demonstration. Three titles are the safety plan's grants of 2023; the rest,
and every person, is made up. Numbers under ``…_on`` are days after the step."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Steps = tuple[tuple[float, str, str, Mapping[str, Any]], ...]

CHAIR = {"made_where": "mail", "took_part": "Karim Holm, Jens Winther, Amina Yusuf"}


def _short(
    title: str,
    amount: str,
    safety: str,
    outreach: str,
    place: str,
    line: str,
    name: str,
    **more: Any,
) -> dict[str, Any]:
    return {
        "amount": amount,
        "title": title,
        "safety": safety,
        "outreach": outreach,
        "place": place,
        "budget_line": line,
        "contact_name": name,
        "starts_on": 21,
    } | more


CASES: tuple[Mapping[str, Any], ...] = (
    {
        "key": "street-party",
        "pool": "urban-life",
        "answers": _short(
            "Gadefest ved det utrygge hjørne i Husum",
            "9.500",
            "Hjørnet er tomt og mørkt om aftenen, og mange går udenom. Når vi fylder det med mad, "
            "musik og naboer, lærer folk hinanden at kende og tager stedet tilbage.",
            "Opslag i opgangene, beboerforeningens Facebook-gruppe og fra mund til mund.",
            "Hjørnet ved Frederikssundsvej, Husum Nord",
            "Telt 3.500 kr., mad 4.000 kr., musik 2.000 kr.",
            "Lene Bruun",
            email="lene@eksempel.example",
            starts_on=20,
        ),
        "steps": (
            (58, "applicant", "apply", {}),
            (54, "karim", "grant", {}),
            (51, "ole", "pay", {"reference": "BILAG-20117", "paid_on": 0}),
            (
                30,
                "applicant",
                "report",
                {
                    "report": {
                        "held": "yes",
                        "participants": "140",
                        "worked": "Der kom flere, end vi havde regnet med, også unge fra opgangen "
                        "overfor.",
                        "safety": "Naboerne hilser på hinanden nu, og vi har aftalt at tænde lys "
                        "på hjørnet hver fredag.",
                        "links": "",
                        "spent": "8.900",
                    }
                },
            ),
            (27, "ole", "return", {"returned": "600", "returned_on": 0}),
            (26, "sofie", "close", {}),
        ),
    },
    {
        "key": "marionettes",
        "pool": "urban-life",
        "answers": {
            "amount": "24.000",
            "title": "Marionetteater midt i byggeriet i Tingbjerg",
            "description": "Et omrejsende marionetteater spiller fire eftermiddage på pladsen, "
            "hvor der bygges, så børn og voksne har en grund til at være der.",
            "focus_area": "byliv",
            "starts_on": 10,
            "ends_on": 25,
            "place": "Byggepladsen ved Ruten, Tingbjerg",
            "safety": "Byggeriet har gjort vejen hjem utryg. Forestillingerne giver liv på "
            "pladsen på de timer, hvor der ellers er tomt.",
            "unsafe_event": "no",
            "urgent": "no",
            "audience": "Familier med børn fra 3 til 10 år",
            "participants": "200",
            "outreach": "Gennem daginstitutionerne, biblioteket og opslag på byggepladshegnet.",
            "children": "no",
            "budget": [
                {"post": "fees", "text": "Fire forestillinger", "amount": "18.000"},
                {"post": "rent", "text": "Scene og lys", "amount": "4.000"},
                {"post": "publicity", "text": "Plakater", "amount": "2.000"},
            ],
            "other_funding": "no",
            "applicant_kind": "association",
            "organisation": "Foreningen Sceneskift",
            "contact_name": "Mikkel Ross",
            "email": "mikkel@sceneskift.example",
            "phone": "20 00 00 11",
        },
        "steps": (
            (49, "applicant", "apply", {}),
            (
                44,
                "sofie",
                "grant-part",
                {
                    "amount": "20.000",
                    "reasons": "Det er et kriterium, at prisen står i rimeligt forhold til, hvor "
                    "mange der får glæde af aktiviteten. Arbejdsgruppen har lagt vægt på, at "
                    "forestillingerne giver liv på pladsen i de utrygge timer, men finder, at "
                    "scene og lys kan lånes af kulturhuset.",
                    "criterion": "too-few",
                    "record": CHAIR | {"made_on": 0, "stayed_out": ""},
                },
            ),
            (40, "ole", "pay", {"reference": "BILAG-20131", "paid_on": 0}),
            (
                9,
                "applicant",
                "report",
                {
                    "report": {
                        "held": "yes",
                        "participants": "175",
                        "worked": "Alle fire forestillinger blev spillet, den ene i regnvejr.",
                        "safety": "Forældrene blev stående og talte sammen bagefter.",
                        "links": "",
                        "spent": "17.250",
                    }
                },
            ),
        ),
    },
    {
        "key": "mind-your-own-business",
        "pool": "urban-life",
        "answers": _short(
            "Mind Your Own Business-kursus for unge",
            "10.000",
            "De unge får noget at være stolte af og voksne at tale med. Det holder dem væk fra "
            "det, der gør andre utrygge.",
            "Klubberne og SSP peger på deltagerne, og vi ringer til dem.",
            "Klubben i Tingbjerg",
            "Materialer 6.000 kr., mad 4.000 kr.",
            "Nadia Saleh",
            email="nadia@eksempel.example",
            starts_on=14,
        ),
        "steps": (
            (52, "applicant", "apply", {}),
            (50, "karim", "grant", {}),
            (48, "ole", "pay", {"reference": "BILAG-20140", "paid_on": 0}),
        ),
    },
    {
        "key": "women-walk",
        "pool": "urban-life",
        "answers": _short(
            "Tryghedsvandringer for kvinder",
            "4.800",
            "Vi går sammen ad de stier, vi ellers undgår, og noterer, hvor der mangler lys.",
            "Mødregruppen og kvindecaféen; vi skriver på arabisk og dansk.",
            "Stierne mellem Ruten og Utterslev Mose",
            "Reflekser 1.800 kr., kaffe og te 3.000 kr.",
            "ليلى حسن",
            phone="20 00 00 12",
            starts_on=12,
        ),
        "steps": (
            (20, "applicant", "apply", {}),
            (17, "karim", "grant", {}),
        ),
    },
    {
        "key": "light-garages",
        "pool": "urban-life",
        "answers": _short(
            "Lys ved garagerne i Voldparken",
            "8.000",
            "Der har været brand i containere tre fredage. Lyskæder og en vagtordning af naboer "
            "gør stedet mindre dødt.",
            "Vi banker på hos alle i de to opgange.",
            "Garagerne i Voldparken",
            "Lyskæder 6.500 kr., vagtmad 1.500 kr.",
            "Poul Erik Madsen",
            email="poulerik@eksempel.example",
            starts_on=5,
        ),
        "steps": (
            (1.2, "applicant", "apply", {}),
        ),
    },
    {
        "key": "football",
        "pool": "urban-life",
        "answers": _short(
            "Fodbold på tværs af opgange",
            "6.200",
            "Drengene spiller i stedet for at hænge ud ved stationen.",
            "Træneren kender dem alle og skriver i deres gruppe.",
            "Boldbanen ved Skolevangen",
            "Bolde og veste 3.200 kr., pokaler og frugt 3.000 kr.",
            "Yusuf Abdi",
            email="yusuf@eksempel.example",
        ),
        "steps": (
            (12, "applicant", "apply", {}),
            (
                9,
                "sofie",
                "ask",
                {
                    "questions": "Hvor mange gange skal I spille, og hvem har ansvaret for "
                    "børnene under 15 år?",
                    "due_on": 14,
                },
            ),
        ),
    },
    {
        "key": "night-cafe",
        "pool": "urban-life",
        "answers": {
            "amount": "32.000",
            "title": "Natcafé på biblioteket i vinterferien",
            "description": "Åbent til kl. 23 i ti aftener med spil, mad og voksne, der lytter.",
            "focus_area": "faellesskaber",
            "starts_on": 40,
            "ends_on": 50,
            "place": "Biblioteket i Tingbjerg Kulturhus",
            "safety": "De unge har et sted at være på de aftener, hvor der plejer at være uro.",
            "unsafe_event": "yes",
            "unsafe_what": "Uro og fyrværkeri ved centret",
            "unsafe_where": "Centret i Tingbjerg",
            "unsafe_when": "I de sidste to vinterferier",
            "urgent": "no",
            "audience": "Unge fra 13 til 18 år",
            "participants": "40",
            "outreach": "Gennem klubberne, skolen og de unges egne grupper.",
            "children": "yes",
            "child_certificates": "yes",
            "budget": [
                {"post": "food", "text": "Mad i ti aftener", "amount": "20.000"},
                {"post": "materials", "text": "Spil", "amount": "9.500"},
                {"post": "unforeseen", "text": "Uforudset", "amount": "2.500"},
            ],
            "other_funding": "no",
            "applicant_kind": "municipal",
            "organisation": "Biblioteket, Kultur N",
            "contact_name": "Trine Ahm",
            "email": "trine@bibliotek.example",
            "phone": "20 00 00 13",
        },
        "steps": (
            (15, "applicant", "apply", {}),
            (
                13,
                "sofie",
                "ask",
                {"questions": "Hvem er de voksne, og hvor mange er de hver aften?", "due_on": 10},
            ),
            (
                10,
                "applicant",
                "answer",
                {"answer": "To fra biblioteket og to frivillige forældre hver aften."},
            ),
            (
                8,
                "amina",
                "recuse",
                {"ground": "Sidder i bestyrelsen for den afdeling, der låner lokaler ud."},
            ),
        ),
    },
    {
        "key": "private-party",
        "pool": "urban-life",
        "answers": _short(
            "Sølvbryllup i beboerlokalet",
            "7.500",
            "Vi er mange naboer, og festen gør os glade.",
            "Vi inviterer familien og vennerne.",
            "Beboerlokalet i Gadelandet",
            "Mad 5.000 kr., musik 2.500 kr.",
            "Bent Kjær",
            phone="20 00 00 14",
        ),
        "steps": (
            (33, "applicant", "apply", {}),
            (
                31,
                "karim",
                "refuse",
                {
                    "reasons": "Det er et kriterium, at aktiviteten er åben for dem, den er for, "
                    "og private arrangementer støttes ikke. Arbejdsgruppen har lagt vægt på, at "
                    "kun familie og venner er inviteret.",
                    "criterion": "not-open",
                },
            ),
        ),
    },
    {
        "key": "garden-day",
        "pool": "urban-life",
        "answers": _short(
            "Havedag for hele karréen",
            "5.400",
            "Den tomme gård bliver et sted, hvor man hilser.",
            "Sedler i postkasserne.",
            "Gården i Utterslevhuse",
            "Planter 3.900 kr., saft og kage 1.500 kr.",
            "Rikke Toft",
            email="rikke@eksempel.example",
        ),
        "steps": (
            (24, "applicant", "apply", {}),
            (22, "applicant", "withdraw", {"reason": "Vi har fået planterne foræret."}),
        ),
    },
    {
        "key": "bicycle-day",
        "pool": "urban-life",
        "answers": _short(
            "Cykelværksted i gården",
            "7.200",
            "Unge og ældre reparerer cykler sammen og lærer hinanden at kende.",
            "Opslag i opgangene.",
            "Gården i Voldparken",
            "Værktøj 6.000 kr., reservedele 1.200 kr.",
            "Henrik Boe",
            email="henrik@eksempel.example",
        ),
        "steps": (
            (37, "applicant", "apply", {}),
            (
                34,
                "sofie",
                "ask",
                {"questions": "Hvor skal værktøjet stå bagefter?", "due_on": 14},
            ),
            (
                11,
                "sofie",
                "lapse",
                {
                    "reason": "Vi har ikke fået svar på vores spørgsmål og har ringet to gange. "
                    "Du er velkommen til at søge igen."
                },
            ),
        ),
    },
    {
        "key": "safe-way-english",
        "pool": "urban-life",
        "lang": "en",
        "answers": _short(
            "Walking school bus from Voldparken",
            "3.600",
            "Parents take turns walking the children past the building sites.",
            "The class groups of the school, and flyers at the gate.",
            "From Voldparken to the school",
            "Vests 2.100 kr., flyers 500 kr., fruit 1.000 kr.",
            "Grace Mensah",
            email="grace@eksempel.example",
        ),
        "steps": (
            (6, "applicant", "apply", {}),
        ),
    },
    {
        "key": "knowledge-day",
        "pool": "knowledge",
        "answers": {
            "amount": "3.000",
            "title": "Vidensdag: hvad virker mod utryghed i byggeperioder?",
            "knowledge_kind": "event",
            "description": "Tre korte oplæg og borde, hvor de tre partnerskaber deler, hvad de "
            "har prøvet, mens der blev bygget.",
            "audience": "Fagfolk fra de tre partnerskaber",
            "starts_on": 21,
            "budget_line": "Oplæg 2.000 kr., kaffe og frugt 1.000 kr.",
            "organisation": "Kultur- og Fritidsforvaltningen, område nord",
            "contact_name": "Signe Vester",
            "email": "signe@kff.example",
        },
        "steps": (
            (45, "applicant", "apply", {}),
            (
                42,
                "sofie",
                "grant",
                {"record": CHAIR | {"made_where": "meeting", "made_on": 0}},
            ),
            (39, "ole", "pay", {"reference": "BILAG-20150", "paid_on": 0}),
            (
                16,
                "applicant",
                "report",
                {
                    "report": {
                        "held": "yes",
                        "participants": "46",
                        "worked": "Tre partnerskaber delte deres erfaringer.",
                        "safety": "Vi har en fælles liste over fem greb, der virker.",
                        "links": "",
                        "spent": "3.000",
                    }
                },
            ),
            (14, "sofie", "close", {}),
        ),
    },
    {
        "key": "booklet",
        "pool": "knowledge",
        "answers": {
            "amount": "1.500",
            "title": "Hæfte om dialogmøder, der lykkes",
            "knowledge_kind": "product",
            "description": "Et hæfte på tolv sider med det, vi har lært af tyve dialogmøder.",
            "audience": "Ansatte i området, som holder møder med beboere",
            "starts_on": 30,
            "budget_line": "Tryk af 200 hæfter",
            "organisation": "Den boligsociale helhedsplan",
            "contact_name": "Omar Lind",
            "email": "omar@kff.example",
        },
        "steps": (
            (5, "applicant", "apply", {}),
        ),
    },
)  # fmt: skip
